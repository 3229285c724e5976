"""What people read: the figures of the step, whatever the kind of network."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from accelgen import steps
from accelgen.cli.views import described, evaluated, hardware, powered, projected, simulated
from accelgen.flows.measured import Cycles
from accelgen.network import Integrator
from accelgen.steps.asic import LayoutProject
from accelgen.steps.evaluation import Evaluation
from accelgen.steps.simulation import LayerCycles
from accelgen.steps.sta_check import PartPower, SecondOpinion
from accelgen.steps.workload import UnrolledSpikingWorkload
from tests.stand_ins import SPIKES, simulation
from tests.steps.answers import manifest, power_estimate, slowest_path
from tests.steps.conftest import home, images  # noqa: F401 - fixtures


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("small", ["30 pixels of 3 bits"]),
        ("pixels", ["784 pixels of 4 bits, as spikes (dither)", "3, of 1 to 16", "readout membrane"]),
        (
            "events",
            ["events of 32 x 32 pixels, 2 polarities", "continuous integration, threshold 12, no leak"],
        ),
    ],
)
def test_a_network_is_described(home, capsys, model, words):  # noqa: F811
    described(steps.info(model))
    out = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert out.startswith(model) and all(word in out for word in words), out


def test_a_readout_that_leaks_is_described(home, capsys):  # noqa: F811
    described(replace(steps.info("pixels"), integrator=Integrator(3, 5, "max")))
    assert "membrane, leak 5/8, score max" in capsys.readouterr().out


def test_every_timestep_and_layer_has_a_line(home, images, capsys):  # noqa: F811
    evaluation = steps.evaluate("pixels", margins=[2], early_stop=True)
    evaluated(evaluation)
    out = capsys.readouterr().out
    for share in evaluation.spikes.accuracy_by_timestep:
        assert f"{share:.2%}" in out
    events = evaluation.spikes.layers[0].events
    assert f"{events:,.1f}" in out.replace(" ", "") or str(round(events, 1)) in out
    assert "was chosen on the stand-in validation images" in out


def test_a_dense_network_is_one_line(capsys):
    evaluated(Evaluation("n", "dense", 0.5, 2000, "d", 1.0))
    assert capsys.readouterr().out == "n: 50.00% of 2,000 images (d)\n"


def test_a_simulation_says_what_events_save():
    driven = {"kind": "spiking", "lanes": 8, "skip_zeros": False, "stream": "events", "early_stop": True}
    played = replace(simulation(driven, images=3, cycles=Cycles(1, 2.0, 1234)), work=SPIKES)
    lines = simulated(played)
    form = "8 lanes, tables in ram, events over a stream, may stop early, driven by its clock"
    assert lines["hardware"] == form
    assert lines["timesteps"] == "2.50 used of 4"
    assert lines["weight words"].endswith("would need 160.0, events need 25.0% of them")
    assert "max 1,234" in lines["cycles per image"]
    layers = tuple(LayerCycles(name, 900.0, 1200.0) for name in "ab")
    lines = simulated(replace(simulation(), layers=layers))
    assert lines["by layer"] == "a: 1,200 cycles, 75.0%; b: 1,200 cycles, 75.0%"
    assert "timesteps" not in lines and "by layer" not in simulated(simulation())


def test_spikes_of_gates_are_shown_without_words_of_memory():
    form = {"form": "unrolled", "lanes": None, "kind": "spiking"}
    lines = simulated(replace(simulation(form), work=UnrolledSpikingWorkload(4, 30.5, 1234.0, 5678)))
    assert lines["timesteps"] == "4" and lines["events"] == "30.5 per image, 1,234 additions"
    assert lines["weights"] == "5,678, each in gates of its own" and "weight words" not in lines


def test_cycles_of_a_pipeline_are_from_result_to_result():
    form = {"form": "pipelined", "layer_lanes": (8, 4)}
    lines = simulated(simulation(form, cycles=Cycles(1, 2.25, 1234), apart=1.5, latency=1040.25))
    assert "cycles per image" not in lines
    told = "min 1, mean 2.2, max 1,234; mean 1.5 without the first of a run"
    assert lines["cycles from result to result"] == told
    assert lines["latency"] == "1,040.2 cycles from an image's first beat to its result, mean"
    clocked = simulated(simulation({"form": "unrolled", "lanes": None, "interval": 1}, latency=None))
    assert "cycles from result to result" in clocked and "latency" not in clocked
    slow = simulated(simulation({"form": "unrolled", "lanes": None}))
    assert "cycles per image" in slow and "latency" not in slow


def test_energy_is_shown_by_block_and_by_memory(capsys):
    opinion = SecondOpinion(
        "OpenSTA 9",
        (PartPower("leakage", 2.0, 4.0), PartPower("switching", 3.0, 0.0)),
        ("switching is 0 mW, and cannot be",),
    )
    estimate = power_estimate(second_opinion=opinion, by_timestep=(1.5, 4.0))
    powered(estimate)
    out = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "small: 4.00 nJ per classification" in out and "dynamic, memory 2.000 50.0%" in out
    assert (
        "codes 7 x 48 2 ram 3.0 0.0 5.50 6.25 2.000" in out
        and "1,234 um2 logic; 1.2 kGE of logic, 336 bits" in out
    )
    assert "hardware unrolled" in out
    assert "every net settles in 987 ps; OpenSTA is not installed" in out
    assert "first 9.0 3.000 75.0%" in out
    assert "in buffers 0.250 nJ of it" in out
    assert "leakage 2.00 4.00 0.50 switching 3.00 0.00 - total 5.00 4.00 1.25" in out
    assert "nJ by timestep 1.50, 4.00" in out
    powered(replace(estimate, timing=slowest_path()))
    assert "612 MHz (OpenSTA 9), 17 cells" in re.sub(r"\s+", " ", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"unrolled": False, "lanes": 8, "weights": "ram"}, "8 lanes, tables in ram"),
        (
            {"unrolled": False, "lanes": 12, "layer_lanes": [8, 4], "weights": "rom"},
            "pipelined, 8 + 4 lanes, tables in rom",
        ),
        ({"unrolled": True}, "unrolled"),
        (
            {"unrolled": True, "interval": 2, "stages": 9, "sums": "chains"},
            "unrolled, an image every 2 clocks, 9 ranks of registers, sums as chains",
        ),
        ({"unrolled": True, "stream": "events"}, "unrolled, events over a stream"),
        (
            {"unrolled": True, "interval": 2, "stages": 9, "stream": "pixels"},
            "unrolled, a timestep each clock, an image in at most 2 beats, 9 ranks of registers, "
            "pixels over a stream",
        ),
    ],
)
def test_the_form_of_hardware_is_said(form, words):
    assert hardware(form) == words


@pytest.mark.parametrize(
    ("flow", "checked", "words"),
    [
        ("orfs", None, ["7,890 bits in SRAM macros (5 ram_64x32)"]),
        ("librelane", "3.0.17", ["checked by LibreLane 3.0.17"]),
        ("librelane", None, ["checked by nobody: LibreLane is not installed"]),
    ],
)
def test_a_project_says_how_it_is_run(capsys, flow, checked, words):
    projected(
        LayoutProject(
            manifest=manifest(),
            flow=flow,
            platform="sky130hd",
            clock_mhz=62.5,
            folder=Path("here"),
            files=("a", "b"),
            logic_bits=1234,
            register_bits=56,
            macro_bits=7890,
            macros={"ram_64x32": 5} if flow == "orfs" else {},
            checked=checked,
            run=("cd here", "make it"),
        )
    )
    out = capsys.readouterr().out
    assert out.endswith("Run it:\n\n  cd here\n  make it\n"), "lines that can be copied"
    text = re.sub(r"\s+", " ", out)
    words = [
        *words,
        "sky130hd, 62.5 MHz",
        "1,234 bits of tables in logic, 56 bits in flip-flops",
        "files a, b",
    ]
    assert all(word in text for word in words), text
    assert ("checked by" in text) == (flow == "librelane")
