import pytest

from accelgen.cards import hardware
from accelgen.cards.hardware import HARDWARE, form_of, noted, todays
from accelgen.errors import DataError
from accelgen.figures import Figure
from accelgen.network import save
from tests.tiny_networks import small_network


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "models" / "small"
    folder.mkdir(parents=True)
    save(small_network(), folder / "network.safetensors")
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    return folder


@pytest.mark.parametrize(
    ("command", "form"),
    [
        ("accelgen eval m --early-stop", None),
        ("accelgen train m", None),
        ("accelgen", None),
        ("accelgen sim m", {}),
        ("accelgen sim m --images 500", {}),
        ("accelgen sim m --clock-driven", {"skip_zeros": False}),
        ("accelgen sim m --margin 0", {"early_stop": True}),
        ("accelgen synth m --target ecp5", {}),
        ("accelgen synth m --unrolled", {"unrolled": True}),
        ("accelgen power m --interval 1 --sums cells --images 9", {"interval": 1, "sums": "cells"}),
        ("accelgen synth m --compact", {"compact": True}),
        (
            "accelgen power m --liberty l.lib --macros SRAMS --lanes 64 --weights ram --by-timestep 10",
            {"lanes": 64, "weights": "ram"},
        ),
    ],
)
def test_a_command_says_which_hardware_it_builds(command, form):
    assert form_of(command) == form


@pytest.mark.parametrize("command", ["accelgen sim 'm", "accelgen sim m --lanes many"])
def test_a_command_that_is_none_is_named(command):
    with pytest.raises(DataError, match="cannot be read as a command"):
        form_of(command)


def test_only_what_comes_from_hardware_is_noted_with_it(home):
    commands = ("accelgen eval small", "accelgen sim small", "accelgen power small --lanes 2")
    figures = [Figure("n", 1, "bits", "lower", command, {"images": "3"}) for command in commands]
    accuracy, cycles, energy = noted("small", figures)
    assert accuracy == figures[0]
    assert cycles.conditions == {"images": "3", HARDWARE: todays("small", commands[1])}
    assert cycles.conditions[HARDWARE] != energy.conditions[HARDWARE]


def test_cycles_are_of_the_circuit_and_areas_of_the_text(home, monkeypatch):
    from accelgen.rtl import fingerprint

    commands = [f"accelgen {name} small" for name in ("sim", "synth", "power")]
    sim, synth, power = (todays("small", command) for command in commands)
    assert sim != synth == power
    hardware._fingerprint.cache_clear()
    real = fingerprint.to_verilog
    monkeypatch.setattr(fingerprint, "to_verilog", lambda *of: (real(*of)[0] + "wire one_more;\n", {}))
    again = [todays("small", command) for command in commands]
    hardware._fingerprint.cache_clear()
    assert again[0] == sim and again[1] == again[2] != synth


def test_another_network_and_other_defaults_are_other_hardware(home):
    before = todays("small", "accelgen sim small")
    (home / "hardware.toml").write_text("lanes = 2\n")
    narrow = todays("small", "accelgen sim small")
    save(small_network(seed=1), home / "network.safetensors")
    assert len({before, narrow, todays("small", "accelgen sim small")}) == 3
