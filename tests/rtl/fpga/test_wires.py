from dataclasses import dataclass

import pytest

from accelgen.errors import InvalidOption
from accelgen.rtl.fpga.wires import Wires


@dataclass(frozen=True, slots=True)
class Plan(Wires):
    clock_hz: int
    baud: int
    gap: int = 0


def test_a_bit_is_whole_cycles_and_a_packet_ends_after_20_ms():
    assert (Plan(25_000_000, 1_000_000).divisor, Plan(25_000_000, 1_000_000).silence) == (25, 500_000)
    assert Plan(25_000_000, 115_200, gap=7).silence == 7
    Plan(25_000_000, 115_200).check_wires()


@pytest.mark.parametrize(
    ("baud", "rule"), [(0, "baud must be at least 1"), (9_000_000, "a clock of 25000000")]
)
def test_a_clock_must_make_the_baud(baud, rule):
    with pytest.raises(InvalidOption, match=f"^{rule}"):
        Plan(25_000_000, baud).check_wires()
