"""Run a few networks through the hardware that this process imports; exit code 3 if anything is wrong.

Started by `tests.faults.hunt` with a copy of the sources in front of the path; arguments are the kinds of
engine to look at, all by default.
"""

from __future__ import annotations

import random
import sys
from dataclasses import replace

import numpy as np

from accelgen.network import Integrator, Network, PixelInput, Requantise, Synapse, Task, Thresholds, Window
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.dnn.top import Top
from accelgen.rtl.edge.ports import ERRORS
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.pipelined.plan import PipelinedPlan
from accelgen.rtl.pipelined.tables import pipelined_tables
from accelgen.rtl.plan import Plan
from accelgen.rtl.tables import tables
from accelgen.rtl.unrolled.plan import UnrolledPlan
from accelgen.rtl.unrolled.top import PipelinedTop
from tests.naive import naive_scores, naive_spiking
from tests.stream_drivers import MARK, classify, event_frame, frames, whole
from tests.tiny_convolutions import conv_layer, multiply_convs, small_conv_network, tall_network
from tests.tiny_networks import (
    dense_layer,
    lasting,
    multiply_network,
    random_images,
    random_spikes,
    random_spiking_network,
    signed,
    spiking_network,
    threshold_network,
    wide_network,
)

WRONG = 3  # Python itself uses 1 and 2


def networks():
    """Yield networks that between them use every part: several passes, skipped blocks, odd words, ties."""
    rng = np.random.default_rng(3)
    yield Network(
        "deep",
        PixelInput(24, 2),
        (
            dense_layer(rng, "a", 22, 24, Requantise(1, 3), block_out=6, block_in=4, kept=3),
            dense_layer(rng, "b", 12, 22, Requantise(2, 2), block_out=6, block_in=5, kept=3),
            dense_layer(rng, "c", 3, 12, None, bits=2, block_out=3, block_in=4, kept=2),
        ),
    )
    # Layers that take turns in a bank fill it differently; one after them has an index, and one has none.
    sizes, kept = (24, 20, 12, 8, 8), (3, 3, 2, 1)
    turns = [
        dense_layer(rng, f"l{n}", sizes[n + 1], sizes[n], Requantise(1, 3), block_in=4, kept=kept[n])
        for n in range(4)
    ]
    yield Network("turns", PixelInput(24, 2), (*turns, dense_layer(rng, "last", 3, 8, None, block_out=3)))
    layer = dense_layer(rng, "a", 8, 24, Requantise(6, 1), bits=1, block_out=4, block_in=3, kept=2)
    last = dense_layer(rng, "b", 4, 8, None, block_out=4, block_in=3, kept=1)
    tied = type(last)("b", last.weights, np.full(4, 3, np.int32), None)
    yield Network("tied", PixelInput(24, 1), (layer, tied))
    one = (layer, dense_layer(rng, "b", 1, 8, None, block_out=1, block_in=4, kept=2))
    dark = naive_scores(Network("dark", PixelInput(24, 1), one), np.zeros(24, np.uint8))
    yield Network("cut", PixelInput(24, 1), one, {}, Task("threshold", thresholds=tuple(dark)))
    yield wide_network()
    yield multiply_network(0)
    yield multiply_network(1)
    yield threshold_network()
    dice = np.random.default_rng(9)  # sums of 6 signs are often a threshold
    few = {"bits": 1, "block_out": 4, "block_in": 3, "kept": 2, "spread": 1}
    counted = dense_layer(dice, "a", 8, 24, Thresholds(((-2, 0, 2),)), **few)
    after = dense_layer(dice, "b", 4, 8, None, block_out=4, block_in=4, kept=2)
    yield Network("counted", PixelInput(24, 1), (counted, after))
    yield Network("numbers", PixelInput(24, 1), (layer, last), {}, Task("regression", (0.5,), (1.0,)))
    # Signed codes: outputs that do not exist would be read, if they were not zero.
    ends = (
        dense_layer(rng, "a", 10, 24, Requantise(1, 3), bits=1, block_out=4, block_in=4, kept=4),
        dense_layer(rng, "b", 3, 10, None, bits=1, block_out=3, block_in=4, kept=3),
    )
    yield signed(Network("signs", PixelInput(24, 3), ends))


