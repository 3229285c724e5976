"""A folder that appears whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from accelgen.errors import InvalidRequest

__all__ = ["WholeFolder"]


class WholeFolder:
    """A folder that appears with everything in it, or not at all."""

    def __init__(self, target: Path):
        self.target = target

    def __enter__(self) -> Path:
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self.temporary = Path(tempfile.mkdtemp(dir=self.target.parent, prefix=f".{self.target.name}."))
            self.temporary.chmod(0o755)
        except OSError as error:
            raise InvalidRequest(f"{self.target}: cannot be written: {error.strerror}") from error
        return self.temporary

    def __exit__(self, kind, error, trace):
        if kind is not None:
            shutil.rmtree(self.temporary, ignore_errors=True)
            return
        try:
            # What other steps keep in the folder (builds, reports) stays; our own files are replaced.
            self.target.mkdir(exist_ok=True)
            for path in sorted(self.temporary.iterdir()):
                os.replace(path, self.target / path.name)
        except OSError as problem:
            raise InvalidRequest(f"{self.target}: cannot be written: {problem.strerror}") from problem
        finally:
            shutil.rmtree(self.temporary, ignore_errors=True)
