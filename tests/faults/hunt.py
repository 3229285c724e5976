"""Put each fault into a copy of the sources and see whether the probe notices."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.catalogue import FAULTS, Fault
from tests.faults.probe import KINDS, WRONG

__all__ = ["caught", "main"]

ROOT = Path(__file__).parents[2]

#: Of the unrolled forms, what streams without an interval are built of.
SLOW = ("unrolled/engine.py", "unrolled/layer.py", "unrolled/weighted_sum.py")

#: And those that spike.
SPIKING = tuple(
    f"unrolled/{name}.py" for name in ("answer", "neurons", "spiking_pipeline", "spiking_plan", "spiking_top")
)
SPIKING += ("unrolled/timesteps.py",)

#: A probe that takes longer hangs outside the simulation, which has deadlines of its own: a fault that does
#: that is a mistake in the catalogue.
LIMIT_S = 550


def caught(fault: Fault | None) -> bool:
    """Return whether the probe fails with ``fault`` in the hardware; None leaves it as it is."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for part in ("accelgen", "sim", "tests"):
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        if fault is not None:
            path = copy / "accelgen" / "rtl" / fault.file
            text = path.read_text()
            if text.count(fault.old) != 1:
                raise ValueError(
                    f"{fault.file} has {text.count(fault.old)} places that read {fault.old!r}, not 1"
                )
            path.write_text(text.replace(fault.old, fault.new))
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.probe", *_kinds(fault)],
            cwd=copy,
            env=os.environ | {"PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT_S,
        )
    if done.returncode not in (0, WRONG):
        raise RuntimeError(f"the probe broke instead of judging: {done.stderr[-800:]}")
    return done.returncode == WRONG


def _kinds(fault: Fault | None) -> list[str]:
    """Return the kinds of engine that ``fault`` shows itself in: those that its room is for."""
    if fault is None:
        return []
    room = fault.file.split("/")[0]
    if fault.file in SPIKING:
        return ["sparks"]
    if fault.file == "edge/image.py" or (room == "unrolled" and fault.file not in SLOW):
        return ["pipeline"]
    if fault.file == "common/holding_array.py":
        return ["compact"]
    if fault.file in ("common/flagged_bank.py", "common/activation_memory.py"):
        return ["dnn", "compact"]
    if fault.file == "common/flagged_memory.py":  # where spikes wait
        return ["snn"]
    if room == "pipelined" and fault.file.removeprefix("pipelined/").startswith(("marks", "spiking")):
        return ["stacked"]
    return [room] if room in KINDS else ["dnn", "snn"] if room == "edge" else ["dnn", "conv"]


def main() -> int:
    """Print a line for each fault; return 1 if one survived, or if sound hardware was blamed."""
    if caught(None):
        print("the probe blames sound hardware")
        return 1
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(caught, FAULTS))
    for fault, hit in zip(FAULTS, found, strict=True):
        print(f"{'caught  ' if hit else 'SURVIVED'}  {fault.file:32} {fault.name}")
    print(f"{sum(found)} of {len(FAULTS)} faults caught")
    return 0 if all(found) else 1
