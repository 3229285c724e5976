"""A peer's own Python: made once from a pinned list, and given a time limit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np

from accelgen.errors import ToolError

__all__ = ["PEERS", "Peer", "last_words", "started"]

HERE = Path(__file__).parent
INSTALL_LIMIT = 600

#: Rows are made two at a time, and may be of one peer: it is installed once.
_INSTALLING = Lock()


@dataclass(frozen=True, slots=True)
class Peer:
    """Another generator.

    Attributes
    ----------
    name, version : str
        Name and version, as its users know them.
    form : str
        What its hardware is like.
    blind : bool
        Its hardware is the same whichever weights are zero, so that it is built for one sparsity only.
    """

    name: str
    version: str
    form: str
    blind: bool = False

    @property
    def requirements(self) -> Path:
        """The pinned list of what is installed."""
        return HERE / f"{self.name}.txt"

    def python(self, cache: Path) -> Path:
        """Return the interpreter with this peer, which is installed under ``cache`` if it is not there.

        Raises
        ------
        ToolError
            If it cannot be installed; peers are optional.
        """
        with _INSTALLING:
            return self._installed(cache)

    def _installed(self, cache: Path) -> Path:
        folder, pinned = cache / self.name, self.requirements.read_text()
        python, stamp = folder / "bin" / "python", folder / "installed.txt"
        if stamp.is_file() and stamp.read_text() == pinned:
            return python
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        started([sys.executable, "-m", "venv", "--clear", str(folder)], INSTALL_LIMIT)
        started([*pip, "--requirement", str(self.requirements)], INSTALL_LIMIT)
        stamp.write_text(pinned)
        return python

    def generate(self, cache: Path, given: dict[str, np.ndarray], out: Path, limit: float) -> dict:
        """Write ``verilog.v`` into ``out``.

        Parameters
        ----------
        cache : Path
            Where environments are kept.
        given : dict of str to ndarray
            Arrays of `bench.networks.matrices`, and ``pixels`` to play.
        out : Path
            An existing folder.
        limit : float
            Seconds that it may take.

        Returns
        -------
        dict
            ``top``, ``seconds`` of generation, and what else its driver found.

        Raises
        ------
        ToolError
            If it is not there, fails, or takes too long.
        """
        python = self.python(cache)
        np.savez(out / "job.npz", allow_pickle=False, **given)
        driver = HERE / f"{self.name}_driver.py"
        started(
            [str(python.absolute()), str(driver), str((out / "job.npz").absolute()), str(out.absolute())],
            limit,
        )
        return json.loads((out / "result.json").read_text())


def started(command: list[str], limit: float, cwd: Path | None = None) -> None:
    """Run a program and whatever it starts, for ``limit`` seconds at most.

    Raises
    ------
    ToolError
        If it takes longer, or fails; the message then ends with its last line.
    """
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")
    }
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        cwd=cwd,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # a session of its own: its simulator goes with it
        process.communicate()
        raise ToolError(f"not done after {limit:g} s") from None
    if process.returncode:
        raise ToolError(last_words(output))


def last_words(output: str) -> str:
    """Return the last line that a program printed, 160 characters at most."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:160] if lines else "stopped without a word"


PEERS = [
    Peer("da4ml", "0.6.0", "unrolled, pipelined"),
    Peer("alkaid", "0.8.2", "unrolled, pipelined"),
    Peer("nngen", "1.3.4", "DMA machine, 8-bit activations", blind=True),
]
