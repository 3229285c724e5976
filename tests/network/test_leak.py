import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import Integrator, Neuron
from accelgen.network.leak import MAX_LEAK, leaked


@pytest.mark.parametrize(
    ("leak", "multiplier", "what"),
    [
        (16, 1, "leak: must be an integer of 0 to 15"),
        (-1, 1, "leak"),
        (3, 2, r"multiplier: must be 1, or odd and below 2\*\*3 with leak 3, not 2"),
        (3, 9, r"below 2\*\*3 with leak 3, not 9"),
        (0, 3, r"below 2\*\*0 with leak 0, not 3"),
        (3, 0, "multiplier: must be an integer of 1"),
    ],
)
def test_leaks_of_neurons_and_readouts_keep_the_same_rules(leak, multiplier, what):
    for made in (
        lambda: Neuron("continuous", 3, leak, "zero", multiplier),
        lambda: Integrator(leak, multiplier, "sum"),
    ):
        with pytest.raises(InvalidNetwork, match=what):
            made()


@pytest.mark.parametrize(("leak", "multiplier"), [(1, 1), (3, 5), (10, 41), (MAX_LEAK, 32767)])
def test_what_leaks_rounds_down_and_never_falls_as_the_membrane_rises(leak, multiplier):
    membranes = np.arange(-3000, 3000)
    left = leaked(membranes, leak, multiplier)
    assert (left == membranes - np.floor(membranes * multiplier / 2**leak)).all()
    assert (np.diff(left) >= 0).all() and left[3000] == 0


def test_no_leak_leaves_all():
    assert leaked(7, 0, 1) == 7
