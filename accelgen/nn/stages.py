"""A float model as the stages of a network: weights, pooling and ReLU, with batch norms folded in.

What a network cannot hold is named, step by step, with what would help; all of it in one message.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from accelgen.errors import InvalidNetwork
from accelgen.nn.chain import Step, read_steps
from accelgen.nn.to_network import pooled

__all__ = ["Stage", "read_stages", "run_stage"]

#: What helps where a step cannot be taken, by the kind of module.
HELP = {
    nn.AvgPool1d: "the network has no mean of squares: use MaxPool1d, or a convolution with a stride",
    nn.AvgPool2d: "the network has no mean of squares: use MaxPool2d, or a convolution with a stride",
    nn.LeakyReLU: "activations are unsigned: use ReLU",
    nn.PReLU: "activations are unsigned: use ReLU",
    nn.ELU: "activations are unsigned: use ReLU",
    nn.GELU: "activations are unsigned: use ReLU",
    nn.SiLU: "activations are unsigned: use ReLU",
    nn.Hardswish: "activations are unsigned: use ReLU",
    nn.Sigmoid: "use ReLU, or leave it out if it is the last step",
    nn.Tanh: "use ReLU, or leave it out if it is the last step",
    nn.LayerNorm: "norms of a sample are no constants: use BatchNorm1d",
    nn.GroupNorm: "norms of a sample are no constants: use BatchNorm2d",
    nn.ConvTranspose2d: "the network has no transposed convolution: use Conv2d",
}
#: What changes no order of the scores, and may end a model; and what it does.
ENDS: dict[type[nn.Module], Callable[[Tensor], Tensor]] = {
    nn.Softmax: lambda scores: scores.softmax(1),
    nn.LogSoftmax: lambda scores: scores.log_softmax(1),
    nn.Sigmoid: torch.sigmoid,
}
#: How messages begin that may be of a step that was refused before.
FOLLOWS = ("takes ", "nothing is summed", "only what a convolution", "needs a Flatten", "stands behind")
FREE = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Identity)
END = (*ENDS, *FREE)


@dataclass(slots=True, eq=False)
class Stage:
    """Weights, and what follows them up to the next ones.

    Attributes
    ----------
    name : str
        Where the model has its weights.
    weight : float[outputs, inputs] or float[channels, input channels, height, width]
        With the batch norm folded in; inputs in the order (y, x, channel).
    bias : float[outputs]
        The same.
    stride, pool : (int, int)
        Of a convolution, and of the max pooling after it.
    padding : (int, int, int, int)
        Of a convolution: top, bottom, left, right.
    entering : tuple of int
        (height, width, channels), or (features,).
    relu : bool
        Whether a ReLU follows.
    flattened : bool
        Whether an image that enters becomes a row.
    series : bool
        Whether it is a convolution over images of one row.
    """

    name: str
    weight: Tensor
    bias: Tensor
    entering: tuple[int, ...]
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    pool: tuple[int, int] = (1, 1)
    relu: bool = False
    flattened: bool = False
    series: bool = False

    @property
    def convolves(self) -> bool:
        """It is a convolution."""
        return self.weight.dim() == 4

    @property
    def leaving(self) -> tuple[int, ...]:
        """What leaves, as ``entering``."""
        if not self.convolves:
            return (len(self.weight),)
        top, bottom, left, right = self.padding
        sides = [
            ((size + pad - kernel) // step + 1) // pool
            for size, pad, kernel, step, pool in zip(
                self.entering[:2],
                (top + bottom, left + right),
                self.weight.shape[2:],
                self.stride,
                self.pool,
                strict=True,
            )
        ]
        return (*sides, len(self.weight))

    def padded(self, x: Tensor) -> Tensor:
        """Return images float[n, channels, height, width] with the zeros of a convolution around them."""
        top, bottom, left, right = self.padding
        return F.pad(x, (left, right, top, bottom))


def run_stage(stage: Stage, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the sums of a stage with their bias, and what leaves it.

    Parameters
    ----------
    x : float[n, features] or float[n, channels, height, width]
        What enters.
    """
    if stage.convolves:
        sums = F.conv2d(stage.padded(x), stage.weight, stage.bias, stage.stride)
        leaves = F.max_pool2d(sums, stage.pool) if stage.pool != (1, 1) else sums
    else:
        x = x.movedim(1, -1).flatten(1) if x.dim() > 2 else x
        leaves = sums = F.linear(x, stage.weight, stage.bias)
    return sums, leaves.relu() if stage.relu else leaves


