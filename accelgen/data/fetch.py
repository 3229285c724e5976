"""Files from a public home into a folder: checked by digest, and there whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import mmap
import os
import sys
import urllib.request
import zlib
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import IO

from platformdirs import user_cache_path

from accelgen.errors import DataError
from accelgen.files import scratch, unwritable, write_whole

__all__ = ["Digest", "accept", "cache_folder", "content_digest", "download", "file_md5", "file_sha256"]

TIMEOUT_S = 10

#: What a digest is taken of: bytes, or a file in memory's place.
Bytes = bytes | mmap.mmap
Digest = Callable[[Bytes], str]


def cache_folder() -> Path:
    """Return the folder for fetched data: ``ACCELGEN_CACHE``, or the user's cache folder."""
    if folder := os.environ.get("ACCELGEN_CACHE"):
        return Path(folder)

    return user_cache_path("accelgen")


def file_sha256(data: Bytes) -> str:
    """Return the SHA-256 of ``data`` as it is, in hex."""
    return hashlib.sha256(data).hexdigest()


def file_md5(data: Bytes) -> str:
    """Return the MD5 of ``data``, in hex, where its authors have published no other digest."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def content_digest(data: Bytes) -> str:
    """Return the SHA-256 of ``data`` as it is after gunzipping, in hex; any compression level will do."""
    try:
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except (OSError, EOFError, zlib.error):
        pass  # a damaged file has the digest of its damage
    return hashlib.sha256(data).hexdigest()


def accept(data: bytes, wanted: str, target: Path, digest: Digest = content_digest) -> bool:
    """Write ``data`` to ``target`` if its ``digest`` is the ``wanted`` one; return whether it was."""
    if digest(data) != wanted:
        return False
    write_whole(target, data)
    return True


def download(urls: list[str], wanted: str, target: Path, digest: Digest = content_digest) -> None:
    """Fetch the first of ``urls`` that gives content of the ``wanted`` ``digest``.

    Raises
    ------
    DataError
        If none does.
    InvalidRequest
        If ``target`` cannot be written.
    """
    reasons = []
    try:
        target.absolute().parent.mkdir(parents=True, exist_ok=True)
        with scratch(target) as folder:
            part = folder / "part"
            for url in urls:
                if reason := _fetched(url, target.name, part):
                    reasons.append(f"{url}: {reason}")
                elif _digest_of(part, digest) != wanted:
                    reasons.append(f"{url}: has other content than the published file")
                else:
                    os.replace(part, target)
                    return
    except OSError as error:
        raise unwritable(target, error) from error
    raise DataError(f"{target.name} could not be fetched ({'; '.join(reasons)})")


def _digest_of(path: Path, digest: Digest) -> str:
    if not path.stat().st_size:
        return digest(b"")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return digest(data)


def _fetched(url: str, name: str, part: Path) -> str:
    """Write what ``url`` gives to ``part``; return why it gives nothing, "" if it does."""
    with part.open("wb") as file:
        try:
            _read(url, name, file)
        except (OSError, ValueError, HTTPException) as error:
            return str(getattr(error, "reason", error))
    return ""


def _read(url: str, name: str, file: IO[bytes]) -> None:
    """Copy the bytes of ``url``, with a bar on the standard error stream if a person watches."""
    from rich.console import Console
    from rich.progress import DownloadColumn, Progress

    with (
        urllib.request.urlopen(url, timeout=TIMEOUT_S) as stream,  # noqa: S310 - our own https addresses
        Progress(
            "{task.description}",
            *Progress.get_default_columns()[1:],
            DownloadColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        ) as progress,
    ):
        task = progress.add_task(name, total=int(stream.headers.get("Content-Length") or 0) or None)
        while part := stream.read(1 << 16):
            file.write(part)
            progress.update(task, advance=len(part))
