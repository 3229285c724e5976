import pytest

from tests.faults.catalogue import FAULTS
from tests.faults.hunt import caught


def test_sound_hardware_is_not_blamed():
    assert not caught(None)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_is_caught(fault):
    assert caught(fault)
