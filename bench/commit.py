"""Files of an earlier commit, to be measured beside those of today."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

from accelgen.errors import InvalidRequest

__all__ = ["unpack_commit"]


def unpack_commit(root: Path, commit: str, names: list[str], folder: Path) -> None:
    """Write files and folders of a commit into a folder.

    They come as a zip archive: extraction of those stays in its folder in every Python 3.11, while a filter
    for tar archives is there from 3.11.4 on only.

    Parameters
    ----------
    root : Path
        Checkout whose history has the commit.
    commit : str
        Name of the commit, as git takes it.
    names : list of str
        Files and folders, relative to ``root``.
    folder : Path
        Folder that they are written into.

    Raises
    ------
    InvalidRequest
        If git knows no such commit, or one that has none of these files.
    """
    command = ["git", "-C", str(root), "archive", "--format=zip", commit, *names]
    packed = subprocess.run(command, check=False, capture_output=True)
    if packed.returncode:
        raise InvalidRequest(f"{commit}: {packed.stderr.decode(errors='replace').strip()}")
    with zipfile.ZipFile(io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder)
