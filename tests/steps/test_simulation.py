import json
import subprocess
import sys

import pytest

from accelgen import steps
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.owned import Busy
from tests.data.test_nmnist import folder  # noqa: F401 - a fixture
from tests.test_owned import holder


def test_a_spiking_network_of_pixels_is_played_and_compared(home, images):
    said = []
    found = steps.sim("pixels", images=12, timesteps=4, margin=3, lanes=8, say=said.append)
    assert (found["mismatches"], found["images"], found["timesteps"], found["margin"]) == (0, 12, 4, 3)
    assert found["accuracy"] is None and found["timesteps_used"] <= 4
    assert found["weight_words"] < found["clock_driven"]["weight_words"]
    assert found["clock_driven"]["share"] == pytest.approx(
        found["weight_words"] / found["clock_driven"]["weight_words"]
    )
    assert said[0] == "golden model on 12 images ..."


def test_events_and_recordings_are_played_and_compared(home, images, folder):  # noqa: F811
    for source in ({}, {"nmnist": folder}):
        found = steps.sim("events", images=10, lanes=8, **source)
        assert (found["mismatches"], found["stream"], found["images"]) == (0, "events", 10)


def test_spikes_that_are_drawn_enter_as_events(home, images):
    found = steps.sim("pixels", images=5, timesteps=3, lanes=8, drawn=7)
    assert (found["mismatches"], found["stream"]) == (0, "events")


def test_a_clock_driven_engine_gives_the_same_scores_in_more_cycles(home, images):
    options = {"images": 6, "timesteps": 2, "lanes": 8}
    driven, clocked = (steps.sim("pixels", skip_zeros=skip, **options) for skip in (True, False))
    assert driven["mismatches"] == clocked["mismatches"] == 0
    assert clocked["cycles"]["mean"] > 1.5 * driven["cycles"]["mean"]
    assert clocked["weight_words"] == driven["clock_driven"]["weight_words"]


def test_a_convolution_is_played_and_every_layer_accounted_for(home, images):
    found = steps.sim("strokes", images=12, lanes=8)
    assert (found["mismatches"], found["images"], found["kind"]) == (0, 12, "convolutional")
    layers = found["layers"]
    assert [layer["name"] for layer in layers] == ["a", "b"]
    assert sum(layer["ideal_cycles"] for layer in layers) == pytest.approx(found["ideal_cycles"])
    assert all(0.1 < layer["ideal_cycles"] / layer["cycles"] == layer["utilisation"] < 1 for layer in layers)
    assert sum(layer["cycles"] for layer in layers) <= found["latency"]


def test_what_cannot_be_simulated_is_one_sentence(home, images):
    with pytest.raises(InvalidRequest, match="^images must be at least 1, not 0$"):
        steps.sim("pixels", images=0)
    with pytest.raises(InvalidRequest, match="^small has an input of 30, which no data set here fits "):
        steps.sim("small")
    with pytest.raises(InvalidOption, match="^margin must be 0 to"):
        steps.sim("pixels", margin=-3)


#: A simulation of one image in a process of its own, whose result is printed.
OTHER = """
import json, sys
from dataclasses import replace
from accelgen import steps
from accelgen.data import SETS
sample = SETS["mnist"].load(sample="only")
SETS["mnist"] = replace(SETS["mnist"], read=lambda *where, **how: sample)
print(json.dumps(steps.sim("digits", images=1, simulator="icarus", lanes=int(sys.argv[1]))))
"""


def test_two_runs_at_once_each_play_their_own_hardware(digits, images):
    others, said = [], []

    def say(line):
        said.append(line)
        if line.startswith("golden model"):  # our hardware is written, and not simulated yet
            run = [sys.executable, "-c", OTHER, "10"]
            done = subprocess.run(run, capture_output=True, text=True, check=True)
            others.append((json.loads(done.stdout), done.stderr))

    found = steps.sim("digits", images=1, simulator="icarus", lanes=1, say=say)
    ((other, _),) = others
    assert (found["lanes"], other["lanes"]) == (1, 10)
    assert found["mismatches"] == other["mismatches"] == 0
    assert found["cycles"]["mean"] > 2 * other["cycles"]["mean"], "ten lanes take fewer cycles than one"
    manifests = [digits / "rtl_out" / name / "manifest.json" for name in ("digits", "digits.2")]
    assert [json.loads(path.read_text())["lanes"] for path in manifests] == [1, 10]
    assert sorted(path.name for path in (digits / "rtl_out").iterdir()) == ["digits", "digits.2"]


@pytest.mark.parametrize("step", ["rtl", "sim", "synth", "power", "asic", "fpga"])
def test_a_folder_in_which_another_is_at_work_is_left_alone(digits, images, tmp_path, step):
    more = {"power": {"liberty": tmp_path / "cells.lib"}, "fpga": {"board": "ulx3s_85f"}}.get(step, {})
    out = tmp_path / "out"
    with holder(out), pytest.raises(Busy, match="out: another run is at work here .process"):
        getattr(steps, step)("digits", out=out, **more)
    assert not out.exists()


def test_what_lies_in_a_working_folder_is_not_run(digits, images):
    working = digits / "rtl_out" / "digits" / "sim" / "icarus"
    (working / "build").mkdir(parents=True)
    for name in ("cocotb.py", "numpy.py", "sim.py", "build/sim.vvp", "build/cmds.f", "Makefile"):
        (working / name).write_text("raise SystemExit('planted')\n")
    found = steps.sim("digits", images=1, simulator="icarus", lanes=10)
    assert (found["images"], found["mismatches"]) == (1, 0)
