import csv
import os
from pathlib import Path

import numpy as np
import pytest

from accelgen.golden.neurons import fired
from accelgen.interop.spiking.chain import find_spiking_chain
from accelgen.interop.spiking.compare import drawn_spikes
from accelgen.interop.spiking.convert import convert_spiking
from accelgen.interop.spiking.discrete import RefusedUnit
from accelgen.interop.spiking.play import play_stage
from accelgen.interop.spiking.read import read
from accelgen.network import Neuron, Synapse
from tests.interop.spiking.units import DT, affine, cuba, fires, leaks, stages, unit

EXAMPLES = Path(os.environ.get("ACCELGEN_DATA", "data")).parent / "examples"
WIDE = np.random.default_rng(3).integers(-128, 128, (5, 12))
INTEGERS = np.random.default_rng(3).integers(-7, 8, (5, 12))


def made(*nodes, reset=None, bits=4):
    """Return the first layer that is made, and how many of its spikes are not those of NIR."""
    chain = stages(*nodes, inputs=12, reset=reset)
    found = convert_spiking(chain, DT, bits, drawn_spikes(32, 16, 12, 0))[0]
    spikes = drawn_spikes(200, 16, 12, 1)
    wrong = fired(found.layer, found.layer.rule, spikes) != play_stage(found.stage, spikes, DT)
    return found, float(wrong.mean())


@pytest.mark.parametrize("threshold", [9.0, 9.5])
def test_weights_on_a_grid_are_integers_and_the_threshold_is_the_next_one(threshold):
    found, wrong = made(affine("a", INTEGERS * 0.3, np.arange(5) * 0.3), fires("n", 5, threshold * 0.3))
    assert found.exact and wrong == 0
    assert np.array_equal(found.layer.weights.dense(), INTEGERS) and found.layer.bias.tolist() == [
        0,
        1,
        2,
        3,
        4,
    ]
    assert found.layer.rule == Neuron("continuous", 10, 0, "zero")


def test_integers_of_8_bits_are_exact_too():
    found, wrong = made(affine("a", WIDE * 0.3), fires("n", 5, 150 * 0.3))
    assert found.exact and wrong == 0 and found.layer.weights.bits == 8
    assert np.array_equal(found.layer.weights.dense(), WIDE)


def test_rows_may_have_grids_of_their_own_if_they_fire_alike():
    grid = np.array([0.1, 0.3, 2.0, 5.0, 0.7])
    neurons = fires("n", 5, 1.0)
    neurons.values["v_threshold"][:] = 6.5 * grid
    found, wrong = made(affine("a", INTEGERS * grid[:, None]), neurons)
    assert found.exact and wrong == 0 and found.layer.rule == Neuron("continuous", 7, 0, "zero")


def test_a_threshold_that_forgets_is_a_bias_of_each_neuron():
    neurons = unit("n", "Threshold", threshold=np.array([0.1, 2, 30, -4, 7.77]))
    found, wrong = made(affine("a", INTEGERS * 0.7, np.array([0.33, -1, 0, 5, 2])), neurons)
    assert found.exact and wrong == 0 and found.layer.rule == Neuron("discontinuous")


def test_a_threshold_is_taken_away_exactly_where_the_next_integer_is_near():
    near = made(affine("a", INTEGERS), fires("n", 5, 8 - 1 / 32), reset="subtract")
    assert near[0].exact and near[1] == 0 and near[0].layer.rule == Neuron("continuous", 8, 0, "subtract")
    far = made(affine("a", INTEGERS), fires("n", 5, 8.0), reset="subtract")
    assert not far[0].exact and far[1] < 0.1


@pytest.mark.parametrize("bits", [2, 3, 4])
def test_other_weights_are_calibrated_and_lose_few_spikes(bits):
    weights = np.random.default_rng(1).normal(0, 0.4, (5, 12))
    found, wrong = made(affine("a", weights, np.full(5, 0.01)), leaks("n", 5, 1.0, 3), bits=bits)
    assert not found.exact and 0 < wrong < {2: 0.15, 3: 0.1, 4: 0.05}[bits]
    assert found.layer.weights.bits <= bits and found.layer.rule.leak == 3


