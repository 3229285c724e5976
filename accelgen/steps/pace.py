"""How fast a pipeline is, and the least lanes with which it is as fast as was asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor
from typing import cast

import numpy as np

from accelgen.deliver.samples import SAMPLES_FILE, read_samples
from accelgen.errors import AccelgenError, InvalidOption
from accelgen.golden.pace import engine_cycles, entry_cycles, intervals, walks
from accelgen.golden.run import run
from accelgen.golden.spiking import run_spikes, run_spiking
from accelgen.network.layer import Layer
from accelgen.network.network import Network
from accelgen.rtl.datapath import MOST_LANES, Datapath, lanes_by_layer
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.pipelined.plan import GatesPlan, PipelinedPlan, StagePlan
from accelgen.steps.answer import Answer
from accelgen.steps.checks import check_clock, timesteps_of
from accelgen.steps.model import Model
from accelgen.steps.origin import images_of
from accelgen.values import shown

__all__ = ["Pace", "StagePace", "cycles_of_rate", "least_cycles", "pace_of", "with_lanes_for"]

#: Samples that an average is over, at most.
SAMPLES = 256
#: Lanes that cost about as much as what an engine has besides: its banks, scanner and fetch.
ENGINE = 16
#: Weights of an unrolled layer that cost about as much as a lane, those that are not zero.
WEIGHTS = 6
#: The choice that a layer is unrolled, among engines and lanes of each.
GATES = (1, 0)


@dataclass(frozen=True, slots=True)
class StagePace(Answer):
    """How long the engine of a layer takes for an image, about.

    Attributes
    ----------
    name : str
        Of the layer.
    lanes : str
        That it has: "16", "4x16" of four engines, or "unrolled".
    mean : float or None
        Cycles, mean over the samples; None without any. Of a layer that spikes: of all timesteps of a sample.
    most : int
        Cycles if nothing is zero.
    """

    name: str
    lanes: str
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
    timesteps : int
        Of a sample: 1 of a network that does not spike.
    """

    samples: int
    mean: float | None
    most: int
    stages: tuple[StagePace, ...]
    timesteps: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """What the engines of a pipeline get: images, or one timestep of a sample after another.

    Attributes
    ----------
    reads : list of uint8[units of work, inputs]
        What enters each layer.
    entry : int or int64[units of work]
        Cycles in which it enters the pipeline.
    timesteps : int
        Units of work of a sample.
    """

    reads: list[np.ndarray]
    entry: int | np.ndarray
    timesteps: int

    @property
    def frames(self) -> str:
        """What an image enters in."""
        return (
            f"frames of {self.entry} beats" if isinstance(self.entry, int) else f"{self.timesteps} timesteps"
        )


def cycles_of_rate(rate: float, clock: float | None) -> int:
    """Return the cycles that an image may take at ``rate`` images a second and a clock of so many MHz.

    Raises
    ------
    InvalidOption
        If there is no clock, or a rate or clock that is none, or more images than clocks.
    """
    if not rate > 0 or rate == float("inf"):
        raise InvalidOption(f"rate must be above 0 images a second, not {shown(rate)}")
    if clock is None:
        raise InvalidOption("rate: images a second need a clock in MHz; or ask for cycles of an image")
    check_clock(clock)
    if rate > clock * 1e6:
        raise InvalidOption(
            f"rate: at {clock:g} MHz there are fewer clocks than {shown(rate)} images a second"
        )
    return floor(min(clock * 1e6 / rate, 2**53))  # of almost no images a second, infinity


def with_lanes_for(model: Model, datapath: Datapath, cycles: int) -> Datapath:
    """Return the options with the least lanes of each layer that let an image follow in ``cycles``, mean.

    ``sums`` are of the layers that become unrolled; if none does, they are "auto".

    Raises
    ------
    InvalidOption
        If no lanes are enough, or there are no samples to take a mean over.
    """
    if cycles < 1:
        raise InvalidOption(f"cycles must be at least 1, not {cycles}")
    network, sums = model.network, datapath.sums
    datapath, work, choices, times = _tried(model, datapath)
    each_step = cycles / work.timesteps
    gates = network.kind == "dense" and datapath.weights == "rom"
    taken = [_cheapest(own, found, each_step) for own, found in zip(choices, times, strict=True)]
    # Each layer alone is fast enough, or as fast as it gets; together they wait for one another.
    while (reached := intervals(now := _taken(times, taken), work.entry)) > each_step:
        means = [each.mean() for each in now]
        order = sorted(range(len(means)), key=lambda layer: -means[layer])
        faster = ((n, _cheapest(choices[n], times[n], 0.999 * means[n])) for n in order)
        slowest, better = next(((n, one) for n, one in faster if one != taken[n]), (0, taken[0]))
        if better == taken[slowest]:
            raise InvalidOption(
                f"cycles must be at least {ceil(reached * work.timesteps)} for {network.name}: an image "
                f"takes so many with as many lanes and engines as its layers can have, and in {work.frames}"
                + ("; --lanes may say that a layer is unrolled" if gates else "")
            )
        taken[slowest] = better
    units, lanes = zip(*(own[n] for own, n in zip(choices, taken, strict=True)), strict=True)
    return replace(datapath, layer_lanes=lanes, layer_units=units, sums=sums if 0 in lanes else "auto")


