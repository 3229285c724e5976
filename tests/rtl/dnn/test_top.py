from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from accelgen.golden import count_cost, run
from accelgen.network import Network, PixelInput, Thresholds
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.dnn.top import Top
from accelgen.rtl.plan import Plan
from accelgen.rtl.tables import load_beats, tables
from tests.component_bench import check
from tests.naive import naive_scores
from tests.reload import check as check_reload
from tests.reload import partners
from tests.stream_drivers import classify, frames, whole
from tests.tiny_convolutions import (
    multiply_convs,
    random_conv_network,
    series_network,
    small_conv_network,
    tall_network,
    threshold_convs,
    tiny_conv_network,
    wide_convs,
)
from tests.tiny_networks import (
    dense_layer,
    multiply,
    multiply_network,
    random_images,
    random_network,
    signed,
    signed_codes,
    small_network,
    threshold_network,
    thresholds,
    tiny_network,
    wide_network,
)

#: Weight words of narrow codes in a word of 8-bit ones, by bits.
SLOTS = {1: 8, 2: 4, 3: 2, 4: 2}

#: Cycles of work that Amaranth's simulator is given.
AFFORDABLE = 1200


def built(network: Network, **options):
    """Return a top, its plan and the beats that load it."""
    plan = Plan(network, Datapath(**options))
    found = tables(plan)
    return Top(plan, found), plan, load_beats(found) if plan.weights == "ram" else None


def expected(network, images):
    """Return scores and class of each image, by loops written from the equations."""
    scores = [naive_scores(network, image) for image in images]
    return [[*found, int(np.argmax(found))] for found in scores]


@settings(max_examples=10)
@given(
    seed=st.integers(0, 2**32 - 1),
    lanes=st.integers(1, 20),
    weights=st.sampled_from(["rom", "ram"]),
    stall=st.sampled_from([0.0, 0.4]),
    skip_zeros=st.sampled_from([True, True, False]),
)
def test_random_networks_equal_the_equations(seed, lanes, weights, stall, skip_zeros):
    network = random_network(seed)
    top, plan, load = built(network, lanes=lanes, weights=weights, skip_zeros=skip_zeros)
    images = random_images(np.random.default_rng(seed), 3, network.input.pixels)
    sent = [whole(frame) for frame in frames(network, plan, images)]
    found, error, _ = classify(top, sent, results=3, load=load, stall=stall, seed=seed)
    assert found == expected(network, images) and error == 0


@settings(max_examples=8)
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
    images = random_images(np.random.default_rng(seed), 2, network.input.pixels)
    assume(count_cost(network, run(network, images), lanes).total("ideal_cycles").sum() < AFFORDABLE)
    top, plan, load = built(network, lanes=lanes, weights=weights, skip_zeros=skip_zeros)
    sent = [whole(frame) for frame in frames(network, plan, images)]
    found, error, _ = classify(top, sent, results=2, load=load, stall=stall, seed=seed)
    assert found == expected(network, images) and error == 0


@pytest.mark.parametrize(("lanes", "weights"), [(2, "rom"), (4, "ram"), (6, "rom")])
@pytest.mark.parametrize("network", [threshold_network(0), threshold_network(1), threshold_convs()])
def test_thresholds_follow_the_passes(network, lanes, weights):
    images = random_images(np.random.default_rng(lanes), 3, network.input.pixels, density=0.5)
    top, plan, load = built(network, lanes=lanes, weights=weights)
    sent = [whole(frame) for frame in frames(network, plan, images)]
    found, error, _ = classify(top, sent, results=3, load=load, stall=0.3, seed=lanes)
    assert found == expected(network, images) and error == 0


@pytest.mark.parametrize(("lanes", "weights"), [(2, "rom"), (4, "ram"), (6, "rom")])
@pytest.mark.parametrize("network", [wide_network(), wide_convs()], ids=lambda network: network.name)
def test_weights_of_5_to_8_bits_are_multiplied(network, lanes, weights):
    images = random_images(np.random.default_rng(lanes), 3, network.input.pixels, density=0.5)
    images[1] = 255
    top, plan, load = built(network, lanes=lanes, weights=weights)
    sent = [whole(frame) for frame in frames(network, plan, images)]
    found, error, _ = classify(top, sent, results=3, load=load, stall=0.3, seed=lanes)
    assert found == expected(network, images) and error == 0


