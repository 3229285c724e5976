"""Adam (Kingma and Ba, arXiv 1412.6980) on one long tensor, with the bits of torch's own.

Its operations are those of ``torch.optim.Adam``, in their order. Each element has its own, so which elements
stand beside each other makes no difference. A network of many small parameters is moved in eight calls,
instead of a dozen for each of them.
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["Adam"]

#: How much of the two moments stays from step to step.
BETAS = 0.9, 0.999


class Adam:
    """What moves parameters along their gradients; they are views of one tensor from here on.

    Parameters
    ----------
    groups : list of dict
        ``params``, a list of parameters, and ``lr``, their learning rate.
    eps : float
        Added to the root of the second moment.

    Attributes
    ----------
    peaks : list of float
        The learning rate of each group.
    rates : list of float
        Those of the next step.
    """

    def __init__(self, groups: list[dict], eps: float):
        self.eps, self.steps = eps, 0
        self.peaks = [group["lr"] for group in groups]
        self.rates = list(self.peaks)
        self._params: list[Tensor] = [param for group in groups for param in group["params"]]
        self._flat = torch.cat([_in_order(param.detach(), param) for param in self._params])
        for param, piece in zip(self._params, self._pieces(self._flat), strict=True):
            param.data = piece
        self._grads, self._first, self._second = (torch.zeros_like(self._flat) for _ in range(3))
        sizes = [sum(param.numel() for param in group["params"]) for group in groups]
        self._ends = [sum(sizes[:number]) for number in range(1, len(sizes) + 1)]

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for param in self._params:
            param.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Move each parameter along its gradient; one that has none is where it was if it never had one."""
        self.steps += 1
        first_share, second_share = (1 - beta**self.steps for beta in BETAS)
        grads, first, second = self._grads, self._first, self._second
        torch.cat([_in_order(param.grad, param) for param in self._params], out=grads)
        first.lerp_(grads, 1 - BETAS[0])
        second.mul_(BETAS[1]).addcmul_(grads, grads, value=1 - BETAS[1])
        # Gradients are used up, and their memory is at hand.
        below = torch.sqrt(second, out=grads).div_(second_share**0.5).add_(self.eps)
        begin = 0
        for rate, following, end in zip(self.rates, [*self.rates[1:], None], self._ends, strict=True):
            if rate != following:  # groups of one rate are moved together
                part = slice(begin, end)
                self._flat[part].addcdiv_(first[part], below[part], value=-(rate / first_share))
                begin = end
        torch.autograd.graph.increment_version(self._params)  # they are views, and do not know

    def state_dict(self) -> dict:
        """Return what a run needs to go on, by the names of ``torch.optim.Adam``: the moments."""
        moments = zip(self._pieces(self._first), self._pieces(self._second), strict=True)
        return {
            "state": {
                number: {"step": torch.tensor(float(self.steps)), "exp_avg": first, "exp_avg_sq": second}
                for number, (first, second) in enumerate(moments)
            }
        }

    def load_state_dict(self, state: dict) -> None:
        """Take over what `state_dict` has returned, or that of ``torch.optim.Adam`` for the same groups."""
        moments = zip(self._pieces(self._first), self._pieces(self._second), strict=True)
        for number, (first, second) in enumerate(moments):
            saved = state["state"].get(number)
            if saved is not None:  # torch has none of a parameter that never had a gradient
                first.copy_(saved["exp_avg"])
                second.copy_(saved["exp_avg_sq"])
                self.steps = int(saved["step"])

    def _pieces(self, flat: Tensor) -> list[Tensor]:
        """Return views of ``flat`` float[elements] with the shapes of the parameters, lying as they do."""
        pieces = flat.split([param.numel() for param in self._params])
        return [
            piece.as_strided(param.shape, param.stride(), piece.storage_offset())
            for param, piece in zip(self._params, pieces, strict=True)
        ]


def _in_order(tensor: Tensor | None, param: Tensor) -> Tensor:
    """Return the elements of ``tensor`` in the order in which those of ``param`` lie in memory."""
    if tensor is None:
        return param.new_zeros(param.numel())
    if tensor.stride() != param.stride():
        tensor = torch.empty_like(param).copy_(tensor)
    return tensor.as_strided((tensor.numel(),), (1,))
