import pytest

from accelgen.errors import InvalidOption
from accelgen.rtl.options import Datapath


@pytest.mark.parametrize("lanes", [0, -4, 257, 16.0, "16", True])
def test_lanes_have_a_range(lanes):
    with pytest.raises(InvalidOption) as error:
        Datapath(lanes=lanes)
    assert str(error.value) == f"lanes must be an integer of 1 to 256, not {lanes!r}"


def test_weights_are_rom_or_ram():
    with pytest.raises(InvalidOption, match="^weights must be 'rom' or 'ram', not 'flash'$"):
        Datapath(weights="flash")
