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
    multiply_network,
    random_images,
    random_network,
    signed,
    signed_codes,
    small_network,
    wide_network,
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


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), stall=st.sampled_from([0.0, 0.4]))
def test_signed_codes_enter_random_networks(seed, stall):
    network = signed(random_network(seed))
    top, plan = built(network)
    codes = signed_codes(np.random.default_rng(seed), 5, network.input.pixels)
    sent = [whole(frame) for frame in frames(network, plan, codes)]
    found, error, _ = classify(top, sent, results=5, stall=stall, seed=seed)
    assert found == expected(network, codes) and error == 0


@pytest.mark.parametrize("network", [wide_network(), multiply_network(0), multiply_network(1)])
@pytest.mark.parametrize("signs", [False, True])
def test_wide_weights_and_multipliers_are_gates_too(network, signs):
    rng = np.random.default_rng(2)
    network = signed(network) if signs else network
    top, plan = built(network)
    images = signed_codes(rng, 4, 24) if signs else random_images(rng, 4, 24, 0.6)
    images[1] = 255
    sent = [whole(frame) for frame in frames(network, plan, images)]
    found, error, _ = classify(top, sent, results=4)
    assert found == expected(network, images) and error == 0


@pytest.mark.parametrize(
    "network", [small_network(), wide_network(), multiply_network(0), multiply_network(1)]
)
def test_shared_sums_are_the_same_sums(network):
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
