"""What training writes after each epoch, so that a killed run goes on where it was."""

from __future__ import annotations

import io
from pathlib import Path

import torch

from accelgen.errors import InvalidRequest, at
from accelgen.files import write_whole

__all__ = ["load_checkpoint", "save_checkpoint"]


def save_checkpoint(state: dict, path: Path) -> None:
    """Write ``state`` (tensors, numbers, text) whole, or not at all."""
    stream = io.BytesIO()  # onto a disk that is full torch writes with errors of its own
    torch.save(state, stream)
    write_whole(path, stream.getvalue())


def load_checkpoint(path: Path, digest: str, seed: int) -> dict | None:
    """Return the state of an earlier run of the same ``digest`` and seed; None if there is none.

    A checkpoint of another run is passed over: a recipe that changed starts anew.

    Raises
    ------
    InvalidRequest
        If the file is there but is not a checkpoint.
    """
    if not path.is_file():
        return None
    with at(path):
        try:
            # weights_only: a checkpoint may come from anywhere, and a pickle may run anything.
            state = torch.load(path, map_location="cpu", weights_only=True)
            same = state["recipe"] == digest and state["seed"] == seed
        except Exception as error:  # torch raises many kinds of errors for a file of another format
            raise InvalidRequest("is not a whole checkpoint; delete it to start anew") from error
    return state if same else None
