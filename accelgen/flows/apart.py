"""A reader of ours in a process of its own: its library may crash on a damaged file, or never end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

__all__ = ["problem_of"]

#: Seconds of work, and of waiting: files of the largest size are read in two seconds.
WORK, WAIT = 10, 120
#: Bytes of memory; a library that reserves some for each core is told of one.
MEMORY = 6 << 30
REFUSED, TOO_LARGE = 2, 3
#: How a system ends what has worked for too long, and what takes memory that it does not have.
ENDLESS, KILLED = (getattr(signal, name, None) for name in ("SIGXCPU", "SIGKILL"))
SCRIPT = """
import importlib, pathlib, sys
module, function, path, work, memory = sys.argv[1:]
try:
    import resource
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]  # one of ours would kill, as too little memory does
    work = int(work) if hard == resource.RLIM_INFINITY else min(int(work), hard - 1)
    resource.setrlimit(resource.RLIMIT_CPU, (work, hard))
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass  # not every system has such limits
from accelgen.errors import AccelgenError
try:
    getattr(importlib.import_module(module), function)(pathlib.Path(path))
except AccelgenError as error:
    sys.stdout.write(str(error))
    sys.exit(2)
except MemoryError:
    sys.exit(3)
"""


def problem_of(module: str, function: str, path: Path, library: str) -> str:
    """Return what happens to a function that reads a file, in one sentence; nothing if it comes back.

    Parameters
    ----------
    module, function : str
        Where it is, and its name; it takes a Path.
    path : Path
        The file.
    library : str
        What is below it, for the sentence.
    """
    same = {"PYTHONPATH": os.pathsep.join(str(Path(place).absolute()) for place in sys.path)}
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # -P: a module that the working folder holds is not for us to run.
    command = [sys.executable, "-P", "-c", SCRIPT, module, function, str(path), str(WORK), str(MEMORY)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", check=False, timeout=WAIT,
            env=os.environ | same | one,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"{path}: {library} does not come to an end on it"
    if done.returncode == REFUSED and done.stdout:
        return done.stdout
    if not done.returncode:
        return ""
    if done.returncode == TOO_LARGE or -done.returncode == KILLED:
        return f"{path}: {library} takes more memory for it than is allowed"
    last = " ".join((done.stderr.strip().splitlines() or [""])[-1].split())[:200]
    what = "does not come to an end on it" if -done.returncode == ENDLESS else "crashes on it"
    return f"{path}: {library} {what}" + (f" ({last})" if last and done.returncode > 0 else "")