@torch.no_grad()
def read_stages(model: nn.Module, shape: tuple[int, ...]) -> list[Stage]:
    """Return the stages of a float model, in evaluation.

    Parameters
    ----------
    model : nn.Module
        See `read_steps`; it is left as it is.
    shape : tuple of int
        (height, width, channels) of a sample, or (features,).

    Raises
    ------
    InvalidNetwork
        If a network cannot hold it: every step that is in the way is named, with what would help.
    """
    steps = read_steps(copy.deepcopy(model).cpu().float().eval())
    reader = _Reader(shape)
    for number, step in enumerate(steps):
        try:
            reader.take(step, last=all(isinstance(after.module, END) for after in steps[number:]))
        except InvalidNetwork as error:
            if reader.problems and str(error).startswith(FOLLOWS):
                continue  # it may be of what was wrong before
            reader.problems.append(f"{step.place}: {error}")
    if not reader.stages and not reader.problems:
        reader.problems.append("there is no Linear and no convolution")
    elif not reader.problems and (reader.stages[-1].relu or reader.stages[-1].convolves):
        reader.problems.append("the last step must be a Linear: its sums are the scores")
    for stage in reader.stages[:-1]:
        if not stage.relu and not reader.problems:
            reader.problems.append(f"{stage.name}: needs a ReLU behind it: activations are unsigned")
    if reader.problems:
        raise InvalidNetwork("; ".join(reader.problems))
    return reader.stages


