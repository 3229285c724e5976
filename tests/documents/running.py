"""Run an example as a reader would: in an empty folder, with `accelgen` on the path."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def shell(command: str, folder: Path) -> str:
    """Return what a command prints on its standard output; a failure is an assertion."""
    (folder / "bin").mkdir(exist_ok=True)
    program = folder / "bin" / "accelgen"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m accelgen "$@"\n')
    program.chmod(0o755)
    path = os.pathsep.join([str(program.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def python(text: str, names: dict) -> str:
    """Return what a piece of Python prints, run with ``names``."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(text, "<example>", "exec", dont_inherit=True), names)  # of our __future__ imports
    return said.getvalue()
