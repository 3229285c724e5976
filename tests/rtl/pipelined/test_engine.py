import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from accelgen.errors import InvalidOption
from accelgen.golden import count_cost, run
from accelgen.network import Network, PixelInput, Requantise
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.tables import load_beats
from tests.naive import naive_scores
from tests.stream_drivers import classify, frames, whole
from tests.tiny_convolutions import (
    multiply_convs,
    random_conv_network,
    small_conv_network,
    threshold_convs,
    wide_convs,
)
from tests.tiny_networks import (
    TASKS,
    dense_layer,
    multiply_network,
    random_images,
    random_network,
    signed,
    signed_codes,
    small_network,
    tasked_network,
    threshold_network,
    wide_network,
)

#: Cycles of work that Amaranth's simulator is given.
AFFORDABLE = 1200


def check(network, images, *, stall=0.3, seed=0, **options):
    """Compare a pipeline with the equations; return its cycles."""
    hardware = hardware_of(network, Datapath(pipelined=True, **options))
    sent = [whole(frame) for frame in frames(network, hardware.plan, images)]
    load = load_beats(hardware.tables) if hardware.loadable else None
    found, error, cycles = classify(
        hardware.top(), sent, results=len(images), load=load, stall=stall, seed=seed
    )
    scores = [naive_scores(network, image) for image in images]
    assert [frame[: network.classes] for frame in found] == scores and error == 0
    if network.task is None:
        assert [frame[-1] for frame in found] == [int(np.argmax(each)) for each in scores]
    return cycles


@settings(max_examples=10, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    lanes=st.integers(1, 20),
    weights=st.sampled_from(["rom", "ram"]),
    stall=st.sampled_from([0.0, 0.4]),
    skip_zeros=st.sampled_from([True, True, False]),
)
def test_random_networks_equal_the_equations(seed, lanes, weights, stall, skip_zeros):
    network = random_network(seed)
    images = random_images(np.random.default_rng(seed), 5, network.input.pixels)
    check(network, images, stall=stall, seed=seed, lanes=lanes, weights=weights, skip_zeros=skip_zeros)


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    lanes=st.integers(1, 8),
    weights=st.sampled_from(["rom", "ram"]),
    stall=st.sampled_from([0.0, 0.4]),
    skip_zeros=st.sampled_from([True, True, False]),
    odd=st.booleans(),
)
def test_random_convolutions_equal_the_equations(seed, lanes, weights, stall, skip_zeros, odd):
    network = random_conv_network(seed, odd=odd)
    images = random_images(np.random.default_rng(seed), 4, network.input.pixels)
    assume(count_cost(network, run(network, images), lanes).total("ideal_cycles").sum() < 2 * AFFORDABLE)
    check(network, images, stall=stall, seed=seed, lanes=lanes, weights=weights, skip_zeros=skip_zeros)


@pytest.mark.parametrize(("lanes", "weights"), [(2, "rom"), (4, "ram"), (6, "rom")])
@pytest.mark.parametrize(
    "network",
    [
        *(threshold_network(0), threshold_network(1), threshold_convs(), wide_network(), wide_convs()),
        *(multiply_network(0), multiply_network(1), multiply_convs()),
    ],
    ids=lambda network: network.name,
)
def test_every_rule_and_width_of_weights(network, lanes, weights):
    images = random_images(np.random.default_rng(lanes), 4, network.input.pixels, density=0.5)
    images[1] = 255
    check(network, images, lanes=lanes, weights=weights)


@pytest.mark.parametrize(("lanes", "weights"), [(3, "ram"), (64, "rom")])
@pytest.mark.parametrize(
    "network",
    [small_network(), threshold_network(0), multiply_network(1), small_conv_network(), threshold_convs()],
    ids=lambda network: network.name,
)
def test_engines_share_the_block_rows_of_a_layer(network, lanes, weights):
    images = random_images(np.random.default_rng(lanes), 3, network.input.pixels, density=0.5)
    rows = [layer.weights.block_rows for layer in network.hidden]
    each = {"layer_lanes": (lanes,) * len(network.layers), "layer_units": (*rows, 1)}
    check(network, images, weights=weights, **each)


@pytest.mark.parametrize("kind", TASKS)
def test_results_of_every_task(kind):
    network = tasked_network(TASKS[kind])
    check(network, random_images(np.random.default_rng(0), 3, network.input.pixels), lanes=2)


