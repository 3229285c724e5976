"""Files and folders that appear whole or not at all.

What is being written lies beside its target under a hidden name: ``.<name>.<8 hex digits>.part``.
Its writer holds a lock on it, and a lock ends with its owner, however that ends. So a part that nobody holds
was left by a run that was killed; the next writer of the same target removes it. A full disk, and
every other refusal of the system, becomes one sentence that names the target.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from accelgen.errors import InvalidRequest

__all__ = ["FULL", "PART", "clear_left", "lock", "scratch", "unwritable", "whole_folder", "write_whole"]

#: Error numbers of the system for a full disk, a full quota and a file that may not grow further.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

#: How the name of what is being written ends.
PART = ".part"


def unwritable(path: Path, error: OSError) -> InvalidRequest:
    """Return the error to raise where ``path`` cannot be written."""
    return InvalidRequest(f"{path}: cannot be written: {error.strerror or error}")


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write a file whole, or not at all, and return its path; folders above it are made.

    Raises
    ------
    InvalidRequest
        If it cannot be written, or a link or a device stands there; what was there is untouched.
    """
    path = Path(path)
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        # A link may lead out of the folder, and a device would be replaced; the system refuses a folder.
        if path.is_symlink():
            raise InvalidRequest(f"{path}: cannot be written: is a link; name what it leads to")
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise InvalidRequest(f"{path}: cannot be written: is no file")
        path.parent.mkdir(parents=True, exist_ok=True)
        with _aside(path, os.O_RDWR | os.O_CREAT | os.O_EXCL) as (handle, temporary):
            left = memoryview(data)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)  # some systems say only now that there is no room
            os.replace(temporary, path)
    except OSError as error:
        raise unwritable(path, error) from error
    return path


@contextmanager
def whole_folder(target: Path, *, stale: tuple[str, ...] = ()) -> Iterator[Path]:
    """Yield a folder to write into; at the end of the block its files move into ``target``.

    Parameters
    ----------
    target : Path
        A folder. What it holds of other names stays.
    stale : tuple of str
        Files that are removed from ``target`` if the block has not written them.

    Raises
    ------
    InvalidRequest
        If something cannot be written; ``target`` is then as it was.
    """
    target = Path(target)
    try:
        target.absolute().parent.mkdir(parents=True, exist_ok=True)
        with scratch(target) as folder:
            yield folder
            paths = sorted(folder.iterdir())
            if not target.exists():
                with suppress(OSError):  # another process was quicker
                    folder.rename(target)
                    return
            target.mkdir(exist_ok=True)
            for path in paths:
                os.replace(path, target / path.name)
            for name in set(stale) - {path.name for path in paths}:
                (target / name).unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(target, error) from error


@contextmanager
def scratch(path: Path) -> Iterator[Path]:
    """Yield a hidden folder beside ``path``, which is gone when the block ends."""
    with _aside(Path(path).absolute(), None) as (_, temporary):
        yield temporary


def clear_left(path: Path) -> None:
    """Remove what killed writers of ``path`` have left beside it; what is still being written stays."""
    own = re.compile(re.escape(f".{path.name}.") + "[0-9a-f]{8}" + re.escape(PART))
    try:
        paths = [entry.path for entry in os.scandir(path.parent) if own.fullmatch(entry.name)]
    except OSError:
        return
    for left in map(Path, paths):
        with suppress(OSError):  # not ours to remove, or another process was quicker
            handle = os.open(left, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                if lock(handle, left):
                    _remove(left)
            finally:
                os.close(handle)


def lock(handle: int, path: Path) -> bool:
    """Lock an open file or folder; return whether nobody else has it, and it is what ``path`` names still."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        opened, named = os.fstat(handle), path.stat()
    except (BlockingIOError, FileNotFoundError):
        return False
    return (opened.st_dev, opened.st_ino) == (named.st_dev, named.st_ino)


@contextmanager
def _aside(path: Path, flags: int | None) -> Iterator[tuple[int, Path]]:
    """Yield handle and path of a new part of ``path``, a file or, without ``flags``, a folder; remove it."""
    clear_left(path)
    while True:
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
        if flags is None:
            temporary.mkdir()
        handle = os.open(temporary, os.O_RDONLY if flags is None else flags, 0o666)
        # Another writer may have taken it for left behind before it was locked: then there is a next one.
        try:
            if lock(handle, temporary):
                break
        except OSError:  # a file system without locks, where nothing is taken for left behind
            break
        os.close(handle)
    try:
        yield handle, temporary
    finally:
        _remove(temporary)
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
