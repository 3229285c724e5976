from accelgen.families import FAMILIES
from accelgen.families.ecp5 import ECP5


def test_it_is_among_the_families():
    assert FAMILIES["ecp5"] is ECP5
