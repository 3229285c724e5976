import subprocess
import sys

import pytest

from accelgen.errors import DataError, InvalidRequest
from accelgen.explore.store import DONE, FAILED, PARTS, RESULTS, Store, read_rows, read_text

ROW = {"point": "ab", "seed": 0, "status": DONE, "weight_bits": 3, "accuracy": 0.5}
WRONG = {"point": "cd", "seed": 0, "status": FAILED, "error": "it broke"}


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "results", "mine", "[sweep]\n")
    with made.locked():
        yield made


def test_rows_of_parts_and_of_the_whole_are_one_table(store):
    store.add(ROW)
    store.keep()
    store.add(WRONG)
    assert store.rows() == [ROW, WRONG] == read_rows(store.folder)
    store.keep()
    assert store.rows() == [ROW, WRONG] and not list((store.folder / PARTS).iterdir())


def test_the_newest_row_of_a_point_counts(store):
    store.add(ROW)
    store.keep()
    store.add(ROW | {"accuracy": 0.75})
    assert [row["accuracy"] for row in store.rows()] == [0.75]


def test_a_kill_between_the_whole_and_its_parts_repeats_nothing(store):
    store.add(ROW)
    part = next((store.folder / PARTS).glob("*.parquet"))
    kept = part.read_bytes()
    store.keep()
    part.write_bytes(kept)
    assert store.rows() == [ROW]


def test_a_half_written_file_is_not_read(store):
    store.add(ROW)
    (store.folder / PARTS / ".cd-0.parquet.x1").write_bytes(b"PAR1 and no more")
    assert store.rows() == [ROW]


def test_a_folder_says_what_it_is_of(store):
    store.add(ROW)
    assert read_text(store.folder) == ("mine", "[sweep]\n")
    store.keep()
    assert read_text(store.folder) == ("mine", "[sweep]\n")


def test_other_files_are_no_results(tmp_path):
    with pytest.raises(InvalidRequest, match="there are no results of a sweep$"):
        read_text(tmp_path)
    (tmp_path / RESULTS).write_bytes(b"hello")
    with pytest.raises(DataError, match="results.parquet: cannot be read as results"):
        read_rows(tmp_path)


def test_two_sweeps_in_one_folder_are_one_too_many(store):
    with pytest.raises(InvalidRequest, match=r"results: another sweep is at work here \(process \d+\)$"):
        with Store(store.folder, "other", "").locked():
            pass


def test_a_sweep_that_was_killed_locks_nobody_out(tmp_path):
    code = (
        "import os, signal, sys; from pathlib import Path; from accelgen.explore.store import Store\n"
        f"with Store(Path({str(tmp_path)!r}), 'a', '').locked(): os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    with Store(tmp_path, "b", "").locked():
        pass
