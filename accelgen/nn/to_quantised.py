"""From a trained float model to integers, without training: post-training quantisation."""

from __future__ import annotations

import copy
import math
from itertools import product

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from accelgen.data.ranges import CodesChoice, learn
from accelgen.errors import DataError, InvalidNetwork, InvalidOption, at
from accelgen.golden.run import check_labels
from accelgen.network.blocks import MAX_WEIGHT_BITS
from accelgen.network.coding import LEVELS, Coding
from accelgen.network.fields import whole
from accelgen.nn.blocks import BLOCK_OUT, BlockConv1d, BlockConv2d, BlockLinear, Flatten, block_width
from accelgen.nn.chain import read_steps
from accelgen.nn.entry import Input
from accelgen.nn.fit import Fitted, Wanted, fit
from accelgen.nn.report import LayerReport, Report
from accelgen.nn.rules import QuantReLU, Scores
from accelgen.nn.stages import ENDS, Stage, read_stages, run_stage
from accelgen.train.mask import AGAIN

__all__ = ["Quantised", "quantise"]

#: Rows of inputs, at most, that a layer is fitted to.
MOST_ROWS = 8192
#: What folding batch norms may change of what a model gives, at most, as a share of its largest value.
FOLDED = 1e-3


class Quantised(nn.Sequential):
    """A chain of `accelgen.nn` that was a float model: to evaluate, to train further, and to export.

    Attributes
    ----------
    report : Report
        What quantising has cost.
    """

    report: Report


@torch.no_grad()
def quantise(
    model: nn.Module,
    calibration: Tensor | np.ndarray,
    labels: Tensor | np.ndarray | None = None,
    *,
    bits: int | dict[str, int] = 4,
    activation_bits: int = 4,
    input_bits: int = 8,
    coding: Coding | None = None,
    compression: int | dict[str, int] = 1,
    per_channel: bool | None = None,
    inexact_padding: bool = False,
) -> Quantised:
    """Return a float model in the integers of a network.

    Parameters
    ----------
    model : nn.Module
        A chain of Linear, Conv1d, Conv2d, BatchNorm1d, BatchNorm2d, ReLU, MaxPool1d, MaxPool2d, Flatten and
        Dropout, and a mean over all pixels (AdaptiveAvgPool) before the last Linear: an `nn.Sequential`, or a
        module that can be traced. It is left as it is.
    calibration : float[n, ...]
        Some hundred samples, as the model takes them: the more, the better.
    labels : integer[n], optional
        Their classes, to report accuracy before and after; a model of one score has none.
    bits : int or dict
        Bits of a weight, 1 to 8; or of each layer by its name in the model, "" being the others.
    activation_bits, input_bits : int
        Bits of activations and of the codes of features, 1 to 8.
    coding : Coding, optional
        How features become codes; by default from the least to the greatest value of the calibration, one
        scale for each feature of a table and one for all of a picture or series. They are then signed if the
        first convolution pads and a value is below zero.
    compression : int or dict
        Blocks over kept blocks, of all layers but the last; or of each layer by its name, "" being
        the others. The strongest blocks are kept.
    per_channel : bool, optional
        Whether each output of a hidden layer has a scale of its own; by default what loses less.
    inexact_padding : bool
        Take a first convolution whose zeros around a sample are not the zeros of the features: hardware pads
        with code 0. Borders are then wrong, which may cost much; the report notes it.

    Returns
    -------
    Quantised
        Modules of `accelgen.nn` that take what the model takes; its ``report`` says what was lost.

    Raises
    ------
    InvalidNetwork
        If a network cannot hold the model: every step that is in the way is named, with what would help.
        Also if the padding of the first convolution is inexact, and that is not asked for.
    InvalidOption, DataError
        If a number is out of its range, a layer has another name, or the samples cannot be used.
    """
    x = _samples(calibration)
    stages = read_stages(model, _shape(x))
    known = None if labels is None else _labels(labels, len(x), len(stages[-1].weight))
    wanted = _Wanted(stages, bits, activation_bits, compression)
    entry = _entry(x, input_bits, coding, padded=any(stages[0].padding))
    float_scores = _scores_of(model, stages, x)
    notes = _notes(stages[0], entry, inexact=inexact_padding)
    tries = [per_channel] if per_channel is not None else [True, False]
    # Rows of blocks may all read the strongest ones, or share them out: what loses less is known at the end.
    cuts = [1.0, AGAIN] if max(wanted.compression.values()) > 1 else [1.0]
    found = [_quantised(stages, wanted, entry, x, *how) for how in product(tries, cuts)]
    best, layers = min(found, key=lambda made: _error(_logits(made[0], x), float_scores))
    scores = _logits(best, x)
    before: float | None = None
    after: float | None = None
    if known is not None:
        before, after = (float((of.argmax(1) == known).float().mean()) for of in (float_scores, scores))
    same = float((scores.argmax(1) == float_scores.argmax(1)).float().mean())
    agreement = same if scores.shape[1] > 1 else None
    best.report = Report(tuple(layers), _error(scores, float_scores), agreement, before, after, notes)
    return best


