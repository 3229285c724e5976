from accelgen.families import FAMILIES
from accelgen.families.ice40 import ICE40


def test_it_is_among_the_families():
    assert FAMILIES["ice40"] is ICE40
