"""Netlists of a few gates, whose transitions are counted by hand."""

import json

import numpy as np
import pytest

from accelgen.errors import ToolError
from accelgen.flows.timed import build, play

PERIOD = 1000
PORTS = """nets {nets}
input clk 2
input s_axis_tdata 3 4
input s_axis_tvalid 5
output s_axis_tready 1
output m_axis_tvalid {valid}
output m_axis_tdata {result}
output m_axis_tlast 1
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return build(tmp_path_factory.mktemp("gates"))


@pytest.fixture
def run(program, tmp_path):
    """Play one-beat images through a netlist; return what was found and the lines of the counts."""

    def played(parts, entering, expected, result="3", nets=9, period=PERIOD, valid=5):
        (tmp_path / "netlist.txt").write_text(PORTS.format(nets=nets, result=result, valid=valid) + parts)
        np.array(entering, "<u4").tofile(tmp_path / "stimulus.bin")
        np.ones(len(entering), "<u4").tofile(tmp_path / "frames.bin")
        np.array(expected, "<u4").tofile(tmp_path / "expected.bin")
        (tmp_path / "vectors.json").write_text(json.dumps({"images": len(entering)}))
        files = (tmp_path / "netlist.txt", tmp_path, None, tmp_path / "counts.txt")
        done = play(program, *files, period=period, inputs={"margin": 3})
        return done, (tmp_path / "counts.txt").read_text().splitlines()

    return played


def glitch(delay):
    """Return an AND of a bit and its inverse, which is 0 whenever it has settled."""
    return f"gate 6 50 1 3\ngate 7 {delay} 8 3 6\n"


def test_every_transition_is_counted_once_images_run(run):
    done, counts = run(glitch(20), [0, 1, 0, 1], [0, 1, 0, 1])
    assert (done.images, done.mismatches, done.cycles, done.late) == (4, 0, 4, 0)
    # The last image goes first, so that the bit changes four times, two of them to 1.
    assert counts[2:8] == ["8", "4", "0", "0", "4", "4"], "the AND is 1 between a rise and the inverse's fall"
    assert done.settled == 100 + 50 + 20, "inputs change 100 ps after the edge"


def test_a_pulse_shorter_than_the_gate_is_swallowed(run):
    done, counts = run(glitch(80), [0, 1, 0, 1], [0, 1, 0, 1])
    assert counts[6:8] == ["4", "0"] and done.settled == 100 + 50


def test_a_wrong_score_is_found(run):
    done, _ = run("", [0, 1, 2, 3], [0, 1, 3, 3], result="3 4")
    assert (done.mismatches, done.first_mismatch) == (1, 2)


def test_a_cycle_that_is_too_short_is_late(run):
    done, _ = run("gate 6 200 2 3\n", [0, 1, 0], [0, 1, 0], period=250)
    assert done.late > 0
    assert run("gate 6 200 2 3\n", [0, 1, 0], [0, 1, 0], period=310)[0].late == 0


def test_a_register_takes_its_data_at_the_edge_and_a_gate_stops_it(run):
    # Bit 0 is kept if bit 1 was set; the result is a cycle behind.
    parts = "clockgate 6 4\nflop 7 6 2 3\n"
    done, counts = run(parts, [2, 1, 3, 0], [0, 0, 0, 1], result="7")
    assert done.mismatches == 0
    assert counts[6] == str(2 * 2), "two of four edges pass"


def test_a_memory_gives_the_old_word_and_counts_its_accesses(run):
    parts = "memory 2 2 300\nread 2 1 1 0 6 7\nwrite 2 1 0 3 4 1 1\n"
    # Words are read at the edge at which the next is written, and are seen in the cycle after that.
    done, counts = run(parts, [1, 0, 2, 3], [0, 3, 1, 0], result="6 7", valid=1)
    assert done.mismatches == 0 and counts[-1] == "4 4"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ("widget 1\n", "the netlist has a line of an unknown kind: widget 1$"),
        ("flop 3\n", "a line of the netlist is cut short: flop 3$"),
        ("gate 6 0 2 3\n", "a delay is out of range: gate 6 0 2 3$"),
    ],
)
def test_a_bad_netlist_is_refused(run, parts, message):
    with pytest.raises(ToolError, match=f"exit code 3: {message}"):
        run(parts, [0], [0])


def test_vectors_that_do_not_fit_are_refused(run):
    with pytest.raises(ToolError, match="the vectors do not hold 2 images$"):
        run("", [0, 1], [0, 1, 2])


def test_it_is_compiled_once(program, tmp_path):
    before = program.stat().st_mtime_ns
    assert build(tmp_path) == program and program.stat().st_mtime_ns == before


def test_parts_of_a_run_are_counted_apart(run, tmp_path):
    # The result is what a register holds, and that and what enters tell the parts apart.
    parts = "flop 6 2 2 3\nmemory 2 1 300\nread 2 3 1 0 7\npart 6 3\n"
    done, counts = run(parts, [1, 0, 0, 1], [1, 1, 0, 0], result="6")
    assert done.mismatches == 0 and done.cycles == 4
    lines = (tmp_path / "counts.txt.parts").read_text().splitlines()
    apart = [lines[start : start + 11] for start in range(0, len(lines), 11)]
    assert [part[0] for part in apart] == ["0 1", "1 1", "2 1", "3 1"], "number and cycles"
    for net in range(9):
        assert sum(int(part[1 + net]) for part in apart) == int(counts[net])
    # Each cycle has both edges of the clock, and the memory is read at the end of one in which the bit is 1.
    assert [part[1 + 2] for part in apart] == ["2"] * 4
    assert [part[-1] for part in apart] == ["0 0", "0 0", "1 0", "1 0"]


def test_without_parts_there_is_no_file_of_them(run, tmp_path):
    run("", [0, 1], [0, 1])
    assert not (tmp_path / "counts.txt.parts").exists()


def test_what_lies_in_the_folder_is_not_run(program, tmp_path):
    planted = tmp_path / program.name
    planted.write_text("#!/bin/sh\necho planted\n")
    planted.chmod(0o755)
    assert build(tmp_path) == program and tmp_path not in program.parents


def test_counts_that_cannot_be_written_are_an_error(run, tmp_path):
    (tmp_path / "counts.txt").symlink_to("/dev/full")
    with pytest.raises(ToolError, match="exit code 3: the counts cannot be written$"):
        run("", [0], [0])
