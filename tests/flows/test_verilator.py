import numpy as np
import pytest

from accelgen.errors import ToolError
from accelgen.flows.verilator import build, lint, play


@pytest.fixture(scope="module")
def programs():
    """Programs already built, by folder: a build takes seconds."""
    return {}


def program(programs, made):
    if made not in programs:
        loadable = (made / "weights.bin").exists()
        programs[made] = build(made / "small.v", "small", made / "obj", loadable=loadable)
    return programs[made], (made / "weights.bin" if (made / "weights.bin").exists() else None)


def test_the_verilog_has_nothing_to_lint(made):
    lint(made / "small.v", "small", made / "lint.log")


def test_a_latch_is_not_waived(tmp_path):
    bad = "module t(input a, input b, output reg c);\n always @* if (a) c = b;\nendmodule\n"
    (tmp_path / "t.v").write_text(bad)
    with pytest.raises(ToolError, match="see .*lint.log"):
        lint(tmp_path / "t.v", "t", tmp_path / "lint.log")


@pytest.mark.parametrize("stall", [0.0, 0.4])
@pytest.mark.parametrize("jobs", [1, 3])
def test_every_score_is_equal(made, programs, stall, jobs):
    path, load = program(programs, made)
    found = play(path, made / "vectors", load, jobs=jobs, stall=stall, seed=3)
    assert (found["images"], found["mismatches"], found["first_mismatch"], found["error"]) == (40, 0, None, 0)
    assert 0 < found["cycles"]["min"] <= found["cycles"]["mean"] <= found["cycles"]["max"]


@pytest.mark.parametrize("place", [0, 7])
def test_one_wrong_bit_is_found(made, programs, tmp_path, place):
    path, load = program(programs, made)
    for name in ("stimulus.bin", "vectors.json"):
        (tmp_path / name).write_bytes((made / "vectors" / name).read_bytes())
    words = np.fromfile(made / "vectors" / "expected.bin", "<u4")
    words[6 * 17 + 5 * (place > 0)] ^= 1 << place * (place == 0)
    words.tofile(tmp_path / "expected.bin")
    found = play(path, tmp_path, load)
    assert (found["mismatches"], found["first_mismatch"]) == (1, 17)


def test_the_same_sources_are_not_built_again(made, programs):
    path, _ = program(programs, made)
    before = path.stat().st_mtime_ns
    build(made / "small.v", "small", made / "obj", loadable=(made / "weights.bin").exists())
    assert path.stat().st_mtime_ns == before


def test_vectors_cut_short_are_refused(made, programs, tmp_path):
    path, load = program(programs, made)
    for name in ("stimulus.bin", "vectors.json"):
        (tmp_path / name).write_bytes((made / "vectors" / name).read_bytes())
    (tmp_path / "expected.bin").write_bytes((made / "vectors" / "expected.bin").read_bytes()[:-4])
    with pytest.raises(ToolError, match="exit code 3: .* do not hold images 0 to 20$"):
        play(path, tmp_path, load)