class _Wanted:
    """Bits and compression of each stage."""

    def __init__(self, stages: list[Stage], bits, activation_bits: int, compression):
        names = [stage.name for stage in stages]
        self.bits = _each("bits", bits, names, MAX_WEIGHT_BITS)
        self.compression = _each("compression", compression, names, None)
        if not isinstance(compression, dict):
            self.compression[names[-1]] = 1
        self.activation_bits = whole("activation_bits", activation_bits, 1, 8, error=InvalidOption)


def _each(name: str, value, names: list[str], most: int | None) -> dict[str, int]:
    asked = value if isinstance(value, dict) else {"": value}
    for key in asked:
        if key and key not in names:
            raise InvalidOption(f"{name}: no layer is called {key!r}: they are {', '.join(names)}")
    other = asked.get("", 4 if name == "bits" else 1)
    return {layer: whole(f"{name}", asked.get(layer, other), 1, most, error=InvalidOption) for layer in names}


def _samples(calibration: object) -> Tensor:
    x = torch.as_tensor(calibration).detach().cpu().float()
    if x.dim() not in (2, 3, 4) or not len(x):
        raise DataError(f"calibration: must be samples in rows, series or images, not {list(x.shape)}")
    if not x.isfinite().all():
        raise DataError("calibration: must be finite numbers")
    return x


def _labels(labels: Tensor | np.ndarray, samples: int, classes: int) -> Tensor:
    if classes == 1:
        raise DataError("labels: a model of one score has no classes")
    known = torch.as_tensor(labels).cpu()
    check_labels(known.numpy(), samples, classes)
    return known


def _shape(x: Tensor) -> tuple[int, ...]:
    """Return (features,) or (height, width, channels); a series is an image of one row."""
    if x.dim() == 2:
        return (x.shape[1],)
    channels, *sides = x.shape[1:]
    return (*([1] if len(sides) == 1 else []), *sides, channels)


def _entry(x: Tensor, bits: int, coding: Coding | None, *, padded: bool) -> Input:
    shape = tuple(x.movedim(1, -1).shape[1:])
    with at("input_bits"):
        bits = whole("bits", bits, 1, 8, error=InvalidOption)
    if coding is None:
        rows = x.movedim(1, -1).flatten(1).double().numpy()
        # Zeros around a sample are features, too: code 0 stands for them if nothing is less. With signs it
        # does if there are values of both.
        pieces = [rows, np.zeros_like(rows[:1])] if padded else [rows]
        choice = CodesChoice(signed=padded and bool(rows.min() < 0))
        size = sum(map(np.size, pieces))
        coding = learn(choice, lambda: iter(pieces), size, table=x.dim() == 2, bits=bits)
    return Input(*shape, bits=bits, coding=coding, channels_first=True)


def _notes(first: Stage, entry: Input, *, inexact: bool) -> tuple[str, ...]:
    """Return what is not exact, or raise `InvalidNetwork` if that is not asked for."""
    coding = entry.entering.coding
    if not any(first.padding) or coding is None:
        return ()
    if max(coding.offset) <= 0 and not entry.eval()(torch.zeros(1, entry.entering.pixels)).any():
        return ()
    wrong = (
        f"{first.name}: hardware pads with code 0, which stands for {coding.offset[0]:g} "
        "and not for the 0 of the model"
    )
    if not inexact:
        raise InvalidNetwork(
            f"{wrong}: let features begin at 0, or pad the samples and not the convolution, or take wrong "
            "borders with inexact_padding=True"
        )
    return (wrong + ": borders differ",)


