"""Simulators that this user has compiled, kept in the user's cache folder, and run from nowhere else.

A working folder may come from anywhere, and what lies in it may look like ours; so nothing in one is ever
executed. A program is compiled in a folder that only its user can write to, and kept there under the digest
of everything it was made from. Programs that were not used for long are removed, and those used longest ago
where there are too many.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from accelgen.data.fetch import cache_folder
from accelgen.errors import InvalidRequest, ToolError
from accelgen.files import PART, clear_left, lock, scratch

__all__ = [
    "LARGEST",
    "OLDEST",
    "clear",
    "kept",
    "private_folder",
    "programs",
    "programs_folder",
    "prune",
]

#: Bytes that programs may take together.
LARGEST = 500_000_000
#: Seconds after which an unused program is removed; and within which none is, because it may be starting.
OLDEST, FRESH = 90 * 86_400, 600

OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
NAME = re.compile(r"\w+-[0-9a-f]{64}")


def programs_folder() -> Path:
    """Return where programs are kept, below ``ACCELGEN_CACHE`` or the user's cache folder."""
    return cache_folder().absolute() / "programs"


def kept(name: str, parts: Iterable[bytes | str], make: Callable[[Path], None]) -> Path:
    """Return a program that was made from ``parts``, making it if there is none; two runs make it once.

    Parameters
    ----------
    name : str
        Name of the program: letters and digits.
    parts : iterable of bytes or str
        All that decides what it is: sources, options, versions of tools.
    make : callable
        Called with an empty folder of its own; it leaves the program there under its name.

    Raises
    ------
    InvalidRequest
        If the folder of programs belongs to another user, or others can write to it.
    ToolError
        If ``make`` leaves no program there.
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little") + data)
    folder = _private(programs_folder())
    path = folder / f"{name}-{digest.hexdigest()}"
    with _alone(path):
        if _ours(path):
            with suppress(OSError):
                os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))  # when it was used last
            return path
        with scratch(path) as new, _without_spaces(new) as work:
            make(work)
            if not (work / name).is_file():
                raise ToolError(f"the compiler has left no {name}")
            if work != new:
                shutil.copy(work / name, new / name)
            (new / name).chmod(0o700)
            os.replace(new / name, path)
    prune(folder)
    return path


@contextmanager
def private_folder(name: str) -> Iterator[Path]:
    """Yield an empty folder that only its user can write to; it is removed when the block ends."""
    with scratch(_private(programs_folder()) / name) as new, _without_spaces(new) as work:
        yield work


def programs() -> list[Path]:
    """Return the programs that are kept, the one that was used last first."""
    return _kept_in(programs_folder())


def clear() -> int:
    """Remove all programs that are kept; return how many there were."""
    paths = programs()
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)


def prune(folder: Path, largest: int | None = None, oldest: int | None = None) -> None:
    """Remove programs of ``folder`` that are too old, or too many, and what killed compilers have left."""
    largest, oldest = LARGEST if largest is None else largest, OLDEST if oldest is None else oldest
    total, now = 0, time.time()
    for path in _kept_in(folder):
        with suppress(OSError):  # another run was quicker
            facts = path.stat()
            total, age = total + facts.st_size, now - facts.st_atime
            if age > oldest or (total > largest and age > FRESH):
                path.unlink()
                total -= facts.st_size
    for left in folder.glob(f".*{PART}"):
        clear_left(folder / left.name[1:].rsplit(".", 2)[0])


def _kept_in(folder: Path) -> list[Path]:
    paths = [path for path in folder.glob("*-*") if NAME.fullmatch(path.name)]
    return sorted(paths, key=lambda path: path.lstat().st_atime, reverse=True)


@contextmanager
def _without_spaces(folder: Path) -> Iterator[Path]:
    """Yield ``folder`` or, because GNU make builds in no folder with a space in its path, another one."""
    if " " not in str(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="accelgen-") as name:
        yield Path(name)


def _private(folder: Path) -> Path:
    """Return ``folder``, made if need be, or one for this process alone if it cannot be made."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = folder.lstat()
        usable = os.access(folder, os.W_OK)
    except OSError:
        return _passing()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & OTHERS_WRITE:
        raise InvalidRequest(
            f"{folder}: belongs to somebody else, or others can write to it, and what it holds would be "
            "executed: remove it, or name another folder in ACCELGEN_CACHE"
        )
    return folder if usable else _passing()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until no other process makes the program of that name; one that is killed releases it."""
    name = path.with_name(f".{path.name}.lock")
    while True:
        handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if lock(handle, name):
            break
        os.close(handle)  # its owner has removed it meanwhile
    try:
        yield
    finally:
        name.unlink(missing_ok=True)
        os.close(handle)


def _ours(path: Path) -> bool:
    """Return whether ``path`` is a program that only its user can have written; remove anything else."""
    try:
        facts = path.lstat()
    except OSError:
        return False
    if stat.S_ISREG(facts.st_mode) and facts.st_uid == os.geteuid() and not facts.st_mode & OTHERS_WRITE:
        return True
    if stat.S_ISDIR(facts.st_mode):
        shutil.rmtree(path)
    else:
        path.unlink()
    return False


_PASSING: list[Path] = []


def _passing() -> Path:
    """Return a folder that is removed when this process ends."""
    if not _PASSING:
        _PASSING.append(Path(tempfile.mkdtemp(prefix="accelgen-")))
        atexit.register(shutil.rmtree, _PASSING[0], ignore_errors=True)
    return _PASSING[0]
