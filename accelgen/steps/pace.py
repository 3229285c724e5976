"""How fast a pipeline is, and the least lanes with which it is as fast as was asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np

from accelgen.deliver.samples import SAMPLES_FILE, read_samples
from accelgen.errors import AccelgenError, InvalidOption
from accelgen.golden.pace import engine_cycles, intervals, walks
from accelgen.golden.run import run
from accelgen.network.layer import Layer
from accelgen.network.network import Network
from accelgen.rtl.datapath import MOST_LANES, Datapath
from accelgen.rtl.pipelined.plan import PipelinedPlan, StagePlan
from accelgen.steps.answer import Answer
from accelgen.steps.model import Model
from accelgen.steps.origin import images_of
from accelgen.values import shown

__all__ = ["Pace", "StagePace", "cycles_of_rate", "pace_of", "with_lanes_for"]

#: Samples that an average is over, at most.
SAMPLES = 256


@dataclass(frozen=True, slots=True)
class StagePace(Answer):
    """How long the engine of a layer takes for an image, about.

    Attributes
    ----------
    name : str
        Of the layer.
    lanes : int
        That it has.
    mean : float or None
        Cycles, mean over the samples; None without any.
    most : int
        Cycles if nothing is zero.
    """

    name: str
    lanes: int
    mean: float | None
    most: int


@dataclass(frozen=True, slots=True)
class Pace(Answer):
    """How closely images follow one another in a pipeline, about.

    Attributes
    ----------
    samples : int
        Samples that the means are over; 0 if none are at hand.
    mean : float or None
        Cycles from one image to the next, mean.
    most : int
        Cycles at most, if nothing is zero.
    stages : tuple of StagePace
        Of each layer.
    """

    samples: int
    mean: float | None
    most: int
    stages: tuple[StagePace, ...]


def cycles_of_rate(rate: float, clock: float | None) -> int:
    """Return the cycles that an image may take at ``rate`` images a second and a clock of so many MHz.

    Raises
    ------
    InvalidOption
        If there is no clock, or a rate that is none.
    """
    if not rate > 0 or rate == float("inf"):
        raise InvalidOption(f"rate must be above 0 images a second, not {shown(rate)}")
    if clock is None:
        raise InvalidOption("rate: images a second need a clock in MHz; or ask for cycles of an image")
    return floor(clock * 1e6 / rate)


def with_lanes_for(model: Model, datapath: Datapath, cycles: int) -> Datapath:
    """Return the options with the least lanes of each layer that let an image follow in ``cycles``, mean.

    Raises
    ------
    InvalidOption
        If no lanes are enough, or there are no samples to take a mean over.
    """
    network, datapath = model.network, replace(datapath, pipelined=True)
    beats = PipelinedPlan(network, replace(datapath, layer_lanes=())).input_beats
    if cycles < 1:
        raise InvalidOption(f"cycles must be at least 1, not {cycles}")
    if (entering := _samples(model)) is None:
        raise InvalidOption(
            f"cycles of {network.name} are averages over samples, and there are none of it: "
            f"ask for lanes of each layer, or put {SAMPLES_FILE} beside the network"
        )
    choices = [_choices(layer) for layer in network.layers]
    times = _times(network, datapath, choices, entering)
    taken = [max((n for n, t in enumerate(layer) if t.mean() <= cycles), default=0) for layer in times]
    # Each layer alone is fast enough, or as fast as it gets; together they wait for one another.
    while (reached := intervals([layer[n] for layer, n in zip(times, taken, strict=True)], beats)) > cycles:
        means = [layer[n].mean() if n else 0.0 for layer, n in zip(times, taken, strict=True)]
        if not any(means):
            raise InvalidOption(
                f"cycles must be at least {ceil(reached)} for {network.name}: an image takes so many with a "
                f"lane for each output of a block row, and in frames of {beats} beats"
            )
        taken[int(np.argmax(means))] -= 1
    return replace(datapath, layer_lanes=tuple(lanes[n] for lanes, n in zip(choices, taken, strict=True)))


def pace_of(model: Model, datapath: Datapath) -> Pace:
    """Return how closely images follow one another in a pipeline with these options."""
    network = model.network
    plan = PipelinedPlan(network, datapath)
    every = _cycles(network, plan.stages, [_every(layer) for layer in network.layers])
    most = [int(one[0]) for one in every]
    means: list[float | None] = [None] * len(most)
    mean = None
    if (entering := _samples(model)) is not None:
        cycles = _cycles(network, plan.stages, _walked(network, entering, datapath))
        means, mean = [float(one.mean()) for one in cycles], intervals(cycles, plan.input_beats)
    stages = zip(network.layers, plan.lanes, means, most, strict=True)
    return Pace(
        0 if entering is None else len(entering),
        mean,
        max(*most, plan.input_beats),
        tuple(StagePace(layer.name, lanes, average, worst) for layer, lanes, average, worst in stages),
    )


def _choices(layer: Layer) -> list[int]:
    """Return the numbers of lanes that differ in passes of a layer, the largest first."""
    outputs = layer.weights.block_out
    most = -(-outputs // MOST_LANES)
    return sorted({-(-outputs // passes) for passes in range(most, outputs + 1)}, reverse=True)


def _times(
    network: Network, datapath: Datapath, choices: list[list[int]], entering: np.ndarray
) -> list[list[np.ndarray]]:
    """Return how long each layer takes for each image with each of its ``choices`` of lanes."""
    walked = _walked(network, entering, datapath)
    times: list[list[np.ndarray]] = [[] for _ in choices]
    for number in range(max(map(len, choices))):
        each = tuple(lanes[min(number, len(lanes) - 1)] for lanes in choices)
        plan = PipelinedPlan(network, replace(datapath, layer_lanes=each))
        for found, cycles in zip(times, _cycles(network, plan.stages, walked), strict=True):
            found.append(cycles)
    return [found[: len(lanes)] for found, lanes in zip(times, choices, strict=True)]


def _samples(model: Model) -> np.ndarray | None:
    """Return what enters, uint8[samples, pixels]: samples beside the network, else of its data set."""
    path = model.place / SAMPLES_FILE
    if path.is_file():
        return read_samples(path, model.network).first(SAMPLES).entering
    try:
        return images_of(model.network, None, sample="fallback", folder=model.place).pixels[:SAMPLES]
    except AccelgenError:
        return None


def _walked(network: Network, entering: np.ndarray, datapath: Datapath) -> list[np.ndarray]:
    """Return how long a pass of each layer takes for what enters; see `walks`."""
    reads = run(network, entering).activations
    pairs = zip(network.layers, reads, strict=True)
    return [walks(layer, x, skip_zeros=datapath.skip_zeros) for layer, x in pairs]


def _every(layer: Layer) -> np.ndarray:
    """Return the same for an image of which nothing is zero."""
    return walks(layer, np.ones((1, layer.inputs), np.uint8), skip_zeros=False)


def _cycles(network: Network, stages: list[StagePlan], walked: list[np.ndarray]) -> list[np.ndarray]:
    """Return how long each stage takes for each image, float64[images] each."""
    pairs = zip(stages, walked, strict=True)
    return [engine_cycles(each, stage.layers[0].passes, _least(stage)) for stage, each in pairs]


def _least(stage: StagePlan) -> int:
    """Return the cycles that a pass takes to leave the lanes."""
    (part,) = stage.layers
    outputs = min(stage.lanes, part.last_pass if part.passes == 1 else stage.lanes)
    if stage.leaving is None:
        return outputs
    return max(-(-outputs // stage.granule), part.multiplied and part.multiplied + 2)
