import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.edge.ports import ERRORS
from accelgen.rtl.unrolled.spiking_plan import SpikingUnrolledPlan
from accelgen.rtl.unrolled.spiking_top import UnrolledSpikingTop
from tests.component_bench import check as check_verilog
from tests.naive import naive_spiking
from tests.stream_drivers import MARK, classify, event_frame, frames, whole
from tests.tiny_networks import random_images, random_spikes, random_spiking_network, spiking_network


def built(network, **options):
    plan = SpikingUnrolledPlan(network, Datapath(unrolled=True, **options))
    return UnrolledSpikingTop(plan), plan


def expected(network, samples):
    """Return scores, class and timesteps used of each sample, by loops written from the equations."""
    ends = [naive_spiking(network, spikes.tolist())[-1] for spikes in samples]
    return [
        [*scores, int(np.argmax(scores)) | len(spikes) << 16]
        for scores, spikes in zip(ends, samples, strict=True)
    ]


def pixels_of(network, images, timesteps, *, stall=0.0, seed=0, **options):
    """Compare a top that encodes pixels with the equations, and return its cycles."""
    top, plan = built(network, **options)
    sent = [whole(frame) for frame in frames(network, plan, images)]
    found, error, cycles = classify(
        top, sent, results=len(images), stall=stall, seed=seed, config={"last_timestep": timesteps - 1}
    )
    assert found == expected(network, network.input.spikes(images, timesteps)) and error == 0
    return cycles


def events_of(network, samples, *, stall=0.0, seed=0, **options):
    """Compare a top that takes events with the equations."""
    top, plan = built(network, stream="events", **options)
    sent = [event_frame(plan, sample, random.Random(seed)) for sample in samples]
    found, error, _ = classify(top, sent, results=len(samples), stall=stall, seed=seed)
    assert found == expected(network, samples) and error == 0


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    timesteps=st.integers(1, 16),
    interval=st.sampled_from([0, 0, 1, 3]),
    stall=st.sampled_from([0.0, 0.4]),
)
def test_random_networks_of_pixels_equal_the_equations(seed, timesteps, interval, stall):
    network = random_spiking_network(seed)
    images = random_images(np.random.default_rng(seed), 4, network.input.inputs)
    pixels_of(network, images, timesteps, stall=stall, seed=seed, interval=interval)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), timesteps=st.integers(1, 16), stall=st.sampled_from([0.0, 0.4]))
def test_random_networks_of_events_equal_the_equations(seed, timesteps, stall):
    network, rng = random_spiking_network(seed), np.random.default_rng(seed)
    lengths = [timesteps, 1, timesteps, 2]
    samples = [random_spikes(rng, 1, each, network.input.inputs)[0] for each in lengths]
    events_of(network, samples, stall=stall, seed=seed)


@pytest.mark.parametrize(
    ("interval", "timesteps", "each"),
    # A frame of two beats, or a result of six words; an image of a beat, or of three; or its timesteps.
    [(0, 1, 6), (0, 6, 6), (0, 16, 16), (1, 1, 1), (1, 5, 5), (3, 1, 3), (3, 16, 16)],
)
def test_an_image_takes_its_timesteps_its_beats_or_its_words(interval, timesteps, each):
    network = spiking_network()
    images = random_images(np.random.default_rng(0), 12, 30)
    few = pixels_of(network, images[:2], timesteps, interval=interval)
    many = pixels_of(network, images, timesteps, interval=interval)
    assert many - few == 10 * each


@pytest.mark.parametrize("interval", [0, 3])
def test_a_broken_frame_leaves_no_trace(interval):
    network = spiking_network(encoder="lfsr", seed=3)
    top, plan = built(network, interval=interval)
    images = random_images(np.random.default_rng(2), 4, 30)
    sent = [whole(frame) for frame in frames(network, plan, images)]
    sent.insert(1, [*sent[0][:-1], (sent[0][-1][0], 0), *sent[2]])  # too long
    found, error, _ = classify(top, sent, results=4, stall=0.3, seed=1, config={"last_timestep": 4})
    assert found == expected(network, network.input.spikes(images, 5))
    assert error == 1 << ERRORS.index("long")


@pytest.mark.parametrize(
    ("fault", "bit"),
    [
        ([(3, 0), (MARK, 0), (1 << 20, 0), (MARK, 1)], "range"),
        ([(3, 0), (MARK, 0), (4, 0), (MARK, 0), (4, 1)], "short"),
        ([(3, 0), (MARK, 0)] * MAX_TIMESTEPS + [(MARK, 1)], "long"),
    ],
)
@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_timesteps_of_a_malformed_sample_leave_nothing_behind(fault, bit, stall):
    network = spiking_network(leak=0)
    top, plan = built(network, stream="events")
    samples = random_spikes(np.random.default_rng(3), 3, 4, 30)
    sent = [event_frame(plan, sample) for sample in samples]
    sent = [sent[0], fault, sent[1], fault, fault, sent[2]]
    found, error, _ = classify(top, sent, results=3, stall=stall)
    assert found == expected(network, samples) and error == 1 << ERRORS.index(bit)


def test_a_reader_that_waits_stops_everything_and_loses_nothing():
    network = spiking_network(readout="count")
    images = random_images(np.random.default_rng(5), 7, 30)
    for interval in (0, 1):
        pixels_of(network, images, 2, stall=0.93, seed=5, interval=interval)
    samples = random_spikes(np.random.default_rng(5), 7, 2, 30)
    events_of(network, samples, stall=0.95, seed=5)


@pytest.mark.parametrize("interval", [0, 3])
def test_verilog_behind_axi_streams_equals_the_equations(tmp_path, interval):
    network = spiking_network()
    top, plan = built(network, interval=interval)
    images = random_images(np.random.default_rng(1), 5, 30)
    images[0], images[1] = 0, 255
    check_verilog(
        top,
        tmp_path,
        bench="bench_top",
        frames=frames(network, plan, images),
        results=expected(network, network.input.spikes(images, 4)),
        load=[],
        inputs={"last_timestep": 3},
        stall=0.4,
        seed=3,
        beats=plan.input_beats,
        width=plan.input_width,
        used=plan.pixels_per_beat * network.input.bits,
    )