def convolutions():
    """Yield networks whose pixels have several words, or one; the addresses of the second are all in use."""
    yield small_conv_network()
    yield tall_network()
    yield multiply_convs()
    rng = np.random.default_rng(5)
    window = Window(4, 4, 1, kernel=2, padding=1, stride=2)
    layer = conv_layer(rng, "a", window, 2, Requantise(1, 3), block_out=2, block_in=1, kept=1, spread=5)
    last = dense_layer(rng, "b", 3, 18, None, block_out=3, block_in=2, kept=9, spread=5)
    yield Network("coarse", PixelInput(16, 2), (layer, last))


def right(
    network: Network, plan: Plan | PipelinedPlan | UnrolledPlan, stall: float = 0.0, count: int = 6
) -> bool:
    """Return whether scores, classes and errors are what the equations and the protocol say."""
    found = pipelined_tables if isinstance(plan, PipelinedPlan) else tables
    contents = [] if isinstance(plan, UnrolledPlan) else found(plan)
    rng = np.random.default_rng(1)
    images = random_images(rng, count, network.input.pixels, density=0.35)
    images[2] = 0
    sent = [whole(frame) for frame in frames(network, plan, images)]
    sent.insert(3, [*sent[0][:-1], (sent[0][-1][0], 0), *sent[1]])  # a long frame, to be dropped
    scores = [naive_scores(network, image) for image in images]
    expected = [[*found, *_ending(network, found)] for found in scores]
    pipelined = isinstance(plan, UnrolledPlan) and plan.interval
    top = PipelinedTop(plan) if pipelined else Top(plan, contents)
    found, error, _ = classify(top, sent, results=count, stall=stall, deadline=6000)
    return found == expected and error == 1 << ERRORS.index("long")


def _ending(network: Network, scores: list[int]) -> list[int]:
    """Return what follows the scores of a result: the class, a decision, or nothing."""
    if network.task is None:
        return [int(np.argmax(scores))]
    return [int(scores[0] >= network.task.thresholds[0])] if network.task.thresholds else []


def spiking_networks():
    """Yield spiking networks that between them use every part, and how they are built."""
    yield spiking_network(reset="zero", encoder="lfsr", seed=5), {"stream": "pixels", "early_stop": True}
    yield spiking_network(readout="count"), {"stream": "pixels"}
    yield spiking_network(leak=3, multiplier=5), {"stream": "events"}
    yield spiking_network(leak=1), {"stream": "events", "early_stop": True}
    yield spiking_network(integration="discontinuous"), {"stream": "events"}
    leaky = spiking_network(leak=2)
    yield replace(leaky, readout=Integrator(2)), {"stream": "events", "early_stop": True}
    yield replace(leaky, readout=Integrator(3, 5, "sum")), {"stream": "pixels"}
    yield replace(leaky, readout=Integrator(1, 1, "max")), {"stream": "events"}
    # Currents that last: of all layers, of some, and of one whose last pass is of neurons that exist.
    counting = spiking_network(leak=1, readout="count")
    yield lasting(counting, Synapse(2), Synapse(3, 5), Synapse(1)), {"stream": "events"}
    zero = spiking_network(reset="zero", leak=3)
    yield lasting(zero, Synapse(4, 3), None), {"stream": "pixels"}
    yield lasting(random_spiking_network(22), Synapse(2), None), {"stream": "pixels"}
    # Dice that mix neurons of every kind, and end a layer on a pass without padding.
    yield random_spiking_network(3), {"stream": "pixels"}
    yield random_spiking_network(18), {"stream": "pixels"}


def spikes_right(network: Network, options: dict, stall: float = 0.0) -> bool:
    """Return whether scores, timesteps used and errors are what the equations and the protocol say."""
    hardware = hardware_of(network, Datapath(**{"lanes": 4} | options))
    plan = hardware.plan
    rng, timesteps, config, wrong = np.random.default_rng(1), 5, {}, 0
    images = random_images(rng, 4, network.input.pixels, density=0.35)
    spikes = network.input.spikes(images, timesteps)
    if hardware.stream == "pixels":
        sent = [whole(frame) for frame in frames(network, plan, images)]
        config["last_timestep"] = timesteps - 1
    else:
        spikes = random_spikes(rng, 4, timesteps, network.input.inputs, density=0.2)
        dice = random.Random(0)
        sent = [event_frame(plan, sample, dice) for sample in spikes]
        sent[0].insert(0, sent[0][0])  # an event that is repeated, to be counted once
        sent.insert(2, [(3, 0), (1 << 20, 0), (MARK, 1)])
        wrong = 1 << ERRORS.index("range")
        if not plan.early_stop:  # a sample that has stopped may go on as it likes
            sent.insert(4, [(3, 0), (MARK, 0)] * 16 + [(MARK, 1)])
            wrong |= 1 << ERRORS.index("long")
    scores = [naive_spiking(network, sample.tolist()) for sample in spikes]
    margin = 0
    if plan.early_stop:  # a lead that some sample has exactly, before its end
        *_, second, best = sorted(scores[1][1])
        margin = config["margin"] = max(best - second, 1)
    found, error, _ = classify(hardware.top(), sent, results=4, stall=stall, config=config)
    return found == [_stopped(each, margin) for each in scores] and error == wrong


