# amaranth: UnusedElaboratable=no
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.golden import count_spiking_cost, run_spikes
from accelgen.network import Synapse
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.tables import load_beats
from tests.naive import naive_spiking
from tests.stream_drivers import MARK, classify, event_frame, frames, whole
from tests.tiny_networks import (
    integrating,
    lasting,
    random_images,
    random_spikes,
    random_spiking_network,
    spiking_network,
)

#: Cycles of work that Amaranth's simulator is given.
AFFORDABLE = 4000


def expected(network, samples):
    """Return scores, class and timesteps used of each sample, by loops written from the equations."""
    ends = [naive_spiking(network, spikes.tolist())[-1] for spikes in samples]
    return [
        [*scores, int(np.argmax(scores)) | len(spikes) << 16]
        for scores, spikes in zip(ends, samples, strict=True)
    ]


def check(network, samples, *, stall=0.3, seed=0, **options):
    """Compare a pipeline with the equations on events; return its cycles. Samples may differ in length."""
    hardware = hardware_of(network, Datapath(pipelined=True, stream="events", **options))
    sent = [event_frame(hardware.plan, sample, random.Random(seed)) for sample in samples]
    load = load_beats(hardware.tables) if hardware.loadable else None
    found, error, cycles = classify(
        hardware.top(), sent, results=len(samples), load=load, stall=stall, seed=seed
    )
    assert found == expected(network, samples) and error == 0
    return cycles


