"""What a teacher says of the images that a student is about to see.

A large product takes less time than several small ones of the same rows: its weights are read once. So a
teacher of dense layers looks at a few batches together. Rows know nothing of each other, but a library may
add up their terms in another order where there are more of them. So the first time it looks both ways, and
goes on together only if all bits are the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import log_softmax

from accelgen.train.reference import FloatNet

__all__ = ["AHEAD", "DISTILL_TEMPERATURE", "Teacher"]

#: Batches that are looked at together: more do not fit into what a processor keeps at hand.
AHEAD = 4

#: Temperature at which student and teacher are compared (Hinton et al., arXiv 1503.02531).
DISTILL_TEMPERATURE = 2.0


class Teacher:
    """A float network that is not trained any more.

    Parameters
    ----------
    net : FloatNet
        On the device of the images, in evaluation mode.

    Attributes
    ----------
    ahead : int
        Batches that it is best given at a time.
    """

    def __init__(self, net: FloatNet):
        self.net = net.eval()
        dense = not any(isinstance(module, nn.Conv2d) for module in net)
        on_cpu = next(net.parameters()).device.type == "cpu"
        self.ahead = AHEAD if dense and on_cpu else 1
        self._alike: dict[tuple[int, ...], bool] = {}

    @torch.no_grad()
    def softened(self, images: Tensor, parts: Sequence[int]) -> Sequence[Tensor]:
        """Return the logarithms of the probabilities, softened, float[n, classes] of each batch.

        ``images`` [n, ...] are batches of the sizes ``parts``, one after the other. What is returned is the
        same, to the last bit, as if each batch were looked at alone.
        """
        sizes, batches = tuple(parts), images.split(list(parts))
        if len(batches) == 1 or self._alike.get(sizes) is False:
            return [self._of(some) for some in batches]
        together = self._of(images).split(list(parts))
        if sizes not in self._alike:
            alone = [self._of(some) for some in batches]
            self._alike[sizes] = all(map(torch.equal, together, alone))
            return alone
        return together

    def _of(self, images: Tensor) -> Tensor:
        x = self.net.encode(images)
        for module in self.net:
            # What enters a ReLU is used by nothing else.
            x = x.relu_() if isinstance(module, nn.ReLU) else module(x)
        return log_softmax(x.float() / DISTILL_TEMPERATURE, 1)
