import pytest

from accelgen.boards import BOARDS, board
from accelgen.errors import InvalidRequest


@pytest.mark.parametrize("name", BOARDS)
def test_a_platform_has_the_clock_and_the_wires_that_are_said(name):
    entry = board(name)
    platform = entry.platform()
    assert platform.default_clk_frequency == entry.clock_hz
    assert {"rx", "tx"} <= {pin.name for pin in platform.resources["uart", 0].ios}


def test_a_board_that_is_not_known_suggests_one():
    with pytest.raises(
        InvalidRequest, match=r"^no board is called 'icebraker': did you mean 'icebreaker'\?$"
    ):
        board("icebraker")
    with pytest.raises(InvalidRequest, match=r"^no board is called 'x': there are (\w+, )*ulx3s_85f, "):
        board("x")