def _stopped(scores: list[list[int]], margin: int) -> list[int]:
    """Return the result frame of scores after each timestep."""
    for used, now in enumerate(scores, 1):
        *_, second, best = sorted(now)
        if used == len(scores) or (margin and best - second >= margin):
            return [*now, int(np.argmax(now)) | used << 16]
    raise ValueError("there must be a timestep")


def dense_right() -> bool:
    """Return whether folded engines are sound."""
    return all(right(network, Plan(network, Datapath(lanes=4))) for network in networks())


def compact_right() -> bool:
    """Return whether compact engines are, of sums that leave one by one or several at a time."""
    return all(
        right(network, Plan(network, Datapath(compact=True, lanes=lanes, **how)), stall=stall)
        for network in [*networks(), sharing_network()]
        for lanes, how, stall in ((4, {}, 0.0), (6, {}, 0.6), (1, {}, 0.3), (16, {"skip_zeros": False}, 0.0))
    )


def unrolled_right() -> bool:
    """Return whether unrolled engines are, with and without pauses."""
    plans = [(network, UnrolledPlan(network, Datapath(unrolled=True))) for network in networks()]
    return all(right(*case, stall=stall, count=16) for case in plans for stall in (0.0, 0.7))


def sharing_network() -> Network:
    """Return a network whose outputs have much in common, and whose biases need every way to be added."""
    rng = np.random.default_rng(8)
    kept = {"bits": 2, "block_in": 4, "spread": 90}
    first = dense_layer(rng, "a", 16, 16, Requantise(3, 3), block_out=8, kept=4, **kept)
    return Network(
        "sharing", PixelInput(16, 4), (first, dense_layer(rng, "b", 6, 16, None, block_out=6, kept=4, **kept))
    )


def pipelines_right() -> bool:
    """Return whether pipelines are, of one beat and of several, with ranks within layers and without."""
    options = ({"interval": 1}, {"interval": 3, "stages": 8})
    plans = [
        (network, UnrolledPlan(network, Datapath(unrolled=True, **one)))
        for network in (*networks(), sharing_network())
        if not network.signed  # which they refuse
        for one in options
    ]
    return all(right(*case, stall=stall, count=12) for case in plans for stall in (0.0, 0.6))


def convolutions_right() -> bool:
    """Return whether engines with convolutions are."""
    windows = [(network, Plan(network, Datapath(lanes=2))) for network in convolutions()]
    return all(right(*case, stall=0.2, count=4) for case in windows)


