import numpy as np
import pytest

from accelgen.interop.spiking.discrete import RefusedUnit, leak_of, steps_in
from accelgen.network import Synapse
from tests.interop.spiking.units import DT, affine, cuba, fires, leaks, membranes, stages, unit

WEIGHTS = [[1.0, -2.0]]


def steps(neurons, reset=None, dt=DT):
    (stage,) = stages(affine("a", WEIGHTS, [0.5]), *([neurons] if neurons else []), inputs=2, reset=reset)
    return steps_in(stage, dt)


def test_gains_are_part_of_the_weights():
    found = steps(leaks("n", 1, 3.0, 4, gain=2.0, rest=8.0))
    assert (found.leak, found.keeps, found.threshold.tolist()) == (4, True, [3.0])
    assert found.weights.tolist() == pytest.approx(np.array([[2.0, -4.0]])) and found.bias == pytest.approx(
        1.5
    )
    twice = steps(fires("n", 1, 3.0), dt=2 * DT)
    assert twice.weights == pytest.approx(np.array([[2.0, -4.0]])) and (twice.leak, twice.keeps) == (0, True)


@pytest.mark.parametrize(
    ("share", "leak", "multiplier"),
    [(0.04, 10, 41), (0.375, 3, 3), (0.3, 10, 307), (0.9, 7, 115), (0.0625, 4, 1), (0.999, 0, 1)],
)
def test_a_leak_that_is_no_power_of_two_has_a_multiplier(share, leak, multiplier):
    found = steps(leaks("n", 1, 3.0, 0, tau=DT / share, gain=1.0, rest=2.0))
    assert (found.leak, found.multiplier) == (leak, multiplier)
    assert abs(multiplier / 2**leak - share) <= share / 512
    assert found.weights.ravel() == pytest.approx(WEIGHTS[0]) and found.keeps == (leak > 0)
    assert found.bias[0] == pytest.approx(0.5 + 2 * multiplier / 2**leak)


def test_a_leak_of_ours_is_found_again_and_no_other_is():
    for leak, multiplier in ((1, 1), (10, 41), (14, 655), (15, 32767)):
        share = float(np.float32(multiplier / 2**leak))
        assert leak_of(share, exact=True) == (leak, multiplier)
    assert leak_of(0.04, exact=True) is None and leak_of(1.5, exact=False) is None


def test_a_membrane_that_leaks_whole_lives_for_a_timestep():
    for found in (steps(leaks("n", 1, 3.0, 0)), steps(unit("n", "Threshold", threshold=[3.0]))):
        assert (found.leak, found.keeps, found.threshold.tolist()) == (0, False, [3.0])
        assert found.weights == pytest.approx(np.array(WEIGHTS))
    assert not steps(None).keeps and not steps(unit("n", "I", r=[1 / DT])).threshold.any()


@pytest.mark.parametrize(
    ("neurons", "reset", "why"),
    [
        (leaks("n", 1, 1, 0, tau=0.7 * DT), None, r"leak of 1\.42857 a timestep is no part of 1.*--dt 3\.5e"),
        (leaks("n", 1, 1, 0, tau=DT * 25000), None, r"leak of 4e-05 a timestep is no part of 1.*makes it 1/"),
        (leaks("n", 1, 1, 0, tau=-1.0), None, "tau must be above zero"),
        (leaks("n", 1, 1, 0, tau=0.0), None, "tau must be above zero"),
        (cuba("n", 1, 1, 3, tau_syn=0.0), None, "tau_syn must be above zero"),
        (leaks("n", 1, 1, 16), None, r"no part of 1 in steps of 2\*\*-15"),
        (leaks("n", 1, 1, 3), "subtract", "leaks before it loses its threshold here: reset subtract-delayed"),
        (leaks("n", 1, 1, 0), "subtract-delayed", "reset zero can be imported"),
        (fires("n", 1, 0), None, "thresholds must be above zero"),
        (unit("n", "IF", r=[1.0], v_threshold=[1.0], v_reset=[0.5]), "zero", "v_reset is another number"),
    ],
)
def test_what_a_fire_unit_does_not_do_is_refused(neurons, reset, why):
    with pytest.raises(RefusedUnit, match=why) as error:
        steps(neurons, reset)
    assert error.value.unit == "n"


def test_a_readout_leaks_as_neurons_do():
    (stage,) = stages(affine("a", WEIGHTS, [0.5]), membranes("n", 1, 3, rest=8.0), inputs=2, scores="last")
    found = steps_in(stage, DT)
    assert (found.leak, found.multiplier, found.keeps) == (3, 1, True) and not found.threshold.any()
    assert found.weights == pytest.approx(np.array(WEIGHTS)) and found.bias[0] == pytest.approx(1.5)
    (stage,) = stages(affine("a", WEIGHTS), membranes("n", 1, 0), inputs=2, scores="last")
    with pytest.raises(RefusedUnit, match="keeps nothing from one timestep to the next"):
        steps_in(stage, DT)


def test_a_current_of_one_timestep_is_none():
    found, wanted = steps(cuba("n", 1, 3.0, 4, w_in=2.0)), steps(leaks("n", 1, 3.0, 4, gain=2.0))
    assert found.weights == pytest.approx(wanted.weights) and found.leak == wanted.leak == 4
    rounded = cuba("n", 1, 3.0, 4, tau_syn=float(np.float32(DT)))
    assert steps(rounded).leak == 4


@pytest.mark.parametrize(
    ("share", "synapse"),
    [(0.5, Synapse(1)), (0.0625, Synapse(4)), (0.375, Synapse(3, 3)), (0.04, Synapse(10, 41)), (0.999, None)],
)
def test_a_current_that_lasts_has_a_leak_of_its_own(share, synapse):
    found = steps(cuba("n", 1, 3.0, 4, tau_syn=DT / share, w_in=2 / share))
    assert found.synapse == synapse and (found.leak, found.multiplier, found.keeps) == (4, 1, True)
    # A spike adds r * dt / tau_mem * w_in * dt / tau_syn, and so does a bias to every current.
    assert found.weights == pytest.approx(2 * np.array(WEIGHTS)) and found.bias == pytest.approx(2 * 0.5)


@pytest.mark.parametrize(
    ("neurons", "why"),
    [
        (
            cuba("n", 1, 3.0, 4, tau_syn=0.5 * DT),
            r"a leak of its current of 2 a timestep is no part.*--dt 2\.5e",
        ),
        (cuba("n", 1, 3.0, 4, tau_syn=1e5 * DT), r"of its current of 1e-05 a timestep .*makes it 1/32768"),
        (cuba("n", 1, 3.0, 0, tau_syn=2 * DT), "its current lasts and its membrane keeps nothing"),
        (cuba("n", 1, 3.0, 4, tau_syn=2 * DT, rest=1.0), "a v_leak of zero can be imported"),
    ],
)
def test_a_current_that_ours_does_not_have_is_refused(neurons, why):
    with pytest.raises(RefusedUnit, match=why):
        steps(neurons)


def test_neurons_of_a_layer_leak_alike():
    both = leaks("n", 2, 1, 3)
    both.values["tau"][1] *= 2
    (stage,) = stages(affine("a", np.eye(2)), both, inputs=2)
    with pytest.raises(RefusedUnit, match="have one tau$"):
        steps_in(stage, DT)
    both = cuba("n", 2, 1, 3, tau_syn=2 * DT)
    both.values["tau_syn"][1] *= 2
    (stage,) = stages(affine("a", np.eye(2)), both, inputs=2)
    with pytest.raises(RefusedUnit, match="have one tau_syn$"):
        steps_in(stage, DT)
