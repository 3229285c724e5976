import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.network import Synapse
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.snn.top import SpikingTop
from accelgen.rtl.tables import load_beats, tables
from tests.naive import naive_spiking
from tests.reload import check as check_reload
from tests.reload import partners
from tests.stream_drivers import MARK, classify, event_frame, frames, whole
from tests.tiny_networks import (
    integrating,
    lasting,
    random_images,
    random_spikes,
    random_spiking_network,
    spiking_network,
    tiny_spiking_network,
)


def built(network, **options):
    """Return a top, its plan and the beats that load it."""
    plan = SpikingPlan(network, Datapath(**options))
    found = tables(plan)
    return SpikingTop(plan, found), plan, load_beats(found) if plan.weights == "ram" else None


def expected(network, samples, margin=0):
    """Return scores, class and timesteps used of each sample, by loops written from the equations."""
    found = []
    for spikes in samples:
        for used, scores in enumerate(naive_spiking(network, spikes.tolist()), 1):
            *_, second, best = sorted(scores)
            if used == len(spikes) or (margin and best - second >= margin):
                found.append([*scores, int(np.argmax(scores)) | used << 16])
                break
    return found


@pytest.mark.parametrize("weights", ["rom", "ram"])
@pytest.mark.parametrize("bits", [5, 8])
def test_spikes_meet_wide_weights(bits, weights):
    network = spiking_network(bits=bits)
    assert max(abs(int(code)) for layer in network.layers for code in layer.weights.codes.flat) > 8
    top, plan, load = built(network, lanes=4, weights=weights)
    images = random_images(np.random.default_rng(bits), 4, network.input.inputs)
    images[1] = 255
    sent = [whole(frame) for frame in frames(network, plan, images)]
    found, error, _ = classify(top, sent, results=4, load=load, config={"last_timestep": 5})
    assert found == expected(network, network.input.spikes(images, 6)) and error == 0


@pytest.mark.parametrize("weights", ["rom", "ram"])
@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_currents_last_within_an_image_and_no_longer(weights, stall):
    network = lasting(spiking_network(leak=3, reset="zero", readout="count"), Synapse(4, 5), Synapse(1))
    top, plan, load = built(network, lanes=5, weights=weights)
    images = random_images(np.random.default_rng(8), 4, network.input.inputs)
    images[0], images[1] = 255, 0  # what the first leaves would make the second fire
    sent = [whole(frame) for frame in frames(network, plan, images)]
    found, error, _ = classify(top, sent, results=4, load=load, stall=stall, config={"last_timestep": 15})
    assert found == expected(network, network.input.spikes(images, 16)) and error == 0