class _Reader:
    """Takes one step after the other, and knows what shape has come about."""

    def __init__(self, shape: tuple[int, ...]):
        self.shape = shape
        self.stages: list[Stage] = []
        self.problems: list[str] = []
        self.flat = self.averaged = False

    def take(self, step: Step, *, last: bool) -> None:
        """Add a step to the stages, or raise `InvalidNetwork` with what would help."""
        module = step.module
        if isinstance(module, FREE) or (last and type(module) in ENDS):
            return
        if isinstance(module, nn.Linear):
            self._linear(step.name, module)
        elif isinstance(module, nn.Conv1d | nn.Conv2d):
            self._convolution(step.name, module)
        elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            self._norm(module)
        elif isinstance(module, nn.ReLU):
            if not self.stages:
                raise InvalidNetwork("nothing is summed before it: leave it out")
            if self.averaged and not self.stages[-1].relu:
                raise InvalidNetwork("stands behind a mean: put it before the mean")
            self.stages[-1].relu = True
        elif isinstance(module, nn.MaxPool1d | nn.MaxPool2d):
            if not self.stages or not self.stages[-1].convolves or self.flat:
                raise InvalidNetwork(
                    "only what a convolution gives can be pooled: put a convolution before it"
                )
            pool, stage = pooled(module), self.stages[-1]
            stage.pool = stage.pool[0] * pool[0], stage.pool[1] * pool[1]
            self.shape = stage.leaving
        elif isinstance(module, nn.Flatten):
            if (module.start_dim, module.end_dim) != (1, -1):
                raise InvalidNetwork("must flatten everything but the samples")
            self.flat = True
        elif isinstance(module, nn.AdaptiveAvgPool1d | nn.AdaptiveAvgPool2d) and len(self.shape) == 3:
            if module.output_size not in (1, (1, 1), (1,)):
                raise InvalidNetwork("only a mean over all pixels can be taken, by the Linear after it")
            self.averaged = True
        else:
            kind = type(module)
            raise InvalidNetwork(
                HELP.get(kind, "the network has no such layer: leave it out, or train without")
            )

    def _linear(self, name: str, module: nn.Linear) -> None:
        weight = module.weight.detach().float()
        if len(self.shape) == 3:
            height, width, channels = self.shape
            if not self.flat and not self.averaged:
                raise InvalidNetwork("needs a Flatten before it")
            if self.averaged:
                # The mean over all pixels: each has the same weights, over their number.
                weight = weight[:, None].expand(-1, height * width, -1).flatten(1) / (height * width)
            elif weight.shape[1] == math.prod(self.shape):
                weight = weight.unflatten(1, (channels, height, width)).permute(0, 2, 3, 1).flatten(1)
        features = math.prod(self.shape)
        if weight.shape[1] != features:
            raise InvalidNetwork(f"takes {module.in_features} features, not {features}")
        bias = torch.zeros(len(weight)) if module.bias is None else module.bias.detach().float().clone()
        self._add(Stage(name, weight.clone(), bias, self.shape, flattened=len(self.shape) == 3))

    def _convolution(self, name: str, module: nn.Conv1d | nn.Conv2d) -> None:
        series = isinstance(module, nn.Conv1d)
        if module.groups != 1:
            raise InvalidNetwork("the network has no groups: use groups=1, block masks are what saves")
        if set(module.dilation) != {1} or module.padding_mode != "zeros":
            raise InvalidNetwork("dilation must be 1, and the padding zeros")
        if len(self.shape) != 3 or self.flat or self.shape[2] != module.in_channels:
            raise InvalidNetwork(f"takes images of {module.in_channels} channels, not {self.shape}")
        if series != (self.shape[0] == 1 and series):
            raise InvalidNetwork("takes series, not images: use Conv2d")
        weight = module.weight.detach().float()
        weight = weight[:, :, None] if series else weight
        bias = torch.zeros(len(weight)) if module.bias is None else module.bias.detach().float().clone()
        # A series is an image of one row.
        down, across = (1, module.stride[0]) if series else (module.stride[0], module.stride[1])
        left, right, *rows = _zeros(module)
        top, bottom = rows or (0, 0)
        stage = Stage(name, weight.clone(), bias, self.shape, (down, across), (top, bottom, left, right))
        stage.series = series
        if min(stage.leaving) < 1:
            raise InvalidNetwork(f"a window does not fit what enters, {self.shape}")
        self._add(stage)

    def _norm(self, module: nn.BatchNorm1d | nn.BatchNorm2d) -> None:
        if not self.stages:
            raise InvalidNetwork("nothing is summed before it: scale the features instead (coding)")
        stage = self.stages[-1]
        if stage.relu:
            raise InvalidNetwork("stands behind a ReLU: put it between the layer and its ReLU")
        if module.num_features != len(stage.weight):
            raise InvalidNetwork(
                "stands behind a Flatten: put a BatchNorm2d or BatchNorm1d before the Flatten"
            )
        if module.running_mean is None or module.running_var is None:
            raise InvalidNetwork("has no running statistics: use track_running_stats=True")
        gain = (module.running_var + module.eps).rsqrt()
        offset = -module.running_mean * gain
        if module.affine:
            gain, offset = gain * module.weight, offset * module.weight + module.bias
        if stage.pool != (1, 1) and (gain < 0).any():
            raise InvalidNetwork(
                f"stands behind a pooling, and {int((gain < 0).sum())} of its gains are negative: "
                "put it before the pooling"
            )
        stage.weight *= gain.view(-1, *[1] * (stage.weight.dim() - 1))
        stage.bias = stage.bias * gain + offset

    def _add(self, stage: Stage) -> None:
        self.stages.append(stage)
        self.shape, self.flat, self.averaged = stage.leaving, False, False


def _zeros(module: nn.Conv1d | nn.Conv2d) -> list[int]:
    """Return the zeros before and after each axis of what a convolution sees, the last axis first."""
    if module.padding == "same":  # which pads the end by one more if the kernel is even
        ends = [((size - 1) // 2, size // 2) for size in module.kernel_size]
    elif module.padding == "valid":
        ends = [(0, 0) for _ in module.kernel_size]
    else:
        ends = [(int(zeros), int(zeros)) for zeros in module.padding]
    return [zeros for pair in reversed(ends) for zeros in pair]
