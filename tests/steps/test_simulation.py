import json
import subprocess
import sys
from dataclasses import replace

import pytest

from accelgen import steps
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.owned import Busy
from accelgen.steps.simulation import LayerCycles
from accelgen.steps.workload import UnrolledWorkload
from tests.data.test_nmnist import folder  # noqa: F401 - a fixture
from tests.stand_ins import SIMULATION, SPIKES, simulation
from tests.test_owned import holder


def test_a_spiking_network_of_pixels_is_played_and_compared(home, images):
    said = []
    played = steps.sim("pixels", images=12, timesteps=4, margin=3, lanes=8, say=said.append)
    spikes = played.spikes
    assert (played.mismatches, played.images, spikes.timesteps, spikes.margin) == (0, 12, 4, 3)
    assert played.accuracy is None and spikes.timesteps_used <= 4
    assert spikes.weight_words < spikes.clock_driven.weight_words
    assert spikes.clock_driven.share == pytest.approx(spikes.weight_words / spikes.clock_driven.weight_words)
    assert said[0] == "golden model on 12 images ..."


@pytest.mark.parametrize(
    ("name", "options"),
    [("pixels", {"timesteps": 5}), ("pixels", {"interval": 4, "timesteps": 7}), ("events", {})],
)
def test_unrolled_networks_that_spike_are_played_and_counted(home, images, name, options):
    played = steps.sim(name, images=6, unrolled=True, **options)
    asked, timesteps = played.spikes_of_gates, options.get("timesteps", 1)
    assert (played.mismatches, played.faulty, played.lane_utilisation) == (0, False, None)
    assert asked.weights > 0 and asked.timesteps >= timesteps and asked.operations > asked.events > 0
    assert played.ideal_cycles >= timesteps and played.utilisation > 0.2
    assert played.overlapped == ("interval" in options)
    folded = steps.sim(name, images=6, lanes=8, **{k: v for k, v in options.items() if k != "interval"})
    assert folded.spikes.synaptic_operations == asked.synaptic_operations
    with pytest.raises(InvalidRequest, match="^\\w+ is not unrolled, or does not spike$"):
        _ = folded.spikes_of_gates
    with pytest.raises(InvalidRequest, match="^\\w+ is unrolled: it has no engine that fetches"):
        _ = played.spikes


def test_events_and_recordings_are_played_and_compared(home, images, folder):  # noqa: F811
    for source in ({}, {"nmnist": folder}):
        played = steps.sim("events", images=10, lanes=8, **source)
        assert (played.mismatches, played.manifest.stream, played.images) == (0, "events", 10)


def test_spikes_that_are_drawn_enter_as_events(home, images):
    played = steps.sim("pixels", images=5, timesteps=3, lanes=8, drawn=7)
    assert (played.mismatches, played.manifest.stream) == (0, "events")


def test_a_clock_driven_engine_gives_the_same_scores_in_more_cycles(home, images):
    options = {"images": 6, "timesteps": 2, "lanes": 8}
    driven, clocked = (steps.sim("pixels", skip_zeros=skip, **options) for skip in (True, False))
    assert driven.mismatches == clocked.mismatches == 0
    assert clocked.cycles.mean > 1.5 * driven.cycles.mean
    assert clocked.spikes.weight_words == driven.spikes.clock_driven.weight_words


def test_a_convolution_is_played_and_every_layer_accounted_for(home, images):
    played = steps.sim("strokes", images=12, lanes=8)
    assert (played.mismatches, played.images, played.kind) == (0, 12, "convolutional")
    layers = played.layers
    assert [layer.name for layer in layers] == ["a", "b"]
    assert sum(layer.ideal_cycles for layer in layers) == pytest.approx(played.ideal_cycles)
    assert all(0.1 < layer.ideal_cycles / layer.cycles == layer.utilisation < 1 for layer in layers)
    assert sum(layer.cycles for layer in layers) <= played.measured.latency


MEASURED = ["images", "mismatches", "first_mismatch", "cycles"]
END = ["accuracy", "data", "images_per_second"]


def test_json_says_what_there_is_to_say():
    said = SIMULATION.to_json()
    form, shares = ["unrolled", "lanes", "weights", "skip_zeros"], ["utilisation", "lane_utilisation"]
    assert list(said) == [
        *("name", "kind", "simulator", *form, *MEASURED, "latency", "error", "ideal_cycles", *shares),
        *("macs", "weight_words", "layers", *END),
    ]
    assert said["cycles"] == {"min": 1, "mean": 2.25, "max": 3} and said["images_per_second"] == 8.0
    assert said["utilisation"] == 2 / 2.25 and said["lane_utilisation"] == 8 / (2.25 * 5)
    assert said["layers"] == [{"name": "a", "ideal_cycles": 1.5}, {"name": "b", "ideal_cycles": 0.5}]
    timed = replace(SIMULATION, layers=(LayerCycles("a", 1.5, 2.0),)).to_json()
    layer = {"name": "a", "ideal_cycles": 1.5, "cycles": 2.0, "utilisation": 0.75}
    assert list(timed) == list(said) and timed["layers"] == [layer]


def test_json_is_silent_of_what_is_not():
    flat = simulation({"form": "unrolled", "lanes": None, "skip_zeros": None}, latency=None, error=None)
    flat = replace(flat, work=UnrolledWorkload(7))
    said = flat.to_json()
    assert list(said) == [
        *("name", "kind", "simulator", "unrolled", "weights", *MEASURED, "ideal_cycles", "utilisation"),
        *END,
    ]
    assert said["weights"] == 7 and said["first_mismatch"] is None and flat.lane_utilisation is None
    with pytest.raises(InvalidRequest, match="^small does not spike, and has no events$"):
        _ = flat.spikes
    assert replace(flat, work=SPIKES).spikes is SPIKES


@pytest.mark.parametrize(("mismatches", "error"), [(0, 0), (0, None), (1, 0), (0, 2)])
def test_hardware_is_faulty_if_a_score_or_a_bit_of_error_says_so(mismatches, error):
    assert simulation(mismatches=mismatches, error=error).faulty == bool(mismatches or error)


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
print(json.dumps(steps.sim("digits", images=1, simulator="icarus", lanes=int(sys.argv[1])).to_json()))
"""


def test_two_runs_at_once_each_play_their_own_hardware(digits, images, tmp_path):
    others, said = [], []

    def say(line):
        said.append(line)
        if line.startswith("golden model"):  # our hardware is written, and not simulated yet
            run = [sys.executable, "-c", OTHER, "10"]
            done = subprocess.run(run, capture_output=True, text=True, check=True)
            others.append((json.loads(done.stdout), done.stderr))

    ours = steps.sim("digits", images=1, simulator="icarus", lanes=1, say=say)
    ((other, _),) = others
    assert (ours.manifest.lanes, other["lanes"]) == (1, 10)
    assert ours.mismatches == other["mismatches"] == 0
    alone = [
        steps.sim("digits", images=1, simulator="icarus", lanes=lanes, out=tmp_path / str(lanes)).cycles.mean
        for lanes in (1, 10)
    ]
    assert [ours.cycles.mean, other["cycles"]["mean"]] == alone and alone[0] > alone[1]
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
    played = steps.sim("digits", images=1, simulator="icarus", lanes=10)
    assert (played.images, played.mismatches) == (1, 0)
