import numpy as np
import pytest

from accelgen.interop.spiking.discrete import RefusedUnit, steps_in
from tests.interop.spiking.units import DT, affine, fires, leaks, stages, unit

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


def test_a_membrane_that_leaks_whole_lives_for_a_timestep():
    for found in (steps(leaks("n", 1, 3.0, 0)), steps(unit("n", "Threshold", threshold=[3.0]))):
        assert (found.leak, found.keeps, found.threshold.tolist()) == (0, False, [3.0])
        assert found.weights == pytest.approx(np.array(WEIGHTS))
    assert not steps(None).keeps and not steps(unit("n", "I", r=[1 / DT])).threshold.any()


@pytest.mark.parametrize(
    ("neurons", "reset", "why"),
    [
        (leaks("n", 1, 1, 0, tau=0.0025), None, r"leak of 0\.04 a timestep.*--dt 7\.8125e-05 makes it 1/32"),
        (leaks("n", 1, 1, 0, tau=-1.0), None, "tau must be above zero"),
        (leaks("n", 1, 1, 16), None, r"no power of two from 1 to 2\*\*-15"),
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


def test_neurons_of_a_layer_leak_alike():
    both = leaks("n", 2, 1, 3)
    both.values["tau"][1] *= 2
    (stage,) = stages(affine("a", np.eye(2)), both, inputs=2)
    with pytest.raises(RefusedUnit, match="have one tau"):
        steps_in(stage, DT)
