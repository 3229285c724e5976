import numpy as np
import pytest

from accelgen.golden import count_cost, run
from accelgen.golden.cost import layer_cost
from accelgen.network import Network, PixelInput, Requantise, Window
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.dnn.top import Top
from accelgen.rtl.plan import Plan
from accelgen.rtl.tables import tables
from tests.stream_drivers import classify, frames, whole
from tests.tiny_convolutions import conv_layer
from tests.tiny_networks import dense_layer, random_images


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(0)
    first, second = Window(8, 8, 4, kernel=3, padding=1, pool=2), Window(4, 4, 8, kernel=3)
    return Network(
        "n",
        PixelInput(256, 2),
        (
            conv_layer(rng, "a", first, 8, Requantise(3, 2), block_out=8, block_in=4, kept=1, spread=4),
            conv_layer(rng, "b", second, 8, Requantise(3, 2), block_out=8, block_in=4, kept=1, spread=4),
            dense_layer(rng, "c", 4, 32, None, block_out=4, block_in=8, kept=4),
        ),
    )


def cycles(network, images, **options):
    """Return measured cycles, without those in which images enter and results leave, and the plan."""
    plan = Plan(network, Datapath(lanes=8, **options))
    sent = [whole(frame) for frame in frames(network, plan, images)]
    _, error, measured = classify(Top(plan, tables(plan)), sent, results=len(images))
    assert not error
    return measured - len(images) * (plan.input_beats + plan.classes + 1), plan


def test_windows_of_a_lit_image_cost_their_activations_and_a_few_cycles_a_layer(network):
    images = random_images(np.random.default_rng(1), 2, 256, density=0.7)
    measured, plan = cycles(network, images)
    ideal = int(count_cost(network, run(network, images), plan.lanes).total("ideal_cycles").sum())
    assert measured - ideal < 0.06 * ideal + len(images) * len(plan.layers) * 20


def test_a_dark_image_costs_a_cycle_for_each_row_of_a_window(network):
    dark = np.zeros((1, 256), np.uint8)
    measured, _ = cycles(network, dark)
    work = count_cost(network, run(network, dark), 8).layers
    steps = 64 * 3 + int(sum(layer.ideal_cycles.sum() for layer in work[1:]))
    assert measured < steps * 1.06 + 80


def test_an_engine_driven_by_its_clock_spends_a_cycle_on_every_input(network):
    images = random_images(np.random.default_rng(1), 1, 256, density=0.2)
    measured, plan = cycles(network, images, skip_zeros=False)
    pairs = zip(network.layers, run(network, images).activations, strict=True)
    ideal = sum(int(layer_cost(*pair, plan.lanes, skip_zeros=False).ideal_cycles.sum()) for pair in pairs)
    assert abs(measured - ideal) < 80
