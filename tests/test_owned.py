"""A folder is one run's: threads and processes take turns, and the dead keep nobody out."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from accelgen.errors import InvalidRequest
from accelgen.owned import Busy, held, own_folder
from tests.test_files import names, room_for

HOLDER = """
import sys, time
from pathlib import Path
from accelgen.owned import held
with held(Path(sys.argv[1])):
    print("ready", flush=True)
    time.sleep(60)
"""


@contextmanager
def holder(folder):
    """Run a process that holds ``folder``."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_another_process_is_named_and_a_killed_one_keeps_nobody_out(tmp_path):
    with holder(tmp_path / "out") as process:
        with pytest.raises(Busy, match=rf"out: another run is at work here \(process {process.pid}\): wait"):
            with held(tmp_path / "out"):
                raise AssertionError("two have it")
        with held(tmp_path / "other"):
            pass
    assert names(tmp_path) == [".out.lock"], "what it could not remove"
    with held(tmp_path / "out"):
        pass
    assert names(tmp_path) == []


def test_the_same_folder_by_another_name_is_the_same(tmp_path, monkeypatch):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    with holder("real"), pytest.raises(Busy), held(tmp_path / "link"):
        raise AssertionError("two have it")


def test_a_step_within_a_step_shares_and_another_thread_does_not(tmp_path):
    found = []

    def other():
        try:
            with held(tmp_path / "out"):
                found.append("in")
        except Busy:
            found.append("out")

    with held(tmp_path / "out"):
        with held(tmp_path / "out"), own_folder(tmp_path / "out") as folder:
            assert folder == tmp_path / "out"
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    other()
    assert found == ["out", "in"]


def test_who_asked_for_no_folder_gets_the_next(tmp_path):
    said = []
    with holder(tmp_path / "out"), own_folder(tmp_path / "out", say=said.append) as folder:
        assert folder.name == "out.2"
        with holder(tmp_path / "out.3"), pytest.raises(Busy), own_folder(tmp_path / "out", exactly=True):
            raise AssertionError("two have it")
    assert said == [f"{tmp_path / 'out'}: another run is at work there: this one is in out.2"]
    with own_folder(tmp_path / "out") as folder:
        assert folder.name == "out"


def test_no_room_within_names_the_folder(tmp_path):
    with room_for(1000), pytest.raises(InvalidRequest, match="/out: cannot be written: File too large$"):
        with held(tmp_path / "out"):
            (tmp_path / "file").write_bytes(bytes(5000))
    with room_for(1000), pytest.raises(InvalidRequest, match="/out: cannot be written: File too large$"):
        with own_folder(tmp_path / "out"):
            (tmp_path / "file").write_bytes(bytes(5000))
    with pytest.raises(FileNotFoundError), held(tmp_path / "out"):
        (tmp_path / "nowhere").read_text()


def test_a_place_that_cannot_be_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(InvalidRequest, match="file/out: cannot be written: "),
        held(tmp_path / "file" / "out"),
    ):
        pass


def test_a_lock_that_is_a_link_harms_nothing(tmp_path):
    (tmp_path / "precious").write_text("as it was")
    (tmp_path / ".work.lock").symlink_to("precious")
    with pytest.raises(InvalidRequest, match="work: cannot be written: "), held(tmp_path / "work"):
        pass
    assert (tmp_path / "precious").read_text() == "as it was"
