"""A folder that one run has for itself: what it reads there is what it wrote there.

The lock is the file ``.<name>.lock`` beside the folder, which names its owner and goes with it. The lock of a
run that was killed keeps nobody out: the system releases it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from itertools import count
from pathlib import Path

from accelgen.errors import InvalidRequest
from accelgen.files import FULL, lock, unwritable

__all__ = ["Busy", "held", "own_folder"]

#: Folders that the running steps hold, so that a step that uses another one shares its folder.
_OURS: ContextVar[frozenset[Path]] = ContextVar("ours", default=frozenset())


class Busy(InvalidRequest):
    """Another run is at work in a folder."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep other runs out of ``folder`` while the block runs; within it, it can be held again.

    Raises
    ------
    Busy
        If another run, or another thread of this one, is at work there.
    InvalidRequest
        If it cannot be locked.
    """
    folder = Path(os.path.realpath(folder))
    if folder in _OURS.get():
        yield
        return
    path = folder.with_name(f".{folder.name}.lock")
    handle = _taken(folder, path)
    token = _OURS.set(_OURS.get() | {folder})
    try:
        yield
    except OSError as error:
        if error.errno in FULL:  # a file that is being written has no name for the system to say
            raise unwritable(folder, error) from error
        raise
    finally:
        _OURS.reset(token)
        path.unlink(missing_ok=True)
        os.close(handle)


@contextmanager
def own_folder(
    target: Path, *, exactly: bool = False, say: Callable[[str], None] = lambda line: None
) -> Iterator[Path]:
    """Hold ``target`` or, if another run is there, the first of ``<target>.2``, ``.3``, ... that is free.

    Parameters
    ----------
    target : Path
        A folder; it need not be there.
    exactly : bool
        Hold ``target`` or raise.
    say : callable
        Called with a sentence if it is another folder.

    Raises
    ------
    Busy
        If another run is there, and ``exactly`` is set.
    InvalidRequest
        If a folder cannot be locked.
    """
    if exactly or Path(os.path.realpath(target)) in _OURS.get():
        with held(target):
            yield Path(target)
        return
    with ExitStack() as stack:
        for number in count(1):
            folder = target if number == 1 else target.with_name(f"{target.name}.{number}")
            try:
                stack.enter_context(held(folder))
            except Busy:
                continue
            break
        if number > 1:
            say(f"{target}: another run is at work there: this one is in {folder.name}")
        yield folder


def _taken(folder: Path, path: Path) -> int:
    """Return the open lock file of ``folder``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
            if lock(handle, path):
                break
            owner = os.read(handle, 32).decode(errors="replace").strip()
            gone = not path.exists() or os.fstat(handle).st_nlink == 0
            os.close(handle)
            if not gone:
                raise Busy(
                    f"{folder}: another run is at work here (process {owner or 'unknown'}): "
                    "wait for it, or name another folder with --out"
                )
    except OSError as error:
        raise unwritable(folder, error) from error
    with suppress(OSError):  # a full disk: the lock holds all the same
        os.truncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    return handle
