"""A simulated device: hardware in Verilator behind a pseudo-terminal, which a host opens like a board."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from accelgen.errors import ToolError
from accelgen.flows.verilator import compiled
from accelgen.shipped import SIM

__all__ = ["build_device", "running_device"]

HARNESS = SIM / "device.cpp"
PATIENCE = 5  # seconds for a program that has nothing left to do


def build_device(verilog: Path, top: str, out: Path) -> Path:
    """Compile a device and the program that moves its pins; return the program.

    Parameters
    ----------
    verilog, top
        A `LinkTop` or a `PatternTop` as Verilog, and its module.
    out : Path
        Folder for the log of the build; nothing is built again from the same sources.

    Raises
    ------
    ToolError
        If Verilator or a C++ compiler is missing or fails.
    """
    return compiled(verilog, top, HARNESS, out)


@contextmanager
def running_device(program: Path, *, divisor: int, silence: int) -> Iterator[str]:
    """Run a device as long as the block lasts; yield the name of its serial port.

    Parameters
    ----------
    program : Path
        See `build_device`.
    divisor, silence : int
        Cycles of a bit, and of the silence that ends a broken packet: those of the hardware.

    Raises
    ------
    ToolError
        If it cannot be started, or had stopped before the block ended.
    """
    import tty

    ours, theirs = os.openpty()
    tty.setraw(theirs)
    name = os.ttyname(theirs)
    # While we hold the other end open the device waits for hosts; with the last of them it ends, even if this
    # process is killed.
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                [str(program.resolve()), str(divisor), str(silence)],
                stdin=ours,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a Ctrl-C is for the host, which then ends the device
            )
        except OSError as error:
            os.close(theirs)
            raise ToolError(f"{program} cannot be started: {error.strerror}") from error
        finally:
            os.close(ours)
        try:
            yield name
            code = process.poll()
        finally:
            os.close(theirs)
            _ended(process)
        if code is not None:
            output.seek(0)
            why = output.read().decode(errors="replace").strip()[:200]
            raise ToolError(f"the simulated device stopped by itself, with exit code {code} ({why})")


def _ended(process: subprocess.Popen) -> None:
    """Wait until a process ends by itself; end it if it does not."""
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
