# amaranth: UnusedElaboratable=no
from dataclasses import replace

import numpy as np
import pytest

from accelgen.golden import count_cost, run
from accelgen.network import Multiply, Network, PixelInput, Requantise
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.dnn.engine import Engine
from accelgen.rtl.dnn.top import Top
from accelgen.rtl.plan import Plan
from accelgen.rtl.tables import tables
from tests.stream_drivers import classify, frames, whole
from tests.tiny_networks import dense_layer, random_images


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(0)
    return Network(
        "n",
        PixelInput(64, 2),
        (
            dense_layer(rng, "a", 64, 64, Requantise(3, 2), block_out=8, block_in=8, kept=4),
            dense_layer(rng, "b", 64, 64, Requantise(3, 2), block_out=8, block_in=8, kept=4),
            dense_layer(rng, "c", 10, 64, None, block_out=10, block_in=8, kept=8),
        ),
    )


def cycles(network, images):
    plan = Plan(network, Datapath(lanes=8))
    sent = [whole(frame) for frame in frames(network, plan, images)]
    _, _, measured = classify(Top(plan, tables(plan)), sent, results=len(images))
    work = count_cost(network, run(network, images), plan.lanes)
    return measured, int(work.total("ideal_cycles").sum()), plan


def test_overhead_is_a_few_cycles_a_layer_and_none_a_pass(network):
    images = random_images(np.random.default_rng(1), 3, 64, density=0.6)
    measured, ideal, plan = cycles(network, images)
    beats_and_words = len(images) * (plan.input_beats + plan.classes + 1)
    assert measured - ideal - beats_and_words <= len(images) * len(plan.layers) * 16


def test_passes_are_multiplied_while_the_next_ones_are_summed_up(network):
    rule = Multiply((1,) * 64, (0,) * 64, 3, 2)  # the same function as their shift
    layers = [replace(layer, rule=rule) for layer in network.layers[:2]]
    multiplied = Network("m", network.input, (*layers, network.layers[2]))
    images = random_images(np.random.default_rng(1), 3, 64, density=1.0)
    (slow, ideal, plan), (fast, same, _) = cycles(multiplied, images), cycles(network, images)
    # The last pass of a layer is multiplied when nothing is left to be summed up; so are some short passes.
    assert ideal == same and slow - fast <= len(images) * 2 * 2 * (plan.lanes + 2)


def test_zero_activations_cost_no_cycle(network):
    rng = np.random.default_rng(2)
    dense, sparse = (random_images(rng, 1, 64, density) for density in (1.0, 0.2))
    (slow, ideal_slow, _), (fast, ideal_fast, _) = cycles(network, dense), cycles(network, sparse)
    assert ideal_slow - ideal_fast > 50
    assert abs((slow - fast) - (ideal_slow - ideal_fast)) < 40


def test_a_rom_engine_has_no_way_to_load():
    rng = np.random.default_rng(0)
    single = Network("n", PixelInput(8, 1), (dense_layer(rng, "a", 4, 8, None),))
    for weights, loadable in (("rom", False), ("ram", True)):
        plan = Plan(single, Datapath(weights=weights))
        assert ("load_codes" in Engine(plan, tables(plan)).signature.members) == loadable
