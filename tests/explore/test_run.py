"""Sweeps on real worker processes, with something quicker than training in its place."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from accelgen.errors import InvalidSweep
from accelgen.explore.cluster import connected
from accelgen.explore.run import Tasks, run_sweep
from accelgen.explore.store import DONE, FAILED, read_rows
from tests.explore import drawn

ROOT = Path(__file__).parents[2]
HALF = """
import sys
from pathlib import Path
from accelgen.explore.cluster import connected
from accelgen.explore.run import Tasks, run_sweep
from tests.explore import drawn

if __name__ == "__main__":
    with connected(workers=1) as client:
        run_sweep(drawn.sweep(), Path(sys.argv[1]), client, tasks=Tasks(drawn.train, drawn.slow))
"""


@pytest.fixture(scope="module")
def client():
    with connected(workers=2) as found:
        yield found


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "work").mkdir()
    return tmp_path


def trained(folder):
    return (folder / "work" / "trained.log").read_text().split()


def test_every_point_is_trained_and_measured_once(client, folder):
    said = []
    run = run_sweep(drawn.sweep(), folder, client, tasks=drawn.QUICK, say=said.append)
    assert (run.points, run.done, run.new, run.failed) == (8, 8, 8, ())
    rows = read_rows(folder)
    assert len(rows) == 8 and {row["status"] for row in rows} == {DONE}
    assert all(row["stored_bits"] == 1000 * row["weight_bits"] // row["compression"] for row in rows)
    assert len(trained(folder)) == len(set(trained(folder))) == 8
    assert said[0].startswith("1 of 8: weight bits") and said[0].endswith(" left") and "left" not in said[-1]


def test_a_finished_sweep_does_nothing_again(client, folder):
    run_sweep(drawn.sweep(), folder, client, tasks=drawn.QUICK)
    run = run_sweep(drawn.sweep(), folder, client, tasks=drawn.QUICK)
    assert (run.done, run.new) == (8, 0) and len(trained(folder)) == 8


def test_hardware_alone_is_measured_again_without_training(client, folder):
    head = "[axes]\nlanes = [4, 8, 16]\n"
    run_sweep(drawn.sweep(head), folder, client, tasks=drawn.QUICK)
    run_sweep(drawn.sweep(head + "[measure]\nimages = 3\n"), folder, client, tasks=drawn.QUICK)
    assert len(trained(folder)) == 1 and len(read_rows(folder)) == 6


def test_points_that_fail_are_written_down_and_tried_again_only_if_asked(client, folder):
    plan = drawn.sweep("[axes]\nweight_bits = [3, 4]\n")
    for retry, new in ((False, 2), (False, 0), (True, 1)):
        run = run_sweep(plan, folder, client, tasks=drawn.QUICK, retry=retry)
        assert (run.done, run.new) == (1, new)
        assert [point.error for point in run.failed] == ["bias: outgrew the contract"]
    rows = {row["weight_bits"]: row for row in read_rows(folder)}
    assert (rows[3]["status"], rows[4]["status"]) == (DONE, FAILED) and "accuracy" not in rows[4]


def test_a_worker_that_is_killed_costs_nothing_but_its_time(client, folder):
    run = run_sweep(drawn.sweep(), folder, client, tasks=Tasks(drawn.train, drawn.killed_once))
    assert (folder / "work" / "killed").exists()
    assert (run.done, run.failed) == (8, ())


def test_a_sweep_that_is_killed_goes_on_and_repeats_nothing(client, folder):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    running = subprocess.Popen(
        [sys.executable, "-c", HALF, folder], env=environment, start_new_session=True, cwd=ROOT
    )
    parts, deadline = folder / "parts", time.monotonic() + 120
    while len(list(parts.glob("*.parquet"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    kept = read_rows(folder)
    assert 2 <= len(kept) < 8
    run = run_sweep(drawn.sweep(), folder, client, tasks=drawn.QUICK)
    assert (run.done, run.new) == (8, 8 - len(kept))
    once = [name for name in trained(folder) if trained(folder).count(name) == 1]
    assert len(once) >= 8 - 2, "only what was under way may have been trained twice"
    assert [row for row in read_rows(folder) if row in kept] == kept


def test_a_search_finds_points_on_the_workers(client, folder):
    head = "[axes]\nweight_bits = [1, 2, 3]\ncompression = [1, 2, 4, 8]\n[search]\ntrials = 8\n"
    run = run_sweep(drawn.sweep(head), folder, client, tasks=drawn.QUICK)
    assert 1 <= run.points == run.new == len(read_rows(folder)) <= 8
    again = run_sweep(drawn.sweep(head), folder, client, tasks=drawn.QUICK)
    assert again.new == 0
    more = run_sweep(drawn.sweep(head.replace("= 8\n", "= 10\n")), folder, client, tasks=drawn.QUICK)
    assert more.points <= 2


def test_a_search_without_a_recipe_says_so(client, folder):
    head = "[axes]\ncompression = [3]\n[search]\ntrials = 2\n"
    with pytest.raises(InvalidSweep, match="^none of 2 trials is a recipe that can be$"):
        run_sweep(drawn.sweep(head), folder, client, tasks=drawn.QUICK)


def test_areas_are_measured_for_one_seed(client, folder):
    plan = drawn.sweep()
    plan = replace(plan, measure=replace(plan.measure, liberty="cells.lib"), folder=Path("/libraries"))
    run_sweep(plan, folder, client, tasks=Tasks(drawn.train, drawn.told))
    told = [json.loads(line) for line in (folder / "work" / "told.log").read_text().splitlines()]
    assert sorted(one["targets"] for one in told) == [[]] * 4 + [["generic"]] * 4
    assert {one["liberty"] for one in told} == {"/libraries/cells.lib"}
