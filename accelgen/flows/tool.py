"""An external program: where it is, which version, how it is run, and how its failures are reported."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import ToolError

__all__ = ["Tool"]


@dataclass(frozen=True, slots=True)
class Tool:
    """An external program.

    Attributes
    ----------
    name : str
        Name of the executable, looked for beside the running Python and on PATH.
    version_pattern : str
        Regular expression whose first group is the version.
    install : str
        What a person can do when it is missing.
    version_flag : str
        Argument that asks for the version.
    variable : str
        Environment variable that names another executable; by default the name in capitals.
    """

    name: str
    version_pattern: str
    install: str
    version_flag: str = "--version"
    variable: str = ""

    def find(self) -> str:
        """Return the path of the program, or raise `ToolError` with the way to get it."""
        variable = self.variable or re.sub(r"\W", "_", self.name).upper()
        wanted = os.environ.get(variable) or self.name
        places = [str(Path(sys.executable).parent), *os.environ.get("PATH", "").split(os.pathsep)]
        if (path := shutil.which(wanted, path=os.pathsep.join(places))) is None:
            raise ToolError(f"{wanted} is not installed: {self.install}, or name one in {variable}")
        return str(Path(path).absolute())  # programs are run in folders of their own

    def version(self) -> str:
        """Return the version that the program reports.

        Raises
        ------
        ToolError
            If the program is missing, or reports no version.
        """
        text = self._start([self.version_flag]).stdout  # some answer on stderr, some exit nonzero
        if (match := re.search(self.version_pattern, text)) is None:
            raise ToolError(f"{self.name} {self.version_flag} names no version: {text.strip()[:80]!r}")
        return match[1]

    def run(
        self, arguments: list[str], *, cwd: Path, log: Path, environment: dict[str, str] | None = None
    ) -> str:
        """Run the program, write its output to ``log`` and return it.

        Raises
        ------
        ToolError
            If it is missing or its exit code is not 0.
        """
        done = self._start(arguments, cwd=cwd, env=os.environ | (environment or {}))
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(done.stdout)
        if done.returncode:
            why = next((line.strip() for line in done.stdout.splitlines() if "error" in line.lower()), "")
            raise ToolError(f"{self.name} stopped with exit code {done.returncode} ({why[:200]}); see {log}")
        return done.stdout

    def _start(self, arguments: list[str], **options) -> subprocess.CompletedProcess[str]:
        path = self.find()
        try:
            return subprocess.run(
                [path, *arguments],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=False,
                **options,
            )
        except OSError as error:  # it is there and cannot run: the wrong architecture, a script without #!
            raise ToolError(f"{path} cannot be started: {error.strerror}") from error