@pytest.mark.parametrize(("lanes", "weights"), [(1, "rom"), (2, "rom"), (4, "ram"), (6, "rom")])
@pytest.mark.parametrize("network", [multiply_network(0), multiply_network(1), multiply_convs()])
def test_multipliers_follow_the_outputs(network, lanes, weights):
    images = random_images(np.random.default_rng(lanes), 3, network.input.pixels, density=0.5)
    images[1] = 255
    top, plan, load = built(network, lanes=lanes, weights=weights)
    sent = [whole(frame) for frame in frames(network, plan, images)]
    found, error, _ = classify(top, sent, results=3, load=load, stall=0.3, seed=lanes)
    assert found == expected(network, images) and error == 0


@pytest.mark.parametrize("bits", [1, 2, 3, 4])
def test_narrow_layers_run_on_wide_lanes(bits):
    network = small_network(bits=(bits, 8, bits))
    images = random_images(np.random.default_rng(bits), 2, network.input.pixels, density=0.5)
    top, plan, _ = built(network, lanes=7)
    assert [layer.slots for layer in plan.layers] == [SLOTS[bits], 1, SLOTS[bits]]
    sent = [whole(frame) for frame in frames(network, plan, images)]
    assert classify(top, sent, results=2)[0] == expected(network, images)


