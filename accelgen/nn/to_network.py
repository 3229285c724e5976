"""From a chain of `accelgen.nn` to a network: a change of container, not of numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from accelgen.errors import InvalidNetwork, InvalidRequest, at
from accelgen.golden import run, run_spiking
from accelgen.network import Network, save
from accelgen.network.convolution import Conv
from accelgen.network.dense import Dense
from accelgen.network.spiking import Spiking
from accelgen.network.widths import layer_accumulator_bits, score_bits
from accelgen.nn.blocks import BlockConv2d, BlockLinear, Flatten
from accelgen.nn.chain import Step, read_steps
from accelgen.nn.entry import Input, Spikes
from accelgen.nn.rules import LIF, Count, QuantReLU, Scaled, Scores
from accelgen.train.export import dense_layer, spiking_layer

__all__ = ["export"]

#: Width up to which every sum is exact in the floats of a module.
EXACT_BITS = 25
#: Samples that are drawn to compare with, where none are given.
DRAWN = 64


@torch.no_grad()
def export(
    module: nn.Module,
    data: Tensor | np.ndarray | None = None,
    *,
    name: str,
    path: Path | str | None = None,
    provenance: dict[str, str | int | float] | None = None,
) -> Network:
    """Return the network that computes what ``module`` computes in evaluation, and write its file.

    Every score of the golden model is compared with the module's own before anything is written.

    Parameters
    ----------
    module : nn.Module
        A chain that begins with `Input` or `Spikes` and ends with `Scores` or `Count`; see `read_steps`.
    data : Tensor or ndarray, optional
        Samples, as the module takes them, that scores are compared on; by default some are drawn.
    name : str
        Name of the network.
    path : str or Path, optional
        The file to write, as ``models/leaves/network.safetensors``.
    provenance : dict, optional
        Where the network came from: text and numbers.

    Raises
    ------
    InvalidNetwork
        If the module is no such chain, or breaks a rule of the network file: the message names the step. Also
        if sums may be so large that floats are not exact: the module would not always be the network.
    InvalidRequest
        If a rule has no scales yet, or the file cannot be written.
    """
    steps = read_steps(module)
    if not steps or not isinstance(entry := steps[0].module, Input | Spikes):
        raise InvalidNetwork("the first module must be accelgen.nn.Input or Spikes: it says what enters")
    layers = _layers(steps, entry)
    facts: dict[str, str | int | float] = {"timesteps": entry.timesteps} if isinstance(entry, Spikes) else {}
    facts |= {"torch": torch.__version__} | dict(provenance or {})
    readout = next((one.module.readout for one in steps if isinstance(one.module, Scores)), None)
    network = Network(name, entry.entering, layers, facts, readout=readout)
    _check_exact(network)
    _compare(network, module, entry, _drawn(entry) if data is None else torch.as_tensor(data))
    if path is not None:
        save(network, Path(path))
    return network


@dataclass(slots=True)
class _Reading:
    """The chain as far as it has been read: a layer waits for the rule that makes something of its sums."""

    shape: tuple[int, ...]
    waiting: BlockLinear | BlockConv2d | None = None
    pool: tuple[int, int] = (1, 1)
    ended: bool = False


def _layers(steps: list[Step], entry: Input | Spikes) -> tuple[Conv | Dense, ...] | tuple[Spiking, ...]:
    shape = entry.shape if isinstance(entry, Input) else (entry.entering.pixels,)
    reading = _Reading((1, *shape) if len(shape) == 2 else shape)
    pairs: list[list] = []  # of each layer: weights, rule, pool
    for step in steps[1:]:
        with at(step.place):
            module = step.module
            if isinstance(module, nn.Dropout | nn.Dropout1d | nn.Dropout2d | nn.Identity):
                continue
            if reading.ended:
                raise InvalidNetwork("nothing comes after the scores")
            if isinstance(module, BlockLinear | BlockConv2d):
                _enter(reading, module)
            elif isinstance(module, nn.MaxPool1d | nn.MaxPool2d):
                pool = pooled(module)
                reading.shape = _smaller(reading.shape, pool)
                if reading.waiting is not None:
                    reading.pool = _both(reading.pool, pool)
                elif pairs and isinstance(pairs[-1][0], BlockConv2d) and not isinstance(pairs[-1][1], LIF):
                    pairs[-1][2] = _both(pairs[-1][2], pool)
                else:
                    raise InvalidNetwork("only what a convolution gives can be pooled")
            elif isinstance(module, QuantReLU | Scores | LIF):
                _check_rule(reading, module)
                pairs.append([reading.waiting, module, reading.pool])
                reading.waiting, reading.pool = None, (1, 1)
                reading.ended = isinstance(module, Scores)
            elif isinstance(module, Flatten | nn.Flatten):
                _check_flatten(reading, module)
                reading.shape = (math.prod(reading.shape),)
            elif isinstance(module, Count) and pairs and isinstance(pairs[-1][1], LIF):
                reading.ended = True
            else:
                raise InvalidNetwork("is no module of accelgen.nn that can stand here")
    if not reading.ended or reading.waiting is not None:
        raise InvalidNetwork("the last module must be accelgen.nn.Scores, or Count after LIF")
    if isinstance(entry, Spikes):
        return tuple(spiking_layer(number, linear, rule) for number, (linear, rule, _) in enumerate(pairs))
    return tuple(_dense(number, *pair) for number, pair in enumerate(pairs))


def _enter(reading: _Reading, module: BlockLinear | BlockConv2d) -> None:
    if reading.waiting is not None:
        raise InvalidNetwork("comes after sums: QuantReLU, Scores or LIF must stand between")
    if isinstance(module, BlockConv2d):
        if len(reading.shape) != 3 or reading.shape[2] != module.window.channels:
            raise InvalidNetwork(
                f"takes images of {module.window.channels} channels, not {_spelled(reading.shape)}"
            )
        module.look_at(*reading.shape[:2])
        reading.shape = (module.window.conv_height, module.window.conv_width, module.outputs)
    else:
        if len(reading.shape) != 1:
            raise InvalidNetwork(f"takes rows, not {_spelled(reading.shape)}: accelgen.nn.Flatten makes them")
        if module.inputs != reading.shape[0]:
            raise InvalidNetwork(f"takes {module.inputs} features, not {reading.shape[0]}")
        reading.shape = (module.outputs,)
    reading.waiting = module


def _check_rule(reading: _Reading, rule: Scaled) -> None:
    if reading.waiting is None:
        raise InvalidNetwork("must come after BlockLinear or a convolution")
    if rule.features != reading.waiting.outputs:
        raise InvalidNetwork(f"takes {rule.features} features, not {reading.waiting.outputs}")
    if not bool(rule.ready):
        raise InvalidRequest("has no scales yet: train a step, or call accelgen.nn.calibrate")


def _check_flatten(reading: _Reading, module: Flatten | nn.Flatten) -> None:
    if reading.waiting is not None:
        raise InvalidNetwork("must come after the rule, not before it")
    if isinstance(module, Flatten):
        return
    if (module.start_dim, module.end_dim) != (1, -1):
        raise InvalidNetwork("must flatten everything but the samples")
    if len(reading.shape) == 3 and reading.shape[2] > 1 and math.prod(reading.shape[:2]) > 1:
        raise InvalidNetwork("takes the channels of a pixel apart: use accelgen.nn.Flatten")


def pooled(module: nn.Module) -> tuple[int, int]:
    """Return height and width of the squares of a max pooling, or raise `InvalidNetwork` if they overlap."""
    flat = isinstance(module, nn.MaxPool1d)
    size, stride, padding, dilation = (
        _pair(getattr(module, field), flat) for field in ("kernel_size", "stride", "padding", "dilation")
    )
    if size != stride or padding not in ((0, 0), 0) or dilation != (1, 1) or module.ceil_mode:
        raise InvalidNetwork("squares must lie side by side: stride as kernel_size, no padding, no ceil_mode")
    return size


def _pair(value, flat: bool) -> tuple[int, int]:
    value = value if isinstance(value, tuple) else (value,) * (1 if flat else 2)
    if flat:
        # A series is an image of one row.
        return (1 if value[0] else 0, value[0])
    return value


def _both(first: tuple[int, int], second: tuple[int, int]) -> tuple[int, int]:
    return first[0] * second[0], first[1] * second[1]


def _smaller(shape: tuple[int, ...], pool: tuple[int, int]) -> tuple[int, ...]:
    if len(shape) != 3:
        raise InvalidNetwork(f"takes images, not {_spelled(shape)}")
    return shape[0] // pool[0], shape[1] // pool[1], shape[2]


def _spelled(shape: tuple[int, ...]) -> str:
    return f"{shape[0]} features" if len(shape) == 1 else " x ".join(map(str, shape))


def _dense(
    number: int, linear: BlockLinear | BlockConv2d, rule: Scaled, pool: tuple[int, int]
) -> Conv | Dense:
    if not isinstance(linear, BlockConv2d):
        return dense_layer(number, linear, rule)
    whole = linear.window
    try:
        linear.window = replace(whole, pool=pool)
        return dense_layer(number, linear, rule)
    finally:
        linear.window = whole


def _drawn(entry: Input | Spikes) -> Tensor:
    """Draw samples: bytes, which every entry takes."""
    generator = torch.Generator().manual_seed(0)
    return torch.randint(256, (DRAWN, entry.entering.pixels), generator=generator, dtype=torch.uint8)


def _check_exact(network: Network) -> None:
    for layer, bits in zip(network.layers, layer_accumulator_bits(network), strict=True):
        summed = score_bits(layer, network.readout) if network.spiking and layer is network.last else 0
        if max(bits, summed) > EXACT_BITS:
            raise InvalidNetwork(
                f"{layer.name}: its sums may be 2**24 or more, where the float32 of a module is not exact"
            )


def _compare(network: Network, module: nn.Module, entry: Input | Spikes, samples: Tensor) -> None:
    """Raise `InvalidNetwork` unless every score of the golden model is the module's."""
    trains = module.training
    device = next(module.parameters()).device
    try:
        found = module.eval()(samples.to(device)).cpu().numpy()
    finally:
        module.train(trains)
    rows = entry.rows(samples).cpu().numpy()
    if isinstance(entry, Spikes):
        golden = run_spiking(network, rows.astype(np.uint8), entry.timesteps).scores[:, -1]
    else:
        features = entry.entering.coding is not None and rows.dtype.kind == "f"
        golden = run(network, rows if features else rows.astype(np.uint8)).scores
    if found.shape != golden.shape or (found != golden).any():
        raise InvalidNetwork(
            "the module computes other scores than its layers: does its forward do more than the chain?"
        )