def least_cycles(model: Model, datapath: Datapath) -> int:
    """Return the least cycles that `with_lanes_for` grants: as many lanes and engines as layers can have.

    Raises
    ------
    InvalidOption
        If there are no samples to take a mean over, or the network is none for a pipeline.
    """
    _, work, _, times = _tried(model, datapath)
    return ceil(intervals([min(each, key=np.mean) for each in times], work.entry) * work.timesteps)


def _tried(
    model: Model, datapath: Datapath
) -> tuple[Datapath, _Work, list[list[tuple[int, int]]], list[list[np.ndarray]]]:
    """Return a pipeline without lanes, what its engines get, and choices of each layer with their times."""
    network = model.network
    datapath = replace(datapath, pipelined=True, layer_lanes=(), layer_units=(), sums="auto")
    if (work := _work(model, datapath)) is None:
        raise InvalidOption(
            f"cycles of {network.name} are averages over samples, and there are none of it: "
            f"ask for lanes of each layer, or put {SAMPLES_FILE} beside the network"
        )
    choices = [_choices(layer, shared=layer is not network.last) for layer in network.layers]
    if network.kind == "dense" and datapath.weights == "rom":
        choices = _with_gates(network, choices)
    return datapath, work, choices, _times(network, datapath, choices, work)


def pace_of(model: Model, datapath: Datapath) -> Pace:
    """Return how closely images follow one another in a pipeline with these options."""
    network = model.network
    plan = _plan(network, datapath)
    work = _work(model, datapath)
    timesteps = work.timesteps if work else timesteps_of(network, None) if network.spiking else 1
    every = _cycles(network, plan.stages, [_every(layer) for layer in network.layers])
    most = [int(one[0]) * timesteps for one in every]
    full = np.ones((1, timesteps, network.input.inputs), np.uint8)
    means: list[float | None] = [None] * len(most)
    mean = None
    if work is not None:
        cycles = _cycles(network, plan.stages, _walked(network, work, datapath))
        means = [float(one.mean()) * timesteps for one in cycles]
        mean = intervals(cycles, work.entry) * timesteps
    stages = zip(network.layers, lanes_by_layer(plan.lanes, plan.units), means, most, strict=True)
    return Pace(
        0 if work is None else len(work.reads[0]) // timesteps,
        mean,
        max(*most, int(np.sum(_entry(network, datapath, full)))),
        tuple(StagePace(layer.name, lanes, average, worst) for layer, lanes, average, worst in stages),
        timesteps,
    )


def _plan(network: Network, datapath: Datapath) -> PipelinedPlan:
    """Return the numbers of the engines."""
    return cast(PipelinedPlan, hardware_of(network, replace(datapath, pipelined=True)).pipelined)


def _taken(times: list[list[np.ndarray]], taken: list[int]) -> list[np.ndarray]:
    """Return how long each layer takes with its choice."""
    return [each[n] for each, n in zip(times, taken, strict=True)]


def _entry(network: Network, datapath: Datapath, spikes: np.ndarray) -> int | np.ndarray:
    """Return the cycles in which each image, or each timestep of ``spikes``, enters."""
    hardware = hardware_of(network, replace(datapath, pipelined=True))
    beats = _plan(network, datapath).input_beats
    return entry_cycles(spikes, beats, pixels=hardware.stream == "pixels") if network.spiking else beats


def _work(model: Model, datapath: Datapath) -> _Work | None:
    """Return what the engines get of some samples; None without any."""
    network = model.network
    if (entering := _samples(model)) is None:
        return None
    if not network.spiking:
        return _Work(run(network, entering).activations, _plan(network, datapath).input_beats, 1)
    timesteps = timesteps_of(network, None)
    events = entering.ndim == 3
    found = (
        run_spikes(network, entering[:, :timesteps]) if events else run_spiking(network, entering, timesteps)
    )
    reads = [x.reshape(-1, x.shape[2]) for x in found.spikes]
    return _Work(reads, _entry(network, datapath, found.spikes[0]), found.timesteps)