@pytest.mark.parametrize("tau_syn", [2, 5])
def test_currents_that_last_are_calibrated_and_lose_few_spikes(tau_syn):
    weights = np.random.default_rng(1).normal(0, 0.4, (5, 12)) / tau_syn
    neurons = cuba("n", 5, 1.0, 3, tau_syn=tau_syn * DT, w_in=tau_syn)
    for bits, limit in ((4, 0.06), (8, 0.012)):
        found, wrong = made(affine("a", weights, np.full(5, 0.01)), neurons, bits=bits)
        assert not found.exact and 0 < wrong < limit and found.layer.weights.bits <= bits
        assert found.layer.rule.synapse == {2: Synapse(1), 5: Synapse(10, 205)}[tau_syn]
        assert found.layer.rule.leak == 3


def test_neurons_that_forget_are_calibrated_too():
    weights = np.random.default_rng(1).normal(0, 0.4, (5, 12))
    found, wrong = made(affine("a", weights), unit("n", "Threshold", threshold=np.full(5, 0.5)))
    assert not found.exact and 0 < wrong < 0.05 and found.layer.rule == Neuron("discontinuous")


def test_scores_have_one_step_for_all_classes():
    (exact,) = convert_spiking(
        stages(affine("a", INTEGERS * 0.3), inputs=12), DT, 4, drawn_spikes(4, 3, 12, 0)
    )
    assert exact.exact and exact.unit == pytest.approx(0.3) and exact.layer.rule is None
    uneven = INTEGERS * np.arange(1.1, 6.1)[:, None]
    (rough,) = convert_spiking(stages(affine("a", uneven), inputs=12), DT, 4, drawn_spikes(4, 3, 12, 0))
    assert (
        not rough.exact and np.abs(rough.layer.weights.dense() * rough.unit - uneven).max() <= rough.unit / 2
    )


def test_names_of_ours_come_back_and_others_are_counted():
    first = affine("a", np.eye(12))
    first.facts["name"] = "hidden"
    layers = convert_spiking(
        stages(first, fires("n", 12, 1), affine("b", np.eye(12)), inputs=12), DT, 4, drawn_spikes(4, 3, 12, 0)
    )
    assert [one.layer.name for one in layers] == ["hidden", "spikes1"]


def test_a_bias_that_no_layer_holds_is_refused():
    with pytest.raises(RefusedUnit, match=r"a bias would be 2\*\*24 or more"):
        made(affine("a", INTEGERS, np.full(5, 2.0**25)), fires("n", 5, 9))


@pytest.mark.skipif(not (EXAMPLES / "lif_norse.csv").is_file(), reason="the examples are not there")
def test_the_trace_of_norse_comes_out_of_integers_at_its_own_timestep():
    pytest.importorskip("nir")
    trace = np.array([[float(x) for x in row] for row in csv.reader((EXAMPLES / "lif_norse.csv").open())])
    chain = find_spiking_chain(read(EXAMPLES / "lif_norse.nir"), None)
    spikes = trace[None, :, :1].astype(np.uint8)
    (made,) = convert_spiking(chain.stages, 1e-4, 8, spikes)
    assert (made.layer.rule.leak, made.layer.rule.multiplier) == (10, 41)
    found = fired(made.layer, made.layer.rule, spikes)[0, :, 0]
    assert np.array_equal(found, trace[:, 2]) and np.flatnonzero(found).tolist() == [460, 510, 710, 760]


def test_numbers_far_outside_of_ours_are_a_sentence():
    """Not a warning of a cast: a bias of 1e30 steps, thresholds that are none."""
    weights = np.eye(2)
    spikes = np.ones((4, 3, 2), np.uint8)
    for nodes in (
        (affine("a", weights, [1e30, 0.0]),),
        (affine("a", weights, [1e30, 0.0]), fires("n", 2, 1.0)),
        (affine("a", weights * 1.1, [1e30, 0.0]), fires("n", 2, 1e-30)),
        (affine("a", weights + 0.3, [1e30, 0.0]),),
    ):
        with pytest.raises(RefusedUnit, match="a bias would be"):
            convert_spiking(stages(*nodes, inputs=2), DT, 4, spikes)
