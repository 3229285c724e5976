from pathlib import Path

import numpy as np
import pytest

from accelgen.errors import ToolError
from accelgen.flows.icarus import ICARUS, lint, play


def vectors(made, manifest, count=3):
    beats = np.fromfile(made / "vectors" / "stimulus.bin", "<u4").reshape(40, manifest["input"]["beats"], -1)
    answers = np.fromfile(made / "vectors" / "expected.bin", "<i4").reshape(40, -1)
    load = made / "weights.bin" if (made / "weights.bin").exists() else None
    return beats[:count], answers[:count].tolist(), load


def test_icarus_is_there():
    assert int(ICARUS.version().split(".")[0]) >= 11


def test_every_score_is_equal_under_cocotb(made, manifest):
    beats, answers, load = vectors(made, manifest)
    found = play(made / "small.v", manifest, beats, answers, made, load)
    assert (found["images"], found["mismatches"]) == (3, 0)


def test_a_wrong_score_is_found(made, manifest):
    beats, answers, load = vectors(made, manifest)
    answers[1][0] += 1
    found = play(made / "small.v", manifest, beats, answers, made, load)
    assert (found["mismatches"], found["first_mismatch"]) == (1, 1)


def test_verilog_that_does_not_compile_is_an_error(made, manifest, tmp_path):
    beats, answers, load = vectors(made, manifest)
    (tmp_path / "small.v").write_text("module small(; endmodule\n")
    with pytest.raises(ToolError, match="^the Verilog does not compile; see .*build.log$"):
        play(tmp_path / "small.v", manifest, beats, answers, tmp_path, load)


def test_the_verilog_has_nothing_to_lint(made):
    lint(made / "small.v", "small", made / "icarus_lint.log")


def test_a_warning_is_an_error(tmp_path):
    (tmp_path / "t.v").write_text("module t(input a, output y);\n assign w = a;\n assign y = w;\nendmodule\n")
    with pytest.raises(
        ToolError, match="^iverilog -Wall warns .*implicit definition of wire 'w'.*; see .*log$"
    ):
        lint(tmp_path / "t.v", "t", tmp_path / "log")


def test_a_relative_folder_will_do(made, manifest, tmp_path, monkeypatch):
    beats, answers, load = vectors(made, manifest, 1)
    monkeypatch.chdir(tmp_path)
    assert play(made / "small.v", manifest, beats, answers, Path("here"), load)["mismatches"] == 0
