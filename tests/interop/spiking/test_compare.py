import numpy as np

from accelgen.interop.spiking.compare import compare, drawn_spikes
from accelgen.interop.spiking.convert import SpikingLayer, convert_spiking
from accelgen.network import EventInput, Network, Spiking
from tests.interop.spiking.units import DT, affine, fires, stages

RNG = np.random.default_rng(0)
HIDDEN, LAST = RNG.integers(-7, 8, (6, 12)), RNG.integers(-7, 8, (3, 6))


def compared(*last, weights=LAST):
    chain = stages(affine("a", HIDDEN), fires("n", 6, 5), affine("b", weights), *last, inputs=12)
    spikes = drawn_spikes(70, 9, 12, 0)
    made = convert_spiking(chain, DT, 4, spikes[:8])
    return made, spikes


def network(made):
    return Network("again", EventInput(12, 1, 1), tuple(one.layer for one in made))


def test_equal_networks_lose_nothing():
    for last in ((), (fires("m", 3, 2),)):
        made, spikes = compared(*last)
        loss = compare(made, network(made), spikes, DT)
        assert loss.samples == 70 and loss.classes == (0, 70) and loss.scores == (0, 70 * 9 * 3)
        assert loss.apart < 1e-9
        assert loss.spikes == ((0, 70 * 9 * 6), (0, 70 * 9 * 3))[: 1 + len(last)]


def test_what_differs_is_counted_where_it_differs():
    made, spikes = compared()
    layer = made[0].layer
    bias = layer.bias.copy()
    bias[2] += 3
    wrong = Spiking(layer.name, layer.weights, bias, layer.rule)
    other = [SpikingLayer(made[0].stage, wrong, True), made[1]]
    loss = compare(other, network(other), spikes, DT)
    assert 0 < loss.spikes[0][0] < 70 * 9 * 2 and loss.scores[0] > 0
    last = made[1].layer
    turned = Spiking(last.name, last.weights, last.bias + np.int32([0, 500, 0]), None)
    other = [made[0], SpikingLayer(made[1].stage, turned, True, made[1].unit)]
    loss = compare(other, network(other), spikes, DT)
    assert loss.spikes[0][0] == 0 and loss.scores[0] == 70 * 9 and loss.classes[0] > 30


def test_scores_that_rounding_alone_tells_apart_are_one_class():
    made, spikes = compared(weights=np.array([[1, 0, 2, 0, 0, 0], [1, 0, 2, 0, 0, 0]]) * 0.1)
    assert compare(made, network(made), spikes, DT).classes == (0, 70)


def test_drawn_samples_are_silent_full_and_between():
    spikes = drawn_spikes(8, 16, 50, 0)
    assert not spikes[0].any() and spikes[1].all()
    assert np.array_equal(spikes, drawn_spikes(8, 16, 50, 0)) and 0 < spikes[2].mean() < spikes[3].mean() < 1
