import pytest

from accelgen.cards import record_build
from accelgen.cards.boards import BUILDS, fill_boards
from accelgen.report.boards import BOARDS_TABLE, read_builds
from accelgen.rtl.datapath import Datapath
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