@pytest.mark.parametrize(
    ("network", "weights"),
    [
        (small_network(bits=1), "rom"),
        (small_network(bits=1), "ram"),
        (small_network(bits=3), "rom"),
        (small_network(bits=3), "ram"),
        (small_conv_network(bits=1), "rom"),
        (small_conv_network(bits=3), "ram"),
        (series_network(), "rom"),
        (series_network(bits=1), "ram"),
        (tall_network(bits=1), "rom"),
        (tall_network(), "ram"),
        (threshold_network(), "ram"),
        (wide_network(), "rom"),
        (wide_convs(), "ram"),
        (multiply_network(1), "ram"),
        (multiply_convs(), "rom"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_verilog_behind_axi_streams_equals_the_equations(tmp_path, network, weights):
    top, plan, load = built(network, lanes=4, weights=weights)
    images = random_images(np.random.default_rng(3), 4, network.input.pixels)
    images[0] = 0  # no event at all
    images[1] = 255  # nothing to skip
    check(
        top,
        tmp_path,
        bench="bench_top",
        frames=frames(network, plan, images),
        results=expected(network, images),
        load=[int(beat) for beat in load] if load is not None else [],
        stall=0.4,
        seed=1,
        beats=plan.input_beats,
        width=plan.input_width,
        used=plan.layers[0].block_in * network.input.bits,
    )


@pytest.mark.parametrize("build", [tiny_network, tiny_conv_network])
def test_new_tables_wait_for_the_images_that_have_begun(build):
    options = Datapath(lanes=2, weights="ram")
    networks = partners(build, lambda network: Plan(network, options))
    plan = Plan(networks[0], options)
    loads = [whole(load_beats(tables(Plan(network, options))).tolist()) for network in networks]
    image = random_images(np.random.default_rng(8), 1, networks[0].input.pixels, 0.8)
    frame = whole(frames(networks[0], plan, image)[0])
    answers = [expected(network, image)[0] for network in networks]
    assert answers[0] != answers[1]
    check_reload(Top(plan, tables(plan)), frame, loads, answers, sorted({0, 1, len(frame) - 1}))


@settings(max_examples=8)
@given(
    seed=st.integers(0, 2**32 - 1),
    lanes=st.integers(1, 20),
    weights=st.sampled_from(["rom", "ram"]),
    stall=st.sampled_from([0.0, 0.4]),
    skip_zeros=st.sampled_from([True, True, False]),
    convolves=st.booleans(),
)
def test_signed_codes_enter_random_networks(seed, lanes, weights, stall, skip_zeros, convolves):
    network = signed(random_conv_network(seed) if convolves else random_network(seed))
    codes = signed_codes(np.random.default_rng(seed), 5, network.input.pixels)
    work = count_cost(network, run(network, codes), lanes).total("ideal_cycles").sum()
    assume(not convolves or work < 2 * AFFORDABLE)
    top, plan, load = built(network, lanes=lanes, weights=weights, skip_zeros=skip_zeros)
    sent = [whole(frame) for frame in frames(network, plan, codes)]
    found, error, _ = classify(top, sent, results=5, load=load, stall=stall, seed=seed)
    assert found == expected(network, codes) and error == 0


@pytest.mark.parametrize("weights", ["rom", "ram"])
@pytest.mark.parametrize("input_bits", [1, 3, 8])
@pytest.mark.parametrize("bits", [1, 2, 4])
def test_outputs_that_do_not_exist_stay_zero_whatever_sign_enters(bits, input_bits, weights):
    network = signed(small_network(bits=bits))  # 24 outputs in blocks of 7
    network = replace(network, input=replace(network.input, bits=input_bits))
    top, plan, load = built(network, lanes=4, weights=weights)
    codes = signed_codes(np.random.default_rng(bits), 5, 30)
    sent = [whole(frame) for frame in frames(network, plan, codes)]
    found, error, _ = classify(top, sent, results=5, load=load)
    assert found == expected(network, codes) and error == 0


@pytest.mark.parametrize("weights", ["rom", "ram"])
@pytest.mark.parametrize("bits", [1, 2])
@pytest.mark.parametrize("kind", ["thresholds", "shared", "multiply", "even"])
def test_outputs_that_do_not_exist_stay_zero_under_every_rule(kind, bits, weights):
    rng = np.random.default_rng(bits)
    rules = {
        "thresholds": thresholds(rng, 10, 2),
        "shared": Thresholds(((-20, -1, 0),)),  # what an output without weights would reach
        "multiply": multiply(rng, 10, 3, spread=0.2),
        "even": multiply(rng, 10, 3, shift=3, spread=0.5, even=True),
    }
    layers = (
        dense_layer(rng, "a", 10, 24, rules[kind], bits=bits, block_out=4, block_in=4, kept=4),
        dense_layer(rng, "b", 3, 10, None, bits=1, block_out=3, block_in=4, kept=3),  # no weight of it is 0
    )
    network = signed(Network("ends", PixelInput(24, 3), layers))
    top, plan, load = built(network, lanes=4, weights=weights)
    codes = signed_codes(np.random.default_rng(bits), 6, 24)
    sent = [whole(frame) for frame in frames(network, plan, codes)]
    found, error, _ = classify(top, sent, results=6, load=load)
    assert found == expected(network, codes) and error == 0


@pytest.mark.parametrize("weights", ["rom", "ram"])
@pytest.mark.parametrize("network", [wide_network(), multiply_network(0), multiply_network(1)])
def test_signed_codes_meet_wide_weights_and_multipliers(network, weights):
    network = signed(network)
    top, plan, load = built(network, lanes=4, weights=weights)
    codes = signed_codes(np.random.default_rng(4), 5, 24)
    sent = [whole(frame) for frame in frames(network, plan, codes)]
    found, error, _ = classify(top, sent, results=5, load=load)
    assert found == expected(network, codes) and error == 0


@pytest.mark.parametrize(
    ("network", "weights"),
    [
        (small_network(), "ram"),
        (small_network(bits=1), "rom"),
        (threshold_network(), "rom"),
        (small_conv_network(bits=1), "rom"),
        (small_conv_network(), "ram"),
        (series_network(), "rom"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_verilog_takes_signed_codes(tmp_path, network, weights):
    network = signed(network)
    top, plan, load = built(network, lanes=4, weights=weights)
    codes = signed_codes(np.random.default_rng(3), 5, network.input.pixels)
    check(
        top,
        tmp_path,
        bench="bench_top",
        frames=frames(network, plan, codes),
        results=expected(network, codes),
        load=[int(beat) for beat in load] if load is not None else [],
        stall=0.4,
        seed=1,
        beats=plan.input_beats,
        width=plan.input_width,
        used=plan.layers[0].block_in * network.input.bits,
    )
