"""The commands for boards: what they pass on, and their exit codes. What they do is tested with the steps."""

import json

import pytest

from accelgen.steps.board.demo import Drawings
from tests.stand_ins import conversation
from tests.steps.answers import board_build


@pytest.fixture
def asked(monkeypatch):
    """What the steps were asked for."""
    found = {}

    def step(name, result):
        def called(model, **options):
            found[name] = {"model": model, **options}
            return result

        monkeypatch.setattr(f"accelgen.steps.{name}", called)

    step("fpga", board_build())
    step("host", conversation())
    step("demo", Drawings("small", "/dev/ttyUSB1", 3, 0))
    return found


@pytest.mark.parametrize(("meets", "expected"), [(True, 0), (False, 1)])
def test_a_clock_that_is_not_reached_is_exit_code_1(accelgen, asked, monkeypatch, meets, expected):
    monkeypatch.setattr("accelgen.steps.fpga", lambda model, **how: board_build(meets_clock=meets))
    code, out, _ = accelgen("fpga", "small", "--board", "icebreaker", "--json")
    assert code == expected and json.loads(out)["meets_clock"] == meets


def test_options_of_a_build_are_passed_on(accelgen, asked):
    code, _, _ = accelgen("fpga", "small", "--board", "icebreaker", "--baud", 3_000_000, "--folded", "--json")
    given = asked["fpga"]
    assert code == 0 and (given["baud"], given["unrolled"], given["lanes"]) == (3_000_000, False, None)


def test_a_build_is_noted_when_that_is_asked(accelgen, asked, monkeypatch):
    noted = []
    monkeypatch.setattr("accelgen.cards.record_build", noted.append)
    accelgen("fpga", "small", "--board", "icebreaker", "--json")
    assert noted == []
    accelgen("fpga", "small", "--board", "icebreaker", "--record", "--json")
    assert noted == [board_build()]


@pytest.mark.parametrize("step", ["host", "demo"])
@pytest.mark.parametrize(("mismatches", "expected"), [(0, 0), (2, 1)])
def test_a_score_that_differs_is_exit_code_1(accelgen, monkeypatch, step, mismatches, expected):
    drawings = Drawings("small", "/dev/ttyUSB1", 3, mismatches)
    said = drawings if step == "demo" else conversation(mismatches)
    monkeypatch.setattr(f"accelgen.steps.{step}", lambda model, **how: said)
    demo = ["--demo"] if step == "demo" else []
    code, out, _ = accelgen("host", "small", *demo, "--json")
    assert code == expected and json.loads(out) == said.to_json()


def test_a_demo_is_served_where_it_is_asked(accelgen, asked):
    accelgen("host", "small", "--demo", "--no-browser", "--http-port", 8123, "--simulate", "--json")
    given = asked["demo"]
    assert (given["http_port"], given["browser"], given["simulate"]) == (8123, False, True)
    assert "host" not in asked


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--simulate", "--port", "x"],
            "a simulated device brings its own port and tables: name neither with --simulate",
        ),
        (
            ["--board", "icebreaker"],
            "a board is named with --simulate only: one that is plugged in is what it is",
        ),
        (["--demo", "--http-port", "70000"], "http_port must be 0 to 65535, not 70000"),
        (["--images", "0"], "images must be at least 1, not 0"),
        (
            [],
            "small has an input of 30, which no data set here fits (MNIST, MNIST in saccades, "
            "CIFAR-10, Fashion-MNIST)",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence(accelgen, arguments, sentence):
    assert accelgen("host", "small", *arguments) == (2, "", f"accelgen: {sentence}\n")


def test_a_picture_and_a_page_do_not_go_together(accelgen):
    code, out, err = accelgen("host", "small", "--demo", "--picture", "seven.png")
    assert (code, out) == (2, "") and "--demo takes drawings: --picture does not go with it" in err


def test_a_bitstream_that_is_not_there_is_named(accelgen):
    code, _, err = accelgen("load", "small", "--board", "icebreaker")
    assert code == 2 and err.endswith("top.bin is not there: build it first (accelgen fpga)\n")