def stages_right() -> bool:
    """Return whether pipelines of engines are, of layers with and without windows."""

    def plan(network, **how):
        return network, PipelinedPlan(network, Datapath(**{"pipelined": True, "lanes": 2} | how))

    dense = [plan(network) for network in networks()]
    dense += [plan(network, lanes=5, skip_zeros=False) for network, _ in dense[:2]]
    rng = np.random.default_rng(8)  # the last words of a layer, and of a pixel, hold no output that exists
    layer = dense_layer(rng, "a", 8, 24, Requantise(1, 3), block_out=6, block_in=4, kept=3)
    last = dense_layer(rng, "b", 3, 8, None, block_out=3, block_in=4, kept=2)
    dense += [plan(Network("padded", PixelInput(24, 2), (layer, last)))]
    window = Window(4, 4, 1, kernel=2, stride=2)
    conv = conv_layer(rng, "a", window, 5, Requantise(1, 3), block_out=3, block_in=1, kept=1, spread=5)
    after = dense_layer(rng, "b", 3, 20, None, block_out=3, block_in=1, kept=20, spread=5)
    spread = Network("spread", PixelInput(16, 2), (conv, after))
    shared = {"layer_lanes": (3, 3), "layer_units": (2, 1)}
    windows = [plan(network) for network in (*convolutions(), spread)] + [plan(spread, **shared)]
    # A word of a pixel holds the end of the row of one engine, and the start of that of the next.
    conv = conv_layer(rng, "a", window, 6, Requantise(1, 3), block_out=3, block_in=1, kept=1, spread=5)
    after = dense_layer(rng, "b", 3, 24, None, block_out=3, block_in=2, kept=12, spread=5)
    windows.append(plan(Network("split", PixelInput(16, 2), (conv, after)), **shared))
    dense += [plan(dense[0][0], layer_lanes=(2, 2, 2), layer_units=(4, 2, 1))]
    dense += [plan(dense[0][0], layer_lanes=lanes) for lanes in ((0, 6, 3), (0, 0, 1), (6, 2, 0), (1, 0, 0))]
    # More words leave an unrolled layer than enter it: the next image is whole while they do.
    layer = dense_layer(rng, "a", 24, 8, Requantise(1, 3), block_out=6, block_in=4, kept=2)
    last = dense_layer(rng, "b", 3, 24, None, block_out=3, block_in=2, kept=1)
    dense += [plan(Network("wider", PixelInput(8, 2), (layer, last)), layer_lanes=(0, 3))]
    # A reader so slow that the next image has become results while scores of the one before still leave.
    if not right(*plan(dense[0][0], layer_lanes=(6, 6, 0)), stall=0.93, count=7):
        return False
    return all(right(*case, stall=stall, count=7) for case in dense for stall in (0.0, 0.5)) and all(
        right(*case, stall=0.2, count=4) for case in windows
    )


def spiking_right() -> bool:
    """Return whether spiking engines are."""
    return all(spikes_right(*case) for case in spiking_networks())


def spiking_stages_right() -> bool:
    """Return whether pipelines of spiking engines are."""
    rows = [layer.weights.block_rows for layer in spiking_network().hidden]
    lanes = ({"lanes": 2}, {"layer_lanes": (7, 1, 5)}, {"layer_lanes": (3, 6, 2), "layer_units": (*rows, 1)})
    cases = [
        (network, options | {"early_stop": False, "pipelined": True} | how)
        for (network, options), how in zip(spiking_networks(), lanes * 5, strict=False)
        if len(network.layers) == 3
    ]
    return all(spikes_right(*case, stall=stall) for case in cases for stall in (0.0, 0.5))


def unrolled_spikes_right() -> bool:
    """Return whether unrolled engines that spike are, of frames and of beats, with ranks within too."""
    cases = []
    for network, options in spiking_networks():
        if network.readout:  # of which only engines have one that integrates
            continue
        forms = [{"sums": "chains"}, {}]
        if options["stream"] == "pixels":
            forms += [{"interval": 1}, {"interval": 3, "stages": len(network.layers) + 5}]
        cases += [(network, options | {"early_stop": False, "unrolled": True} | form) for form in forms]
    return short_samples_right() and all(
        spikes_right(*case, stall=stall) for case in cases for stall in (0.0, 0.7)
    )


def short_samples_right() -> bool:
    """Return whether samples of few events, shorter than their results, wait for their readers."""
    network, rng = spiking_network(), np.random.default_rng(2)
    hardware = hardware_of(network, Datapath(unrolled=True, stream="events"))
    samples = random_spikes(rng, 12, 1, network.input.inputs, density=0.05)
    sent = [event_frame(hardware.plan, sample) for sample in samples]
    found, error, _ = classify(hardware.top(), sent, results=12, stall=0.9)
    return found == [_stopped(naive_spiking(network, sample.tolist()), 0) for sample in samples] and not error


KINDS = {
    "dnn": dense_right,
    "compact": compact_right,
    "unrolled": unrolled_right,
    "pipeline": pipelines_right,
    "conv": convolutions_right,
    "pipelined": stages_right,
    "snn": spiking_right,
    "stacked": spiking_stages_right,
    "sparks": unrolled_spikes_right,
}


if __name__ == "__main__":
    try:
        sound = all(KINDS[kind]() for kind in sys.argv[1:] or KINDS)
        sys.exit(0 if sound else WRONG)
    except AssertionError as error:  # a hang, say
        print(error)
        sys.exit(WRONG)
