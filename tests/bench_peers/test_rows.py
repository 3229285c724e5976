import pytest

from accelgen.errors import ToolError
from bench.networks import WORKS
from bench.rows import OURS, Job, done, jobs


def fail(out):
    raise ToolError("no such luck")


def test_a_peer_that_fails_is_a_row(tmp_path):
    row = done(Job("w", "peer 1", "f", fail), tmp_path)
    assert row == {"work": "w", "tool": "peer 1", "form": "f", "not_run": "no such luck"}


def test_ours_must_not_fail(tmp_path):
    with pytest.raises(ToolError, match=f"^{OURS}: no such luck$"):
        done(Job("w", OURS, "f", fail), tmp_path)


def test_a_peer_that_is_blind_to_zeros_is_not_built_twice(tmp_path):
    dense = next(job for job in jobs(WORKS[1:2], False, tmp_path, 1) if job.tool.startswith("nngen"))
    assert done(dense, tmp_path)["not_run"] == "it does not look at zeros: as for n8"


def test_every_network_is_built_by_everybody_and_the_flagship_by_us():
    found = [(job.work, job.tool.split()[0]) for job in jobs(WORKS, True, None, 1)]
    assert {(work.name, tool) for work in WORKS for tool in (OURS, "da4ml", "alkaid", "nngen")} <= set(found)
    assert found[-1] == ("mnist_3b_8x", OURS)


def test_small_networks_are_unrolled_in_both_forms():
    ours = [job.form for job in jobs(WORKS[:1], False, None, 1) if job.tool == OURS]
    assert ours[1:] == ["folded, compact, 4 lanes", "unrolled", "unrolled, an image a clock"]
