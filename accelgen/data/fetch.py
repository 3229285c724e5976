"""Files from a public home into a folder: checked by digest, and there whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import os
import sys
import urllib.request
import zlib
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path

from accelgen.errors import DataError
from accelgen.files import write_whole

__all__ = ["accept", "cache_folder", "content_digest", "download"]

TIMEOUT_S = 10


def cache_folder() -> Path:
    """Return the folder for fetched data: ``ACCELGEN_CACHE``, or the user's cache folder."""
    if folder := os.environ.get("ACCELGEN_CACHE"):
        return Path(folder)

    return user_cache_path("accelgen")


def content_digest(data: bytes) -> str:
    """Return the SHA-256 of ``data`` as it is after gunzipping, in hex; any compression level will do."""
    try:
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except (OSError, EOFError, zlib.error):
        pass  # a damaged file has the digest of its damage
    return hashlib.sha256(data).hexdigest()


def accept(data: bytes, wanted: str, target: Path, digest: Callable[[bytes], str] = content_digest) -> bool:
    """Write ``data`` to ``target`` if its ``digest`` is the ``wanted`` one; return whether it was."""
    if digest(data) != wanted:
        return False
    write_whole(target, data)
    return True


def download(
    urls: list[str], wanted: str, target: Path, digest: Callable[[bytes], str] = content_digest
) -> None:
    """Fetch the first of ``urls`` that gives content of the ``wanted`` ``digest``.

    Raises
    ------
    DataError
        If none does.
    """
    reasons = []
    for url in urls:
        try:
            data = _read(url, target.name)
        except (OSError, ValueError) as error:
            reasons.append(f"{url}: {getattr(error, 'reason', error)}")
            continue
        if accept(data, wanted, target, digest):
            return
        reasons.append(f"{url}: has other content than the published file")
    raise DataError(f"{target.name} could not be fetched ({'; '.join(reasons)})")


def _read(url: str, name: str) -> bytes:
    """Return the bytes of ``url``, with a bar on the standard error stream if a person watches."""
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
        parts = []
        while part := stream.read(1 << 16):
            parts.append(part)
            progress.update(task, advance=len(part))
        return b"".join(parts)
