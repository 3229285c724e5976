"""Programs are run from a folder that only their user can write to, and made anew for any other source."""

from __future__ import annotations

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from accelgen.errors import InvalidRequest, ToolError
from accelgen.flows import programs
from accelgen.flows.programs import clear, kept, prune

SCRIPT = "#!/bin/sh\necho {}\n"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder."""
    monkeypatch.setattr(programs, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache" / "programs"


def made(word: str, *parts: str):
    """Return the program that says ``word``, of these parts or of the word alone."""
    return kept("tool", parts or [word], lambda folder: (folder / "tool").write_text(SCRIPT.format(word)))


def said(path) -> str:
    return subprocess.run([path], capture_output=True, text=True, check=True).stdout.strip()


def test_it_is_made_once_and_again_for_other_parts(cache):
    path = made("one", "source", "-O2")
    assert said(path) == "one" and path.parent == cache
    assert made("two", "source", "-O2") == path and said(path) == "one"
    for parts in (("source", "-O3"), ("sourc", "e-O2"), ("source", "-O2", "")):
        assert said(made("two", *parts)) == "two"
    assert len(programs.programs()) == 4 and clear() == 4 and not programs.programs()


def test_two_at_once_make_it_once(cache):
    calls = []

    def make(folder):
        calls.append(folder)
        time.sleep(0.2)  # long enough for all to have asked
        (folder / "tool").write_text(SCRIPT.format("one"))

    with ThreadPoolExecutor(4) as pool:
        paths = set(pool.map(lambda _: kept("tool", ["one"], make), range(4)))
    assert len(paths) == len(calls) == 1 and list(cache.iterdir()) == [*paths]


def test_only_its_user_can_write(cache):
    before = os.umask(0)
    try:
        path = made("one")
    finally:
        os.umask(before)
    assert cache.stat().st_mode & 0o777 == path.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_folder_that_others_can_write_to_is_refused(cache, mode):
    path = made("one")
    cache.chmod(mode)
    with pytest.raises(InvalidRequest, match=rf"^{cache}: belongs to .*or others can write to it"):
        made("one")
    assert path.is_file()


def test_a_folder_of_somebody_else_is_refused(cache, monkeypatch):
    made("one")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(InvalidRequest, match="belongs to somebody else"):
        made("one")


def test_a_folder_that_is_a_link_is_refused(cache, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    cache.parent.mkdir()
    cache.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InvalidRequest, match="belongs to somebody else"):
        made("one")


@pytest.mark.parametrize("plant", ["writable", "link", "folder"])
def test_a_program_that_another_can_have_written_is_made_again(cache, tmp_path, plant):
    path = made("one")
    if plant == "writable":
        path.write_text(SCRIPT.format("planted"))
        path.chmod(0o722)
    else:
        path.unlink()
        (tmp_path / "planted").write_text(SCRIPT.format("planted"))
        (tmp_path / "planted").chmod(0o755)
        path.symlink_to(tmp_path / "planted") if plant == "link" else path.mkdir()
    assert said(made("one")) == "one"


def test_without_a_cache_folder_it_is_made_for_this_process(cache, tmp_path):
    cache.parent.write_text("a file")
    path = made("one")
    assert said(path) == "one" and tmp_path not in path.parents
    assert path.parent.stat().st_mode & 0o777 == 0o700 and made("one") == path


def test_a_path_with_a_space_is_kept_from_make(tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "cache_folder", lambda: tmp_path / "a space")
    seen = []

    def make(folder):
        seen.append(folder)
        (folder / "tool").write_text(SCRIPT.format("one"))

    assert said(kept("tool", ["one"], make)) == "one" and " " not in str(seen[0])


def test_what_runs_without_being_kept_has_a_folder_for_a_while(cache):
    with programs.private_folder("icarus") as work:
        (work / "file").write_text("")
        assert work.parent == cache and cache.stat().st_mode & 0o777 == 0o700
    assert list(cache.iterdir()) == []


def test_a_compiler_that_fails_leaves_nothing(cache):
    with pytest.raises(ToolError, match="^the compiler has left no tool$"):
        kept("tool", ["one"], lambda folder: None)
    with pytest.raises(ZeroDivisionError):
        kept("tool", ["one"], lambda folder: 1 / 0)
    assert list(cache.iterdir()) == []


def test_the_old_and_the_many_go_and_what_was_just_used_stays(cache):
    old, big, small = (made(word) for word in ("old", "big", "small"))
    now = time.time()
    for path, age in ((old, 100 * 86_400), (big, 3600), (small, 1800)):
        os.utime(path, (now - age, now))
    made("new")
    assert set(programs.programs()) == {big, small, made("new")}, "nobody used it for 90 days"
    prune(cache, largest=2 * small.stat().st_size)
    assert set(programs.programs()) == {small, made("new")}, "the one that was used longest ago goes"
    prune(cache, largest=0)
    assert programs.programs() == [made("new")], "it may just start"


def test_use_keeps_a_program(cache):
    path = made("one")
    os.utime(path, (time.time() - 89 * 86_400,) * 2)
    made("one")
    assert time.time() - path.stat().st_atime < 60


def test_what_a_killed_compiler_left_goes(cache):
    path = made("one")
    left = cache / f".{path.name[:-1]}0.01234567.part"
    left.mkdir()
    made("two")
    assert not left.exists() and path.exists()