def check_pixels(network, images, timesteps, *, stall=0.3, seed=0, **options):
    """Compare a pipeline that encodes pixels with the equations."""
    hardware = hardware_of(network, Datapath(pipelined=True, **options))
    sent = [whole(frame) for frame in frames(network, hardware.plan, images)]
    load = load_beats(hardware.tables) if hardware.loadable else None
    found, error, _ = classify(
        hardware.top(),
        sent,
        results=len(images),
        load=load,
        stall=stall,
        seed=seed,
        config={"last_timestep": timesteps - 1},
    )
    assert found == expected(network, network.input.spikes(images, timesteps)) and error == 0


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    timesteps=st.integers(1, 16),
    stream=st.sampled_from(["pixels", "events"]),
    weights=st.sampled_from(["rom", "ram"]),
    stall=st.sampled_from([0.0, 0.4]),
    lanes=st.integers(1, 20),
    skip_zeros=st.sampled_from([True, True, False]),
)
def test_random_networks_equal_the_equations(seed, timesteps, stream, weights, stall, lanes, skip_zeros):
    network, rng = random_spiking_network(seed), np.random.default_rng(seed)
    how = {"lanes": lanes, "weights": weights, "skip_zeros": skip_zeros, "stall": stall, "seed": seed}
    most = max(layer.weights.codes.size // min(lanes, layer.weights.block_out) for layer in network.layers)
    timesteps = max(min(timesteps, AFFORDABLE // most), 1)
    if stream == "pixels":
        check_pixels(network, random_images(rng, 3, network.input.inputs), timesteps, **how)
    else:
        lengths = [timesteps, 1, timesteps, 2]  # samples that differ follow one another
        check(network, [random_spikes(rng, 1, each, network.input.inputs)[0] for each in lengths], **how)


@pytest.mark.parametrize("stream", ["pixels", "events"])
@pytest.mark.parametrize(
    "network",
    [
        spiking_network(integration="discontinuous"),
        spiking_network(reset="zero", readout="count"),
        spiking_network(leak=3, multiplier=5, encoder="lfsr", seed=3),
        spiking_network(bits=8),
        lasting(spiking_network(leak=3, readout="count"), Synapse(2), None, Synapse(4, 5)),
    ],
    ids=["discontinuous", "counted", "multiplied", "wide", "lasting"],
)
def test_every_neuron_and_readout(network, stream):
    rng, lanes = np.random.default_rng(1), {"layer_lanes": (3, 6, 2)}
    if stream == "pixels":
        check_pixels(network, random_images(rng, 4, 30), 5, **lanes)
    else:
        check(network, random_spikes(rng, 4, 5, 30), **lanes)


@settings(max_examples=6, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    stream=st.sampled_from(["pixels", "events"]),
    weights=st.sampled_from(["rom", "ram"]),
    lanes=st.integers(1, 20),
)
def test_random_readouts_that_integrate_equal_the_equations(seed, stream, weights, lanes):
    network, rng = integrating(random_spiking_network(seed), seed), np.random.default_rng(seed)
    how = {"lanes": lanes, "weights": weights, "seed": seed}
    most = max(layer.weights.codes.size // min(lanes, layer.weights.block_out) for layer in network.layers)
    timesteps = max(min(9, AFFORDABLE // most), 1)
    if stream == "pixels":
        check_pixels(network, random_images(rng, 3, network.input.inputs), timesteps, **how)
    else:
        lengths = [timesteps, 1, timesteps, 2]
        check(network, [random_spikes(rng, 1, each, network.input.inputs)[0] for each in lengths], **how)


def test_engines_that_share_rows_feed_a_readout_that_integrates():
    network = integrating(spiking_network(bits=1), 5)
    rows = [layer.weights.block_rows for layer in network.hidden]
    each = {"layer_lanes": (3,) * 3, "layer_units": (*rows, 1)}
    check(network, random_spikes(np.random.default_rng(3), 4, 4, 30), **each)


@pytest.mark.parametrize(("lanes", "weights"), [(3, "ram"), (64, "rom")])
def test_engines_share_the_block_rows_of_a_layer(lanes, weights):
    network = spiking_network(bits=1)
    rows = [layer.weights.block_rows for layer in network.hidden]
    assert rows == [4, 3]
    each = {"layer_lanes": (lanes,) * 3, "layer_units": (*rows, 1)}
    check(network, random_spikes(np.random.default_rng(lanes), 4, 4, 30), weights=weights, **each)


@pytest.mark.parametrize("timesteps", [1, 2])
def test_samples_of_one_timestep_follow_one_another(timesteps):
    network = spiking_network()
    samples = random_spikes(np.random.default_rng(2), 12, timesteps, 30, density=0.5)
    check(network, samples, stall=0.0, layer_lanes=(7, 1, 5))
    check(network, samples, stall=0.0, layer_lanes=(1, 6, 5))
    check(network, samples, stall=0.0, layer_lanes=(7, 6, 1))


def test_a_reader_that_waits_stops_everything_and_loses_nothing():
    network = spiking_network(readout="count")
    samples = random_spikes(np.random.default_rng(5), 7, 3, 30)
    check(network, samples, stall=0.93, seed=5, layer_lanes=(7, 6, 5))


def test_layers_work_at_the_same_time():
    network = spiking_network()
    samples = np.ones((3, 16, 30), np.uint8)
    folded = hardware_of(network, Datapath(lanes=4, stream="events"))
    sent = [event_frame(folded.plan, sample) for sample in samples]
    slow = classify(folded.top(), sent, results=3)[2]
    work = count_spiking_cost(network, run_spikes(network, samples), 4)
    most = max(int(layer.ideal_cycles.sum()) for layer in work.layers)
    fast = check(network, samples, stall=0.0, lanes=4)
    assert fast < 0.8 * slow and fast <= max(most, sum(map(len, sent))) + 3 * 16 * 18


@pytest.mark.parametrize(
    ("fault", "bit"),
    [
        ([(3, 0), (MARK, 0), (1 << 20, 0), (MARK, 1)], "range"),
        ([(3, 0), (MARK, 0), (4, 0), (MARK, 0), (4, 1)], "short"),
        ([(3, 0), (MARK, 0)] * 16 + [(MARK, 1)], "long"),
    ],
)
@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_timesteps_of_a_malformed_sample_leave_nothing_behind(fault, bit, stall):
    network = spiking_network()
    hardware = hardware_of(network, Datapath(pipelined=True, lanes=2, stream="events"))
    samples = random_spikes(np.random.default_rng(3), 3, 4, 30)
    sent = [event_frame(hardware.plan, sample) for sample in samples]
    sent = [sent[0], fault, sent[1], fault, fault, sent[2]]
    found, error, _ = classify(hardware.top(), sent, results=3, stall=stall)
    assert found == expected(network, samples)
    assert error == 1 << ["short", "long", "range", "load"].index(bit)


def test_the_length_of_a_run_may_change_from_image_to_image():
    network = spiking_network(encoder="lfsr", seed=2)
    hardware = hardware_of(network, Datapath(pipelined=True, lanes=3))
    images = random_images(np.random.default_rng(4), 2, 30)
    for timesteps in (1, 7, 16):
        sent = [whole(frame) for frame in frames(network, hardware.plan, images)]
        found, _, _ = classify(hardware.top(), sent, results=2, config={"last_timestep": timesteps - 1})
        assert found == expected(network, network.input.spikes(images, timesteps))
