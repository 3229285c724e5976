from dataclasses import replace
from pathlib import Path

import pytest

from accelgen.errors import ToolError
from accelgen.flows.icarus import ICARUS, lint, play
from accelgen.golden.vectors import Vectors, dense_vectors
from tests.flows.conftest import images, make
from tests.tiny_networks import small_network


def first(vectors: Vectors, count: int) -> Vectors:
    """Return the first samples of some vectors."""
    beats = int(vectors.lengths[:count].sum())
    return Vectors(vectors.beats[:beats], vectors.lengths[:count], vectors.expected[:count], vectors.inputs)


def test_icarus_is_there():
    assert int(ICARUS.version().split(".")[0]) >= 11


def test_every_score_is_equal_under_cocotb(made):
    measured = play(made.verilog, made.manifest, first(made.vectors, 3), made.folder, made.load)
    assert (measured.images, measured.mismatches) == (3, 0)


def test_spikes_in_either_form_any_timesteps_and_malformed_streams_are_equal_or_dropped(spiking):
    vectors = first(spiking.vectors, 4)
    measured = play(spiking.verilog, spiking.manifest, vectors, spiking.folder, spiking.load, spiking.corners)
    assert (measured.images, measured.mismatches) == (4, 0)


def test_a_wrong_score_is_found(made):
    wrong = first(made.vectors, 3)
    wrong = replace(wrong, expected=wrong.expected.copy())
    wrong.expected[1, 0] += 1
    measured = play(made.verilog, made.manifest, wrong, made.folder, made.load)
    assert (measured.mismatches, measured.first_mismatch) == (1, 1)


def test_a_wrong_corner_case_is_a_fault(spiking):
    *others, last = spiking.corners
    wrong = replace(last, expected=last.expected.copy())
    wrong.expected[0, -1] += 1 << 16  # a timestep more than were used
    with pytest.raises(ToolError, match="^the bench found a fault other than a wrong score; see .*run.log$"):
        play(
            spiking.verilog,
            spiking.manifest,
            first(spiking.vectors, 1),
            spiking.folder,
            spiking.load,
            [others[0], wrong],
        )


def test_verilog_that_does_not_compile_is_an_error(made, tmp_path):
    (tmp_path / "small.v").write_text("module small(; endmodule\n")
    with pytest.raises(ToolError, match="^the Verilog does not compile; see .*build.log$"):
        play(tmp_path / "small.v", made.manifest, first(made.vectors, 3), tmp_path, made.load)


def test_the_verilog_has_nothing_to_lint(made):
    lint(made.verilog, made.manifest.top, made.folder / "icarus_lint.log")


def test_the_verilog_of_spiking_networks_has_nothing_to_lint(spiking):
    lint(spiking.verilog, spiking.manifest.top, spiking.folder / "icarus_lint.log")


def test_a_warning_is_an_error(tmp_path):
    (tmp_path / "t.v").write_text("module t(input a, output y);\n assign w = a;\n assign y = w;\nendmodule\n")
    with pytest.raises(
        ToolError, match="^iverilog -Wall warns .*implicit definition of wire 'w'.*; see .*log$"
    ):
        lint(tmp_path / "t.v", "t", tmp_path / "log")


def test_a_relative_folder_will_do(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    measured = play(made.verilog, made.manifest, first(made.vectors, 1), Path("here"), made.load)
    assert measured.mismatches == 0


def test_a_stream_wider_than_its_beats_changes_no_score_and_has_no_ones_there(tmp_path):
    network = small_network()
    vectors = dense_vectors(network, images(network))
    wide = make(tmp_path, network, vectors, tdata_width=64)
    assert wide.manifest.input.width == 64 and wide.manifest.input.pixels_per_beat * 3 == 12
    measured = play(wide.verilog, wide.manifest, first(vectors, 2), tmp_path, None)  # and malformed frames
    assert (measured.images, measured.mismatches) == (2, 0)