@pytest.mark.parametrize("seed", range(4))
def test_signed_codes_enter_the_first_layer(seed):
    rng = np.random.default_rng(seed)
    network = signed(small_network(seed, bits=(1 + seed % 3, 1, 3)))
    check(network, signed_codes(rng, 4, network.input.pixels), lanes=3, skip_zeros=seed % 2 == 0)


def test_layers_work_at_the_same_time():
    network = small_network()
    images = random_images(np.random.default_rng(0), 12, network.input.pixels, density=1.0)
    folded = hardware_of(network, Datapath(lanes=4))
    sent = [whole(frame) for frame in frames(network, folded.plan, images)]
    slow = classify(folded.top(), sent, results=len(images))[2]
    each = [int(layer.ideal_cycles.mean()) for layer in count_cost(network, run(network, images), 4).layers]
    fast = check(network, images, stall=0.0, lanes=4)
    assert fast < 0.7 * slow and fast <= (len(images) + 3) * (max(each) + 16)


def test_a_reader_that_waits_stops_everything_and_loses_nothing():
    network = small_network()
    images = random_images(np.random.default_rng(2), 9, network.input.pixels)
    check(network, images, stall=0.93, seed=5, layer_lanes=(7, 6, 5))


@pytest.mark.parametrize("stall", [0.0, 0.93])
@pytest.mark.parametrize("lanes", [(0, 6, 5), (7, 0, 5), (7, 6, 0), (0, 0, 5), (7, 0, 0), (0, 3, 0)])
def test_layers_are_unrolled_among_others(lanes, stall):
    network = small_network()
    images = random_images(np.random.default_rng(2), 9, network.input.pixels)
    check(network, images, stall=stall, seed=5, layer_lanes=lanes)


@pytest.mark.parametrize("sums", ["auto", "trees", "cells"])
@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize(
    "network",
    [
        threshold_network(0),
        multiply_network(1),
        wide_network(),
        small_conv_network(),
        signed(small_network()),
    ],
    ids=["stairs", "scales", "wide", "windows", "signs"],
)
def test_an_unrolled_layer_has_every_rule_and_neighbour(network, place, sums):
    rng = np.random.default_rng(place)
    pixels = network.input.pixels
    images = signed_codes(rng, 4, pixels) if network.signed else random_images(rng, 4, pixels)
    # places count from the end, where layers of pictures have no windows
    lanes = [3] * len(network.layers)
    lanes[-1 - place] = 0
    if network.layers[-1 - place].window:
        with pytest.raises(InvalidOption, match="is conv, and only dense layers are unrolled$"):
            check(network, images, layer_lanes=lanes)
    elif network.signed and not lanes[0] and sums == "cells":
        with pytest.raises(InvalidOption, match="have sums of their own: leave out sums$"):
            check(network, images, layer_lanes=lanes, sums=sums)
    else:
        check(network, images, layer_lanes=lanes, sums=sums)


@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_more_words_may_leave_an_unrolled_layer_than_enter_it(stall):
    rng = np.random.default_rng(4)
    layer = dense_layer(rng, "a", 24, 8, Requantise(1, 3), block_out=6, block_in=4, kept=2)
    last = dense_layer(rng, "b", 3, 24, None, block_out=3, block_in=2, kept=1)
    network = Network("wider", PixelInput(8, 2), (layer, last))
    check(network, random_images(rng, 12, 8, density=0.7), stall=stall, layer_lanes=(0, 3))


@example(seed=304, choice=28, stall=0.0)  # an engine of its last layer has wider sums than its gates
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), choice=st.integers(1, 62), stall=st.sampled_from([0.0, 0.4, 0.9]))
def test_random_networks_with_unrolled_layers_equal_the_equations(seed, choice, stall):
    network = random_network(seed)
    lanes = [0 if choice >> number & 1 else 5 for number in range(len(network.layers))]
    assume(any(lanes) and not all(lanes))
    images = random_images(np.random.default_rng(seed), 5, network.input.pixels)
    check(network, images, stall=stall, seed=seed, layer_lanes=lanes)


def test_a_layer_of_many_cycles_is_none_when_it_is_unrolled():
    network = small_network()
    images = random_images(np.random.default_rng(0), 12, network.input.pixels, density=1.0)
    slow = check(network, images, stall=0.0, layer_lanes=(7, 1, 5))
    # the last layer takes about 20 cycles, and the frame of the first fewer
    assert check(network, images, stall=0.0, layer_lanes=(0, 0, 5)) < 0.5 * slow