def _scores_of(model: nn.Module, stages: list[Stage], x: Tensor) -> Tensor:
    """Return the scores of the folded model, once the model itself agrees with it."""
    value = x[:, :, None] if x.dim() == 3 else x
    for stage in stages:
        value = run_stage(stage, value)[1]
    whole, ended = copy.deepcopy(model).cpu().float().eval(), value
    for step in read_steps(whole):
        ended = ENDS.get(type(step.module), nn.Identity())(ended)
    own = whole(x)
    if own.shape == ended.shape and (own - ended).abs().max() <= FOLDED * ended.abs().max():
        return value
    raise InvalidNetwork("the model computes something else than its layers say: does it do more in forward?")


def _error(scores: Tensor, wanted: Tensor) -> float:
    return float((scores - wanted).square().mean().sqrt() / wanted.std().clamp(min=1e-9))


def _logits(net: nn.Sequential, x: Tensor) -> Tensor:
    """Return the scores of a chain on the scale of its float model."""
    scores = net.eval()(x)
    return next(last.logits(scores) for last in reversed(net) if isinstance(last, Scores))


def _quantised(
    stages: list[Stage], wanted: _Wanted, entry: Input, x: Tensor, per_channel: bool, again: float
) -> tuple[Quantised, list[LayerReport]]:
    """Quantise one stage after the other; each is fitted to what those before it give."""
    modules: list[nn.Module] = [entry]
    layers = []
    codes = entry.eval()(x)
    real = x[:, :, None] if x.dim() == 3 else x
    coding = entry.entering.coding or Coding((0.0,), (1.0,))
    step = LEVELS >> entry.entering.bits
    # What a code stands for beyond its multiple of this goes into the bias, which is chosen by the mean.
    unit = torch.tensor(coding.scale, dtype=torch.float32) * step
    for number, stage in enumerate(stages):
        last = number == len(stages) - 1
        sums, real = run_stage(stage, real)
        with at(stage.name):
            linear = _linear(stage, wanted)
        if stage.flattened:
            modules.append(Flatten())
            codes = modules[-1](codes)
        weight, seen = _matrix(stage, linear, unit), _seen(stage, linear, codes)
        target = sums.movedim(1, -1).reshape(-1, sums.shape[1])
        chosen = torch.linspace(0, len(seen) - 1, min(MOST_ROWS, len(seen))).long()
        kept = linear.columns // wanted.compression[stage.name]
        importance = torch.ones(len(stage.weight)) if last else _importance(stages[number + 1])
        bits = None if last else wanted.activation_bits
        block = linear.block_out, linear.block_in
        asked = weight, seen[chosen], target[chosen], linear.bits, bits, block, kept, importance
        made = fit(Wanted(*asked, per_channel, again))
        _put(linear, made)
        rule = _rule(made, wanted.activation_bits, last=last)
        modules += [linear, rule]
        sums_found = linear.eval()(codes)
        codes = rule.eval()(sums_found)
        if isinstance(rule, Scores):
            error = _error(rule.logits(codes), real)
        else:
            size = [1, -1] + [1] * (codes.dim() - 2)
            given = (codes * made.unit.view(size)).reshape_as(sums.relu())
            error = float((given - sums.relu()).square().mean().sqrt() / sums.relu().std().clamp(min=1e-9))
        if stage.pool != (1, 1):
            pool = nn.MaxPool1d(stage.pool[1]) if stage.series else nn.MaxPool2d(stage.pool)
            modules.append(pool)
            codes = pool(codes)
        layers.append(LayerReport(stage.name, linear.bits, f"{kept}/{linear.columns}", error))
        unit = made.unit
    return Quantised(*modules), layers