def _choices(layer: Layer, *, shared: bool) -> list[tuple[int, int]]:
    """Return engines, and lanes of each, that differ in the time that they take, the cheapest first.

    Several engines are for a layer whose block rows can be ``shared`` out evenly.
    """
    outputs, rows = layer.weights.block_out, layer.weights.block_rows
    most = -(-outputs // MOST_LANES)
    lanes = {-(-outputs // passes) for passes in range(most, outputs + 1)}
    units = [count for count in range(1, rows + 1 if shared else 2) if rows % count == 0]
    return sorted(((count, each) for count in units for each in lanes), key=_price)


def _with_gates(network: Network, choices: list[list[tuple[int, int]]]) -> list[list[tuple[int, int]]]:
    """Return choices with that to unroll a layer, where it costs no more than the dearest engines of it.

    The layer of most weights has an engine: without any, it would be unrolled hardware.
    """
    costs = [-(-int(np.count_nonzero(layer.weights.codes)) // WEIGHTS) for layer in network.layers]
    found = []
    for number, (own, cost) in enumerate(zip(choices, costs, strict=True)):
        if number == int(np.argmax(costs)) or (cost, 1) > _price(own[-1]):
            found.append(own)
            continue
        cheaper = sum(_price(each) < (cost, 1) for each in own)
        found.append([*own[:cheaper], GATES, *own[cheaper:]])
    return found


def _price(choice: tuple[int, int]) -> tuple[int, int]:
    """Return what engines cost, in lanes: each has a memory and a scanner besides, as large as so many."""
    units, lanes = choice
    return units * (lanes + ENGINE), units


def _cheapest(choices: list[tuple[int, int]], times: list[np.ndarray], cycles: float) -> int:
    """Return the first choice that takes no more than ``cycles``, mean; else the fastest."""
    means = [found.mean() for found in times]
    enough = (number for number in range(len(choices)) if means[number] <= cycles)
    return next(enough, int(np.argmin(means)))


def _times(
    network: Network, datapath: Datapath, choices: list[list[tuple[int, int]]], work: _Work
) -> list[list[np.ndarray]]:
    """Return how long each layer takes for each image with each of its ``choices``."""
    walked = _walked(network, work, datapath)
    times: list[list[np.ndarray]] = [[] for _ in choices]
    for number in range(max(map(len, choices))):
        each = [own[min(number, len(own) - 1)] for own in choices]
        units, lanes = zip(*each, strict=True)
        plan = _plan(network, replace(datapath, layer_lanes=lanes, layer_units=units))
        for found, cycles in zip(times, _cycles(network, plan.stages, walked), strict=True):
            found.append(cycles)
    return [found[: len(own)] for found, own in zip(times, choices, strict=True)]


def _samples(model: Model) -> np.ndarray | None:
    """Return samples beside the network, else of its data set, uint8[samples, pixels].

    Those of a network that takes events are uint8[samples, timesteps, inputs].
    """
    path = model.place / SAMPLES_FILE
    if path.is_file():
        return read_samples(path, model.network).first(SAMPLES).entering
    try:
        found = images_of(model.network, None, sample="fallback", folder=model.place)
        return found.spikes(0, SAMPLES) if found.events else found.pixels[:SAMPLES]
    except AccelgenError:
        return None


def _walked(network: Network, work: _Work, datapath: Datapath) -> list[np.ndarray]:
    """Return how long a pass of each layer takes for what enters; see `walks`."""
    pairs = zip(network.layers, work.reads, strict=True)
    return [walks(layer, x, skip_zeros=datapath.skip_zeros) for layer, x in pairs]


def _every(layer: Layer) -> np.ndarray:
    """Return the same for an image of which nothing is zero."""
    return walks(layer, np.ones((1, layer.inputs), np.uint8), skip_zeros=False)


def _cycles(network: Network, stages: list[StagePlan], walked: list[np.ndarray]) -> list[np.ndarray]:
    """Return how long each stage takes for each image, float64[images] each."""
    return [_cycles_of(*each) for each in zip(network.layers, stages, walked, strict=True)]


def _cycles_of(layer: Layer, stage: StagePlan, walked: np.ndarray) -> np.ndarray:
    if isinstance(stage, GatesPlan):
        return np.full(len(walked), float(stage.cycles))
    return engine_cycles(walked, stage.part.passes, _least(layer, stage), len(stage.units))


def _least(layer: Layer, stage: StagePlan) -> float:
    """Return the cycles that a pass takes to leave the lanes, mean."""
    part = stage.part
    outputs = part.last_pass if part.passes == 1 else stage.lanes
    if stage.leaving is None:
        return outputs
    packed = -(-outputs // stage.leaving.granule)
    squares = layer.window.looked_at / stage.leaving.pixels if layer.window else 1
    multiplied = part.multiplied + 2 if part.multiplied else 0
    return max(packed / squares, multiplied / len(stage.units))
