import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.rtl.datapath import Datapath
from accelgen.rtl.dnn.top import Top
from accelgen.rtl.edge.ports import ERRORS
from accelgen.rtl.unrolled.plan import UnrolledPlan
from tests.component_bench import check
from tests.naive import naive_scores
from tests.stream_drivers import classify, frames, whole
from tests.tiny_networks import (
    mnist_network,
    random_images,
    random_network,
    small_network,
)


def built(network):
    plan = UnrolledPlan(network, Datapath(unrolled=True))
    return Top(plan, []), plan


def expected(network, images):
    scores = [naive_scores(network, image) for image in images]
    return [[*found, int(np.argmax(found))] for found in scores]


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), stall=st.sampled_from([0.0, 0.4, 0.8]))
def test_random_networks_equal_the_equations(seed, stall):
    network = random_network(seed)
    top, plan = built(network)
    images = random_images(np.random.default_rng(seed), 5, network.input.pixels)
    sent = [whole(frame) for frame in frames(network, plan, images)]
    found, error, _ = classify(top, sent, results=5, stall=stall, seed=seed)
    assert found == expected(network, images) and error == 0


def test_shared_sums_are_the_same_sums():
    network = small_network()
    plan = UnrolledPlan(network, Datapath(unrolled=True, sums="chains"))
    images = random_images(np.random.default_rng(5), 5, network.input.pixels)
    sent = [whole(frame) for frame in frames(network, plan, images)]
    found, error, _ = classify(Top(plan, []), sent, results=5, stall=0.3, seed=4)
    assert found == expected(network, images) and error == 0


def test_an_image_takes_as_long_as_its_frame():
    network = mnist_network()
    top, plan = built(network)
    images = random_images(np.random.default_rng(0), 12, 784)
    sent = [whole(frame) for frame in frames(network, plan, images)]
    _, _, few = classify(top, sent[:2], results=2)
    found, _, many = classify(built(network)[0], sent, results=12)
    assert found == expected(network, images)
    # Thirteen beats; a cycle more hands the image on.
    assert (many - few) / 10 <= plan.input_beats + 1


def test_a_broken_frame_leaves_no_trace():
    network = small_network()
    top, plan = built(network)
    images = random_images(np.random.default_rng(2), 3, network.input.pixels)
    sent = [whole(frame) for frame in frames(network, plan, images)]
    sent.insert(1, [*sent[0][:-1], (sent[0][-1][0], 0), *sent[2]])  # too long
    found, error, _ = classify(top, sent, results=3, stall=0.3, seed=1)
    assert found == expected(network, images) and error == 1 << ERRORS.index("long")


@pytest.mark.parametrize("stall", [0.0, 0.4])
def test_verilog_behind_axi_streams_equals_the_equations(tmp_path, stall):
    network = small_network()
    top, plan = built(network)
    images = random_images(np.random.default_rng(1), 4, network.input.pixels)
    images[0], images[1] = 0, 255
    check(
        top,
        tmp_path,
        bench="bench_top",
        frames=frames(network, plan, images),
        results=expected(network, images),
        load=[],
        stall=stall,
        seed=3,
        beats=plan.input_beats,
        width=plan.input_width,
        used=plan.pixels_per_beat * network.input.bits,
    )
