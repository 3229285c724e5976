"""Files and folders that appear whole or not at all: on full disks, after kills, and beside other writers."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from accelgen.errors import InvalidRequest
from accelgen.files import PART, clear_left, scratch, whole_folder, write_whole

#: A process that writes a target, and waits in the middle of it.
WRITER = """
import sys, time
from pathlib import Path
from accelgen.files import whole_folder
with whole_folder(Path(sys.argv[1])) as folder:
    (folder / "half").write_text("half")
    print("ready", flush=True)
    time.sleep(60)
"""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def room_for(size: int):
    """No file may have more bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.fixture
def writer(tmp_path):
    """A writer of ``out`` in a process of its own, in the middle of its work."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "out")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "deep" / "file"
    assert write_whole(path, "ä") == path and path.read_bytes() == "ä".encode()
    write_whole(path, b"\x00\x01")
    assert path.read_bytes() == b"\x00\x01" and names(path.parent) == ["file"]


def test_rights_are_those_that_the_user_gives_new_files(tmp_path):
    before = os.umask(0o027)
    try:
        path = write_whole(tmp_path / "file", "")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_full_disk_is_one_sentence_and_leaves_what_was_there(tmp_path):
    path = write_whole(tmp_path / "file", b"old")
    with room_for(1000), pytest.raises(InvalidRequest, match="/file: cannot be written: File too large$"):
        write_whole(path, bytes(5000))
    assert path.read_bytes() == b"old" and names(tmp_path) == ["file"]


def test_a_folder_on_a_full_disk_is_one_sentence_and_leaves_what_was_there(tmp_path):
    out = tmp_path / "out"
    with whole_folder(out) as folder:
        (folder / "a").write_text("old")
    with room_for(1000), pytest.raises(InvalidRequest, match="/out: cannot be written: File too large$"):
        with whole_folder(out) as folder:
            (folder / "a").write_text("new")
            (folder / "b").write_bytes(bytes(5000))
    assert names(out) == ["a"] and (out / "a").read_text() == "old" and names(tmp_path) == ["out"]


def test_what_was_written_appears_at_the_end(tmp_path):
    with whole_folder(tmp_path / "deep" / "out") as folder:
        (folder / "a").write_text("1")
        assert not (tmp_path / "deep" / "out").exists()
    assert names(tmp_path / "deep") == ["out"] and names(tmp_path / "deep" / "out") == ["a"]


def test_an_error_leaves_everything_as_it_was(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "a").write_text("old")
    with pytest.raises(ZeroDivisionError), whole_folder(out) as folder:
        (folder / "a").write_text("new")
        raise ZeroDivisionError
    assert (out / "a").read_text() == "old" and names(tmp_path) == ["out"]


def test_what_is_stale_goes_unless_it_was_written(tmp_path):
    for written, left in (("a b", ["a", "b"]), ("a", ["a"])):
        with whole_folder(tmp_path / "out", stale=("b", "c")) as folder:
            for name in written.split():
                (folder / name).write_text("")
        assert names(tmp_path / "out") == left


def test_a_place_that_cannot_be_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    for writing in (whole_folder, scratch):
        with pytest.raises((InvalidRequest, OSError), match="file"), writing(tmp_path / "file" / "out"):
            pass
    with pytest.raises(InvalidRequest, match="file/out: cannot be written: "):
        write_whole(tmp_path / "file" / "out", "")


def test_what_a_killed_writer_left_goes_with_the_next(tmp_path, writer):
    writer.kill()
    writer.wait()
    assert len(names(tmp_path)) == 1 and names(tmp_path)[0].endswith(PART)
    write_whole(tmp_path / "other", "")
    assert len(names(tmp_path)) == 2, "another target is none of ours"
    with whole_folder(tmp_path / "out") as folder:
        (folder / "a").write_text("")
    assert names(tmp_path) == ["other", "out"] and names(tmp_path / "out") == ["a"]


def test_what_is_still_being_written_stays(tmp_path, writer):
    with whole_folder(tmp_path / "out") as folder:
        (folder / "a").write_text("")
    assert [name.endswith(PART) for name in names(tmp_path)] == [True, False]


def test_names_that_are_only_alike_stay(tmp_path):
    for name in (
        ".out.bak",
        ".out.12345678",
        ".out.1234567g.part",
        ".outer.12345678.part",
        "out.12345678.part",
    ):
        (tmp_path / name).write_text("")
    before = names(tmp_path)
    clear_left(tmp_path / "out")
    assert names(tmp_path) == before


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / ".out.12345678.part").symlink_to(tmp_path / "precious")
    clear_left(tmp_path / "out")
    assert (tmp_path / "precious").is_dir()


@pytest.mark.parametrize(
    ("make", "why"), [(os.mkfifo, "is no file"), (os.mkdir, "Is a directory")], ids=["fifo", "folder"]
)
def test_what_is_no_file_is_not_replaced_by_one(tmp_path, make, why):
    make(place := tmp_path / "place")
    before = place.stat()
    with pytest.raises(InvalidRequest, match=f"place: cannot be written: {why}$"):
        write_whole(place, "text")
    assert place.stat().st_ino == before.st_ino and [path.name for path in tmp_path.iterdir()] == ["place"]


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_not_followed_out_of_the_folder(tmp_path, there):
    if there:
        (tmp_path / "elsewhere").write_text("precious")
    (tmp_path / "link").symlink_to("elsewhere")
    with pytest.raises(InvalidRequest, match="link: cannot be written: is a link; name what it leads to$"):
        write_whole(tmp_path / "link", "text")
    assert (tmp_path / "link").is_symlink()
    assert (
        (tmp_path / "elsewhere").read_text() == "precious" if there else not (tmp_path / "elsewhere").exists()
    )
