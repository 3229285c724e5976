from dataclasses import replace

import pytest

from accelgen.cards import record_build, record_pattern
from accelgen.cards.boards import BUILDS, PATTERNS, fill_boards
from accelgen.errors import InvalidRequest
from accelgen.report.boards import BOARDS_TABLE, PATTERNS_TABLE, read_builds
from accelgen.rtl.datapath import Datapath
from accelgen.steps.board.counters import Counted
from tests.steps.answers import board_build


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    (tmp_path / "docs").mkdir()
    (tmp_path / BOARDS_TABLE.page).write_text(
        f"before\n{BOARDS_TABLE.begin}\nold\n{BOARDS_TABLE.end}\nafter\n"
    )
    return tmp_path


def test_every_figure_of_a_build_is_noted_with_what_it_holds_for(home):
    path = record_build(board_build())
    (build,) = read_builds(path)
    assert path == home / BUILDS and (build.hardware, build.digest) == ("7 lanes, ram", "ab12")
    values = {name: figure.value for name, figure in build.figures.items()}
    assert values == {
        "luts": 4464,
        "block_rams": 20,
        "sprams": 3,
        "dsps": 0,
        "fmax": 23.12,
        "clock": 12.0,
        "images": 9203.9,
        "images_over_link": 190.5,
        "seconds": 131.1,
    }
    assert build.figures["images"].conditions == {"clock": "12 MHz", "cycles": "1,303.8"}
    assert build.figures["images_over_link"].conditions["baud"] == "1,000,000"
    assert {figure.command for figure in build.figures.values()} == {"accelgen fpga small --board icebreaker"}


def test_cycles_that_nobody_measured_give_no_images_per_second(home):
    (build,) = read_builds(
        record_build(board_build(images_per_second=None, datapath=Datapath(unrolled=True)))
    )
    assert "images" not in build.figures and build.hardware == "unrolled"


def test_the_table_is_filled_from_the_builds_that_are_noted(home, monkeypatch):
    monkeypatch.setattr("accelgen.steps.board_fingerprint", lambda model, board: "cd34")
    assert fill_boards() is None and "old" in (home / BOARDS_TABLE.page).read_text()
    record_build(board_build())
    text = fill_boards().read_text()
    assert (
        text.startswith(f"before\n{BOARDS_TABLE.begin}\n| board |")
        and "| 7 lanes, ram | 4,464 | 20 | 3 | 0 |" in text
    )
    assert text.endswith(f"|\n{BOARDS_TABLE.end}\nafter\n") and "old" not in text


def test_a_build_of_other_hardware_than_today_says_so(home, monkeypatch):
    record_build(board_build())
    asked = []
    monkeypatch.setattr("accelgen.steps.board_fingerprint", lambda *which: asked.append(which) or "ef56")
    assert "| 7 lanes, ram (earlier engine) | 4,464 |" in fill_boards().read_text()
    assert asked == [("small", "icebreaker")]


PLAYED = Counted("small", "/dev/pts/1", "simulated", 24.0, 16, 160, 1600, 0, False, ())


def pattern_build(**changes):
    how = {
        "pattern": True,
        "clock": 24.0,
        "layer_lanes": (4, 4, 5),
        "layer_units": (2, 1, 1),
        "pipelined": True,
    }
    made = {"samples": 16, "how": how, "clock_hz": 24_000_000, "images_per_second_over_link": None}
    return board_build(images_per_second=None, cycles_per_image=None, **made | changes)


def test_a_pattern_is_noted_beside_the_folded_network_that_a_link_feeds(home, monkeypatch):
    monkeypatch.setattr("accelgen.steps.link_speed", lambda model, board: (200_000.0, 190.5))
    (build,) = read_builds(record_pattern(pattern_build(), PLAYED))
    values = {name: figure.value for name, figure in build.figures.items()}
    wanted = {"cycles": 10.0, "images": 2_400_000.0, "folded": 200_000.0, "times": 12.0, "over_link": 190.5}
    assert {name: values[name] for name in wanted} == wanted and values["clock"] == 24.0
    said = "accelgen fpga small --board icebreaker --pattern --clock 24 --lanes 2x4,4,5 --pipelined"
    assert build.figures["fmax"].command == said and build.figures["images"].command == f"{said} --simulate"
    assert build.how["pattern"] and build.how["layer_lanes"] == [4, 4, 5]


def test_a_pattern_of_what_no_link_carries_has_nothing_to_be_compared_with(home, monkeypatch):
    monkeypatch.setattr("accelgen.steps.link_speed", lambda model, board: None)
    (build,) = read_builds(record_pattern(pattern_build(how={"unrolled": False, "pattern": True}), PLAYED))
    assert "times" not in build.figures and build.figures["images"].value == 2_400_000
    assert build.figures["fmax"].command.endswith("--board icebreaker --folded --pattern")


@pytest.mark.parametrize(
    ("played", "meets", "rule"),
    [
        ({"wrong": 1}, True, "results differ from the golden model's"),
        ({"errors": ("short",)}, True, "results differ from the golden model's"),
        ({}, False, "the fastest clock of icebreaker is 23.12 MHz, and not 24: nothing is noted"),
    ],
)
def test_what_is_wrong_or_too_slow_is_not_noted(home, played, meets, rule):
    with pytest.raises(InvalidRequest, match=rule):
        record_pattern(pattern_build(meets_clock=meets), replace(PLAYED, **played))
    assert not (home / PATTERNS).exists()


def test_both_tables_are_filled_and_a_pattern_is_asked_for_as_it_was_built(home, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "accelgen.steps.board_fingerprint", lambda *which, **how: asked.append((which, how)) or "cd34"
    )
    monkeypatch.setattr("accelgen.steps.link_speed", lambda model, board: None)
    page = home / BOARDS_TABLE.page
    page.write_text(page.read_text() + f"{PATTERNS_TABLE.begin}\nold\n{PATTERNS_TABLE.end}\n")
    record_build(board_build())
    record_pattern(pattern_build(), PLAYED)
    assert "| 2,400,000 |" in fill_boards().read_text() and "\nold\n" not in page.read_text()
    assert asked[0] == (("small", "icebreaker"), {}) and asked[1][1]["clock"] == 24.0
