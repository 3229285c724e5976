from accelgen.families import FAMILIES
from accelgen.families.gowin import GOWIN


def test_it_is_among_the_families():
    assert FAMILIES["gowin"] is GOWIN
