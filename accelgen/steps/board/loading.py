"""A bitstream that was built, onto its board."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from accelgen.boards import board as board_of
from accelgen.errors import InvalidRequest, at
from accelgen.flows import fpga as flow
from accelgen.network.file import digest
from accelgen.reading import read_json
from accelgen.steps.answer import Answer
from accelgen.steps.fpga import BUILD_FILE, build_folder
from accelgen.steps.model import AnyModel, Model, model_of

__all__ = ["LoadedBoard", "load"]


@dataclass(frozen=True, slots=True)
class LoadedBoard(Answer):
    """A bitstream that is on a board: model and board by name, its file, and what the loader said."""

    name: str
    board: str
    bitstream: Path
    said: str


def load(model: AnyModel, *, board: str, out: Path | None = None, pattern: bool = False) -> LoadedBoard:
    """Put the bitstream of a model on a board, with openFPGALoader; that of its pattern if that is asked.

    Raises
    ------
    InvalidRequest
        If there is no whole build of `fpga` for that board, or it is of another network.
    ToolError
        If openFPGALoader is missing or fails.
    """
    chip, model = board_of(board), model_of(model)
    folder = Path(out) if out else build_folder(model.name, board, pattern=pattern)
    path = folder / f"top.{chip.family.suffix}"
    if path.is_file():
        _check_build(folder / BUILD_FILE, model, board)
    return LoadedBoard(model.name, board, path, flow.load(path, chip.loader))


def _check_build(path: Path, model: Model, board: str) -> None:
    """Raise `InvalidRequest` unless a finished build is noted in ``path``, of this network for this board."""
    if not path.is_file():
        raise InvalidRequest(f"{path} is not there: the build was cut off, build it again (accelgen fpga)")
    with at(path):
        noted = read_json(path, InvalidRequest)
        noted = noted if isinstance(noted, dict) else {}
        if noted.get("board") != board:
            raise InvalidRequest(f"is of a build for {noted.get('board')}, not for {board}")
        if noted.get("network_sha256") != digest(model.network):
            raise InvalidRequest(
                f"is of a build of another network than {model.name} is now: build it again (accelgen fpga)"
            )
