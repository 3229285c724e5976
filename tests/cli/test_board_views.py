"""What people read of boards."""

import re
from dataclasses import replace

import pytest

from accelgen import steps
from accelgen.cli.board_views import answered, counts, drawn, fitting, programmed
from accelgen.steps.board.counters import Counted
from accelgen.steps.board.demo import Drawings
from tests.stand_ins import conversation
from tests.steps.answers import board_build
from tests.steps.conftest import home  # noqa: F401 - fixture


def test_what_fits_and_what_does_not_is_shown(home, capsys):  # noqa: F811
    fitting(steps.fits())
    out = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "events icebreaker no the link carries pixels" in out
    assert "small icebreaker yes 7 lanes, tables in rom" in out


@pytest.mark.parametrize("meets", [True, False])
def test_what_was_built_is_shown(capsys, meets):
    built = board_build(meets_clock=meets, images_per_second=None)
    programmed(replace(built, board=replace(built.board, note="mind the step")))
    out = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "block RAMs 20 of 30" in out and "weights.bin" in out and "mind the step" in out
    assert "at most 190 over the link at 1,000,000 baud" in out
    assert ("TOO SLOW" in out) != meets


@pytest.mark.parametrize("mismatches", [0, 2])
def test_what_a_board_answered_is_shown(capsys, mismatches):
    answered(conversation(mismatches))
    out = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "2,041.0 at 12 MHz" in out and "4 requests sent again" in out and "horse 3 -5 9 2,041 5.25" in out
    assert f"correct 0 of {1 + mismatches}" in out
    assert ("2 DIFFER" in out) == bool(mismatches)


@pytest.mark.parametrize(
    ("expected", "shown"),
    [
        ((2.5, 7.0), "says right scores cycles ms -3.101 6.9 2.5 7 -5 9 2,041"),
        (None, "says scores cycles ms -3.101 6.9 -5 9 2,041"),
    ],
)
def test_numbers_stand_beside_what_is_right_for_them(capsys, expected, shown):
    said = conversation(0)
    answer = replace(said.answers[0], label=None, values=(-3.1006, 6.9), expected=expected)
    answered(replace(said, answers=(answer,)))
    out = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert shown in out and "correct" not in out


@pytest.mark.parametrize(
    ("answers", "mismatches", "words"),
    [
        (0, 0, "m: 0 drawings answered"),
        (3, 0, "3 drawings answered, all as the golden model"),
        (3, 1, "1 DIFFER"),
    ],
)
def test_what_became_of_the_drawings_is_shown(capsys, answers, mismatches, words):
    drawn(Drawings("m", "/dev/ttyUSB1", answers, mismatches))
    assert words in capsys.readouterr().out


def test_a_build_with_a_pattern_says_where_its_images_a_second_are_counted(capsys):
    programmed(board_build(images_per_second_over_link=None, samples=16, clock_hz=24_000_000))
    out = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "counted on the board, of 16 samples: accelgen host small --pattern" in out
    assert "the PLL makes 24" in out


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({}, "all as the golden model"),
        ({"wrong": 7, "spoilt": True}, "7 DIFFER from the golden model"),
        ({"spoilt": True}, "1 DIFFER from the golden model"),
        ({"errors": ("short", "long")}, "the network REPORTS short, long"),
    ],
)
def test_what_a_board_counted_is_shown(capsys, what, words):
    counts(replace(Counted("m", "/dev/pts/1", "a board", 50.0, 16, 160, 28_800, 0, False, ()), **what))
    out = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "277,778 at 50 MHz" in out and "180.00, mean of 160 results" in out
    assert words in out and ("all as" in out) == (not {"wrong", "spoilt"} & what.keys())
