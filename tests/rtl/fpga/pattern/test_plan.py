import numpy as np
import pytest

from accelgen.errors import InvalidOption
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.fpga.pattern.plan import Pattern, PatternPlan
from accelgen.rtl.hardware import hardware_of
from accelgen.steps.board.pattern import pattern_of
from tests.tiny_networks import random_images, small_network

HARDWARE = hardware_of(small_network(), Datapath(lanes=4))
RIGHT = Pattern(((1, 2), (3,)), ((4,), (5, 6)))


def plan(pattern=RIGHT, hardware=HARDWARE, baud=1_000_000) -> PatternPlan:
    return PatternPlan(hardware, pattern, "00" * 32, 25_000_000, baud)


def test_a_word_of_the_memories_is_a_beat_with_its_tlast():
    found = plan()
    assert (found.samples, found.divisor) == (2, 25)
    last = 1 << found.input_width
    assert found.stimulus.words == [1, 2 | last, 3 | last]
    assert found.answers.words == [4 | 1 << 32, 5, 6 | 1 << 32]
    assert found.buffers == [(3, found.input_width + 1), (3, 33)]


def test_results_side_by_side_are_one_wide_beat():
    hardware = hardware_of(small_network(), Datapath(unrolled=True, interval=1))
    pattern = pattern_of(hardware, random_images(np.random.default_rng(0), 3, 30))
    found = plan(pattern, hardware)
    assert len(found.answers.words) == len(found.stimulus.words) == 3
    assert found.output_width == 32 * (small_network().classes + 1)


@pytest.mark.parametrize(
    ("made", "rule"),
    [
        (
            {"pattern": Pattern(((1,),), ((2,),))},
            "a pattern has at least 2 samples with a result each, not 1",
        ),
        ({"pattern": Pattern(((1,), (2,)), ((2,),))}, "a pattern has at least 2 samples .*, not 2 with 1$"),
        ({"pattern": Pattern(((1,), ()), ((2,), (3,)))}, "sample 1 of a pattern must have beats of"),
        ({"pattern": Pattern(((1,), (-1,)), ((2,), (3,)))}, "sample 1 of a pattern must have beats of"),
        (
            {"pattern": Pattern(((1,), (1,)), ((2,), (1 << 32,)))},
            "result 1 .* beats of 32 bits, at least one$",
        ),
        ({"hardware": hardware_of(small_network(), Datapath(weights="ram"))}, "a pattern starts by itself"),
        ({"baud": 17_000_000}, "a clock of 25000000 Hz cannot make 17000000 baud within 2 %"),
    ],
)
def test_what_cannot_be_played_is_refused(made, rule):
    with pytest.raises(InvalidOption, match=f"^{rule}"):
        plan(**made)
