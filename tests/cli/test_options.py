import click
import pytest
from click.testing import CliRunner

from accelgen.cli.options import hardware


@click.command()
@hardware
@click.option("--clock", type=float)
def said(options, clock):
    """Print what was asked for."""
    names = ("lanes", "layer_lanes", "layer_units", "pipelined", "unrolled", "cycles")
    click.echo({name: options[name] for name in names if options.get(name) is not None})


def asked(*words):
    return CliRunner().invoke(said, words)


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], {}),
        (["--lanes", "8"], {"lanes": 8}),
        (["--lanes", "8,4"], {"layer_lanes": (8, 4), "layer_units": (1, 1)}),
        (["--lanes", "4x8,2x4,3"], {"layer_lanes": (8, 4, 3), "layer_units": (4, 2, 1)}),
        (["--pipelined", "--cycles", "300"], {"pipelined": True, "cycles": 300}),
        (["--pipelined", "--rate", "250000", "--clock", "100"], {"pipelined": True, "cycles": 400}),
        (["--lanes", "8,unrolled"], {"layer_lanes": (8, 0), "layer_units": (1, 1)}),
        (["--folded"], {"unrolled": False}),
    ],
)
def test_lanes_engines_and_cycles_are_read(words, options):
    assert asked(*words).output.strip() == str(options)


@pytest.mark.parametrize("lanes", ["many", "8,", "8,x4", "2x3x4,1", "1.5"])
def test_lanes_that_are_none_are_refused(lanes):
    found = asked("--lanes", lanes)
    assert found.exit_code == 2 and "is no number, nor numbers with commas as 2x64,32,16" in found.output


def test_a_layer_of_no_engine_is_refused():
    for lanes in ("0x8,2", "8,-1x2"):
        found = asked("--lanes", lanes)
        assert found.exit_code == 2 and "has a layer of no engine, and each has at least 1" in found.output


def test_a_layer_of_no_lanes_is_asked_for_by_its_name():
    for lanes in ("8,0,2", "1x0", "8,2x0", "unrolled,0"):
        found = asked("--lanes", lanes)
        assert found.exit_code == 2 and "of one whose weights are gates say unrolled" in found.output


def test_a_pipeline_is_not_folded():
    assert str(asked("--pipelined", "--folded").exception) == "hardware is pipelined or folded, not both"


def test_a_rate_and_cycles_say_the_same_thing_twice():
    found = asked("--cycles", "4", "--rate", "3", "--clock", "1")
    assert "one follows from the other" in str(found.exception)
    assert "need a clock in MHz" in str(asked("--rate", "3").exception)
    assert "clock must be above 0" in str(asked("--rate", "3", "--clock", "inf").exception)


def test_a_command_without_a_clock_knows_no_rate():
    @click.command()
    @hardware
    def clockless(options):
        click.echo(options["cycles"])

    found = CliRunner().invoke(clockless, ["--rate", "3"])
    assert str(found.exception) == "rate: this command has no clock to count by; ask for cycles of an image"
    assert CliRunner().invoke(clockless, ["--cycles", "3"]).output == "3\n"
