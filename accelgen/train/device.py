"""Where a training runs: on the CPU, or on an accelerator of this machine."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from accelgen.errors import InvalidOption
from accelgen.toml_checks import one_of
from accelgen.train.recipe_tables import DEVICES

__all__ = ["chosen_device", "deterministic"]


def chosen_device(name: str) -> torch.device:
    """Return the device called ``name``; "auto" is the first accelerator that is there, or else the CPU.

    Raises
    ------
    InvalidOption
        If there is no such device here.
    """
    if problems := one_of("device", name, DEVICES):
        raise InvalidOption(problems[0])
    there: dict[str, Callable[[], bool]] = {
        "cuda": torch.cuda.is_available,
        "mps": torch.backends.mps.is_available,
        "cpu": lambda: True,
    }
    if name == "auto":
        name = next(one for one, is_there in there.items() if is_there())
    elif not there[name]():
        raise InvalidOption(f"device: this machine, or this build of torch, has no {name}")
    return torch.device(name)


@contextmanager
def deterministic(device: torch.device) -> Iterator[None]:
    """Let the same training give the same weights on ``device`` each time, while the block runs.

    The CPU always does, with the same number of threads.
    """
    if device.type == "cpu":
        yield
        return
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when cuBLAS is first used
    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        with warnings.catch_warnings():
            # Max pooling says that it is not; where no squares overlap, it is.
            warnings.filterwarnings("ignore", message=".*does not have a deterministic implementation.*")
            yield
    finally:
        torch.use_deterministic_algorithms(before)
