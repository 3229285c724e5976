"""The commands for boards: what they pass on, and their exit codes. What they do is tested with the steps."""

import json
from dataclasses import replace

import pytest

from accelgen.steps.board.counters import Counted
from accelgen.steps.board.demo import Drawings
from tests.stand_ins import conversation
from tests.steps.answers import board_build

COUNTED = Counted("small", "/dev/pts/1", "a board", 50.0, 16, 160, 1600, 0, False, ())


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
    step("counters", COUNTED)
    step("played", COUNTED)
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


def test_a_pattern_is_built_with_the_hardware_and_the_clock_that_were_asked_for(accelgen, asked):
    how = ("--pattern", "--pipelined", "--lanes", "2x4,4,5", "--clock", 62.5)
    assert accelgen("fpga", "small", "--board", "ulx3s_85f", *how, "--json")[0] == 0
    given = asked["fpga"]
    assert (given["pattern"], given["pipelined"], given["clock"]) == (True, True, 62.5)
    assert (given["layer_lanes"], given["layer_units"], given["cycles"]) == ((4, 4, 5), (2, 1, 1), None)
    accelgen(
        "fpga", "small", "--board", "ulx3s_85f", "--pattern", "--pipelined", "--rate", 1e6, "--clock", 50
    )
    assert asked["fpga"]["cycles"] == 50


def test_a_pattern_is_simulated_as_it_would_be_built(accelgen, asked):
    code, out, _ = accelgen(
        "fpga", "small", "--board", "b", "--pattern", "--simulate", "--lanes", 4, "--json"
    )
    assert code == 0 and json.loads(out) == COUNTED.to_json()
    assert (asked["played"]["board"], asked["played"]["lanes"]) == ("b", 4) and "fpga" not in asked


def test_a_pattern_is_noted_with_what_a_simulation_counts(accelgen, asked, monkeypatch):
    noted = []
    monkeypatch.setattr("accelgen.cards.record_pattern", lambda *both: noted.append(both))
    built = board_build(how={"pattern": True, "clock": 24.0}, samples=16)
    monkeypatch.setattr("accelgen.steps.fpga", lambda model, **how: built)
    assert accelgen("fpga", "small", "--board", "icebreaker", "--pattern", "--record", "--json")[0] == 0
    assert noted == [(built, COUNTED)] and asked["played"]["clock"] == 24.0


def test_counters_of_a_board_are_read(accelgen, asked):
    code, out, _ = accelgen("host", "small", "--pattern", "--port", "/dev/ttyUSB1", "--seconds", 2, "--json")
    assert code == 0 and json.loads(out) == COUNTED.to_json()
    assert asked["counters"] == {"model": "small", "port": "/dev/ttyUSB1", "baud": 1_000_000, "seconds": 2.0}


@pytest.mark.parametrize("what", [{"wrong": 3}, {"spoilt": True}, {"errors": ("short",)}])
@pytest.mark.parametrize(
    ("step", "words"),
    [("counters", ("host", "small")), ("played", ("fpga", "small", "--board", "b", "--simulate"))],
)
def test_a_result_of_a_pattern_that_differs_is_exit_code_1(accelgen, monkeypatch, step, words, what):
    monkeypatch.setattr(f"accelgen.steps.{step}", lambda model, **how: replace(COUNTED, **what))
    assert accelgen(*words, "--pattern", "--json")[0] == 1


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (("fpga", "small", "--board", "b", "--simulate"), "--simulate plays a --pattern"),
        (("fpga", "small", "--board", "b", "--simulate", "--pattern", "--record"), "--record notes a build"),
        (("fpga", "--list", "--cycles", 40), "--cycles choose the lanes of one model"),
        (("host", "small", "--pattern", "--demo"), "--pattern reads the counters of a board"),
        (("host", "small", "--pattern", "--simulate"), "--pattern reads the counters of a board"),
    ],
)
def test_options_that_do_not_go_together_are_refused(accelgen, asked, words, rule):
    code, _, err = accelgen(*words)
    assert code == 2 and rule in err and not asked