def _linear(stage: Stage, wanted: _Wanted) -> BlockLinear | BlockConv2d:
    """Return a new layer of the stage's shape, with all of its blocks."""
    bits, ratio = wanted.bits[stage.name], wanted.compression[stage.name]
    channels = stage.entering[-1]
    outputs = len(stage.weight)
    out = min(BLOCK_OUT, outputs)
    if not stage.convolves:
        inputs = stage.weight.shape[1]
        # After a convolution, a block is of one pixel; its number is that of all pixels' blocks.
        if stage.flattened:
            width = next(
                one
                for one in range(min(16, channels), 0, -1)
                if channels % one == 0 and (inputs // one % ratio == 0 or one == 1)
            )
            if inputs // width % ratio:
                raise InvalidOption(f"compression: {inputs} inputs make no multiple of {ratio} blocks")
        else:
            width = block_width(inputs, ratio, whole_blocks=False)
        return BlockLinear(inputs, outputs, bits, block=(out, width))
    width = block_width(channels, ratio, whole_blocks=True)
    high, wide = stage.weight.shape[2:]
    block = out, width
    if stage.series:
        return BlockConv1d(channels, outputs, wide, stage.stride[1], stage.padding[2:], bits, block=block)
    return BlockConv2d(channels, outputs, (high, wide), stage.stride, stage.padding, bits, block=block)


def _matrix(stage: Stage, linear: BlockLinear | BlockConv2d, unit: Tensor) -> Tensor:
    """Return the weights in units of the codes that enter, [outputs, columns of all blocks]."""
    if not stage.convolves:
        inputs = stage.weight.shape[1]
        weight = stage.weight * (unit if len(unit) in (1, inputs) else unit.repeat(inputs // len(unit)))
        return F.pad(weight, (0, linear.columns * linear.block_in - inputs))
    if len(unit) > stage.weight.shape[1]:
        raise InvalidOption("coding: pixels that a convolution sees must have one scale for all")
    weight = stage.weight * unit.view(1, -1, 1, 1)
    blocks = weight.unflatten(1, (linear.columns, -1))  # channels of a block
    return blocks.permute(0, 1, 3, 4, 2).flatten(1)


def _seen(stage: Stage, linear: BlockLinear | BlockConv2d, codes: Tensor) -> Tensor:
    """Return what each sum sees, [n, columns of all blocks]."""
    if not stage.convolves:
        return F.pad(codes, (0, linear.columns * linear.block_in - codes.shape[1]))
    images = stage.padded(codes[:, :, None] if codes.dim() == 3 else codes)
    kernel = stage.weight.shape[2:]
    places = F.unfold(images, tuple(kernel), stride=stage.stride)
    places = places.transpose(1, 2).reshape(
        -1, linear.columns, images.shape[1] // linear.columns, math.prod(kernel)
    )
    return places.transpose(2, 3).flatten(1)


def _importance(after: Stage) -> Tensor:
    """Return how much the next stage makes of each output of this one."""
    power = after.weight.square()
    if after.convolves:
        return power.sum((0, 2, 3))
    channels = after.entering[-1] if after.flattened else power.shape[1]
    return power.sum(0).view(-1, channels).sum(0)


def _put(linear: BlockLinear | BlockConv2d, made: Fitted) -> None:
    """Put integers into a layer; all of its blocks are there until then."""
    rows, columns = made.mask.shape
    codes = F.pad(made.codes, (0, 0, 0, -len(made.codes) % linear.block_out))
    blocks = codes.view(rows, linear.block_out, columns, linear.block_in).transpose(1, 2)
    index = torch.from_numpy(np.nonzero(made.mask)[1].reshape(rows, -1))
    linear.weight = nn.Parameter(blocks[torch.arange(rows)[:, None], index].clone())
    linear.index = index


def _rule(made: Fitted, bits: int, *, last: bool) -> QuantReLU | Scores:
    rule: QuantReLU | Scores
    if last:
        rule = Scores(len(made.bias))
        rule.log_scale.fill_(float(made.scale[0].log()))
        rule.beta.copy_(made.bias * made.scale)
    else:
        rule = QuantReLU(len(made.bias), bits)
        rule.shift.fill_(made.shift)
        rule.mean.copy_(made.mean)
        # Of the batch norm: what is added to sums whose mean has been taken away.
        rule.beta.copy_((made.bias + made.mean) * 2.0**-made.shift)
    rule.ready.fill_(True)
    return rule