@settings(max_examples=12)
@given(
    seed=st.integers(0, 2**32 - 1),
    timesteps=st.integers(1, 16),
    margin=st.sampled_from([0, 0, 1, 5]),
    stream=st.sampled_from(["pixels", "events"]),
    weights=st.sampled_from(["rom", "ram"]),
    stall=st.sampled_from([0.0, 0.4]),
    lanes=st.integers(1, 20),
    skip_zeros=st.sampled_from([True, True, False]),
)
def test_random_networks_equal_the_equations(
    seed, timesteps, margin, stream, weights, stall, lanes, skip_zeros
):
    network = random_spiking_network(seed)
    top, plan, load = built(
        network,
        lanes=lanes,
        weights=weights,
        stream=stream,
        early_stop=bool(margin),
        skip_zeros=skip_zeros,
    )
    # At most 45,000 cycles, even if every weight of every timestep takes one.
    timesteps = min(timesteps, 15_000 // sum(layer.weight_words for layer in plan.layers))
    config = {"margin": min(margin, (1 << (plan.score_bits - 1)) - 1)} if margin else {}
    if stream == "pixels":
        config["last_timestep"] = timesteps - 1
        images = random_images(np.random.default_rng(seed), 3, network.input.inputs)
        spikes = network.input.spikes(images, timesteps)
        sent = [whole(frame) for frame in frames(network, plan, images)]
    else:
        spikes = random_spikes(np.random.default_rng(seed), 3, timesteps, network.input.inputs)
        sent = [event_frame(plan, sample, random.Random(seed)) for sample in spikes]
    found, error, _ = classify(
        top, sent, results=3, load=load, stall=stall, seed=seed, config=config, deadline=60_000
    )
    assert found == expected(network, spikes, config.get("margin", 0)) and error == 0


@settings(max_examples=10)
@given(
    seed=st.integers(0, 2**32 - 1),
    timesteps=st.integers(1, 16),
    margin=st.sampled_from([0, 0, 1, 5]),
    stream=st.sampled_from(["pixels", "events"]),
    weights=st.sampled_from(["rom", "ram"]),
    stall=st.sampled_from([0.0, 0.4]),
    lanes=st.integers(1, 20),
)
def test_random_readouts_that_integrate_equal_the_equations(
    seed, timesteps, margin, stream, weights, stall, lanes
):
    network = integrating(random_spiking_network(seed), seed)
    top, plan, load = built(network, lanes=lanes, weights=weights, stream=stream, early_stop=bool(margin))
    timesteps = min(timesteps, 15_000 // sum(layer.weight_words for layer in plan.layers))
    config = {"margin": min(margin, (1 << (plan.score_bits - 1)) - 1)} if margin else {}
    if stream == "pixels":
        config["last_timestep"] = timesteps - 1
        images = random_images(np.random.default_rng(seed), 3, network.input.inputs)
        spikes = network.input.spikes(images, timesteps)
        sent = [whole(frame) for frame in frames(network, plan, images)]
    else:
        spikes = random_spikes(np.random.default_rng(seed), 3, timesteps, network.input.inputs)
        sent = [event_frame(plan, sample, random.Random(seed)) for sample in spikes]
    found, error, _ = classify(
        top, sent, results=3, load=load, stall=stall, seed=seed, config=config, deadline=60_000
    )
    assert found == expected(network, spikes, config.get("margin", 0)) and error == 0


@pytest.mark.parametrize("early_stop", [False, True])
@pytest.mark.parametrize(
    ("fault", "bit"),
    [
        ([(3, 0), (MARK, 0), (1 << 20, 0), (MARK, 1)], "range"),
        ([(3, 0), (MARK, 0), (4, 1)], "short"),
        ([(3, 0), (MARK, 0)] * 16 + [(MARK, 1)], "long"),
    ],
)
def test_a_malformed_sample_gives_no_result_and_the_next_is_right(fault, bit, early_stop):
    network = spiking_network()
    top, plan, _ = built(network, lanes=4, stream="events", early_stop=early_stop)
    samples = random_spikes(np.random.default_rng(3), 3, 4, 30)
    sent = [event_frame(plan, samples[0]), fault, *(event_frame(plan, sample) for sample in samples[1:])]
    config = {"margin": (1 << (plan.score_bits - 1)) - 1} if early_stop else {}  # a lead that never comes
    found, error, _ = classify(top, sent, results=3, config=config)
    assert found == expected(network, samples)
    assert error == 1 << ["short", "long", "range", "load"].index(bit)


def test_the_length_of_a_run_may_change_from_image_to_image():
    network = spiking_network(encoder="lfsr", seed=2)
    top, plan, _ = built(network, lanes=4)
    images = random_images(np.random.default_rng(4), 2, 30)
    for timesteps in (1, 7, 16):
        sent = [whole(frame) for frame in frames(network, plan, images)]
        found, _, _ = classify(top, sent, results=2, config={"last_timestep": timesteps - 1})
        assert found == expected(network, network.input.spikes(images, timesteps))


@pytest.mark.parametrize("stream", ["pixels", "events"])
def test_new_tables_wait_for_the_samples_that_have_begun(stream):
    options = Datapath(lanes=2, weights="ram", stream=stream)
    networks = partners(tiny_spiking_network, lambda network: SpikingPlan(network, options))
    plan = SpikingPlan(networks[0], options)
    loads = [whole(load_beats(tables(SpikingPlan(network, options))).tolist()) for network in networks]
    if stream == "pixels":
        image = random_images(np.random.default_rng(8), 1, networks[0].input.pixels, 0.8)
        frame, config = whole(frames(networks[0], plan, image)[0]), {"last_timestep": 2}
        spikes = networks[0].input.spikes(image, 3)
        pivots = sorted({0, 1, len(frame) - 1})
    else:
        spikes = random_spikes(np.random.default_rng(8), 1, 3, networks[0].input.inputs, 0.6)
        frame, config = event_frame(plan, spikes[0]), {}
        marks = [number for number, (word, _) in enumerate(frame) if word == MARK]
        pivots = [0, 1, marks[0], marks[0] + 1, len(frame) - 1]
    answers = [expected(network, spikes)[0] for network in networks]
    assert answers[0] != answers[1]
    check_reload(SpikingTop(plan, tables(plan)), frame, loads, answers, pivots, config)
