"""A bitstream of a model for a board, and which model fits which."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from accelgen.boards import BOARDS, Board, Fit, fit
from accelgen.boards import board as board_of
from accelgen.boards.top import files
from accelgen.errors import InvalidOption, InvalidRequest, at
from accelgen.files import write_whole
from accelgen.flows import fpga as flow
from accelgen.models import NETWORK_FILE, home, model_folder, model_names, network_path, places
from accelgen.network import Network
from accelgen.network import load as load_network
from accelgen.network.file import digest
from accelgen.owned import held
from accelgen.reading import read_json
from accelgen.report.card import read_card
from accelgen.rtl.datapath import Datapath, Storage
from accelgen.rtl.fingerprint import of_text
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.fpga.top import LinkTop
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.tables import load_beats
from accelgen.steps.answer import Answer, plain
from accelgen.steps.hardware_file import settled
from accelgen.steps.model import AnyModel, Model, model_of

__all__ = ["BAUD", "BoardBuild", "BoardFits", "LoadedBoard", "board_fingerprint", "fits", "fpga", "load"]

#: Bits per second on the link unless a person asks for others: whole cycles of every board's clock.
BAUD = 1_000_000
#: What `fpga` notes of a build, beside its bitstream.
BUILD_FILE = "build.json"


@dataclass(frozen=True, slots=True)
class BoardFits(Answer):
    """Every model on every board.

    Attributes
    ----------
    fits : tuple of Fit
        Model by model.
    folders : tuple of Path
        Where models were looked for.
    """

    fits: tuple[Fit, ...]
    folders: tuple[Path, ...]

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {"fits": [_fitted(one) for one in self.fits], "folders": plain(self.folders)}


@dataclass(frozen=True, slots=True)
class BoardBuild(Answer):
    """A bitstream of a model for a board, with what it takes and how fast it is.

    Attributes
    ----------
    name : str
        Of the network.
    board : Board
        What it is for.
    network_sha256 : str
        Digest of the network file.
    fingerprint : str
        What tells the hardware behind the pins from other hardware.
    datapath : Datapath
        How it is built.
    weights : "rom" or "ram"
        Where its tables live.
    baud : int
        Bits per second on the link.
    bitstream : Bitstream
        What was built.
    folder : Path
        Where it is.
    tables : Path or None
        What is loaded over the link, if tables are.
    estimate : Fit
        What it was thought to take.
    cycles_per_image : float or None
        As the model's card has measured them on such hardware, if it has.
    images_per_second : float or None
        Of the network alone, by these cycles.
    images_per_second_over_link : float
        At most, with the time on the wires.
    """

    name: str
    board: Board
    network_sha256: str
    fingerprint: str
    datapath: Datapath
    weights: Storage
    baud: int
    bitstream: flow.Bitstream
    folder: Path
    tables: Path | None
    estimate: Fit
    cycles_per_image: float | None
    images_per_second: float | None
    images_per_second_over_link: float

    @property
    def file(self) -> Path:
        """The bitstream."""
        return self.folder / self.bitstream.file

    @property
    def placement(self) -> flow.Placement:
        """What it takes of the chip."""
        return self.bitstream.placement

    @property
    def clock_mhz(self) -> float:
        """MHz of the board's clock."""
        return self.board.clock_hz / 1e6

    @property
    def hardware(self) -> str:
        """How it is built, as reports say it."""
        return replace(self.datapath, weights=self.weights).describe()

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints, and what is in ``build.json``."""
        chosen = self.estimate
        return {
            "name": self.name,
            "board": self.board.name,
            "title": self.board.title,
            "note": self.board.note,
            "network_sha256": self.network_sha256,
            "fingerprint": self.fingerprint,
            "unrolled": self.datapath.unrolled,
            "lanes": self.datapath.lanes,
            "weights": self.weights,
            "baud": self.baud,
            "clock_mhz": self.clock_mhz,
            "bitstream": str(self.file),
            **plain(self.placement),
            "seconds": self.bitstream.seconds,
            "tools": self.bitstream.tools,
            "tables": plain(self.tables),
            "estimated": {"luts": chosen.luts, "block_rams": chosen.blocks, "sprams": chosen.spram},
            "cycles_per_image": self.cycles_per_image,
            "images_per_second": self.images_per_second,
            "images_per_second_over_link": self.images_per_second_over_link,
        }


@dataclass(frozen=True, slots=True)
class LoadedBoard(Answer):
    """A bitstream that is on a board: model and board by name, its file, and what the loader said."""

    name: str
    board: str
    bitstream: Path
    said: str


class _Link(NamedTuple):
    """What is built: the board, the network and its path, how it fits, and what is behind the wires."""

    board: Board
    path: Path
    network: Network
    fit: Fit
    datapath: Datapath
    plan: LinkPlan


def fits(**asked) -> BoardFits:
    """Return which model fits which board, and how or why not.

    Parameters
    ----------
    asked
        Options of `Datapath` that are settled.
    """
    tried: list[Fit] = []
    for name in model_names():
        path = model_folder(name) / NETWORK_FILE
        if not path.is_file():
            continue  # a reference that has no hardware, or not trained yet
        network = load_network(path)
        tried += [fit(board, network, **settled(path, asked)) for board in BOARDS.values()]
    return BoardFits(tuple(tried), tuple(places()))


def _fitted(tried: Fit) -> dict[str, Any]:
    datapath = tried.datapath
    return {
        "board": tried.board,
        "model": tried.network,
        "fits": tried.fits,
        "unrolled": datapath.unrolled if datapath else None,
        "lanes": datapath.lanes if datapath else None,
        "weights": datapath.weights if datapath else None,
        "luts_estimated": tried.luts,
        "block_rams": tried.blocks,
        "sprams": tried.spram,
        "missing": list(tried.missing),
    }


def fpga(
    model: str,
    *,
    board: str,
    out: Path | None = None,
    baud: int = BAUD,
    seed: int = 1,
    force: bool = False,
    **asked,
) -> BoardBuild:
    """Build a bitstream of a model, behind the link of ``docs/protocol.md``.

    Parameters
    ----------
    model, board : str
        Name or path, and name.
    out : Path, optional
        Folder to write; ``rtl_out/<name>/<board>`` by default.
    baud : int
        Bits per second on the link.
    seed : int
        Of the placement.
    force : bool
        Try even what is estimated not to fit.
    asked
        Options of `Datapath` that are settled; the rest is chosen for the board.

    Returns
    -------
    BoardBuild
        What was built, what it takes, how fast it is. Also in ``build.json`` beside the bitstream.

    Raises
    ------
    InvalidOption
        If the model does not fit.
    """
    link = _linked(model, board, baud, force, asked)
    chip, plan, path = link.board, link.plan, link.path
    folder = Path(out) if out else home() / "rtl_out" / link.network.name / board
    target = flow.Target(chip.family, chip.clock_hz, chip.place, chip.pack)
    cycles = _cycles(path, link.datapath)  # a card that is damaged is better known before minutes are spent
    tables = folder / "weights.bin"
    with held(folder):
        # Noted when all of it is there: a build that was cut off is none.
        (folder / BUILD_FILE).unlink(missing_ok=True)
        bitstream = flow.bitstream(files(chip, plan), target, folder, seed=seed)
        tables.unlink(missing_ok=True)
        if plan.loadable:
            write_whole(tables, load_beats(plan.hardware.tables).astype("<u4").tobytes())
        build = BoardBuild(
            name=link.network.name,
            board=chip,
            network_sha256=plan.network_sha256,
            fingerprint=_fingerprint(plan),
            datapath=link.datapath,
            weights=plan.plan.weights,
            baud=baud,
            bitstream=bitstream,
            folder=folder,
            tables=tables if plan.loadable else None,
            estimate=link.fit,
            cycles_per_image=cycles,
            images_per_second=round(chip.clock_hz / cycles, 1) if cycles else None,
            images_per_second_over_link=_speed_over_link(plan, cycles / chip.clock_hz if cycles else 0.0),
        )
        write_whole(folder / BUILD_FILE, json.dumps(build.to_json(), indent=2) + "\n")
    return build


def board_fingerprint(model: str, board: str, *, baud: int = BAUD, **asked) -> str:
    """Return the fingerprint of what `fpga` would build today, without building it; "" if it does not fit."""
    try:
        link = _linked(model, board, baud, False, asked)
    except InvalidOption:
        return ""
    return _fingerprint(link.plan)


def _linked(model: str, board: str, baud: int, force: bool, asked: dict) -> _Link:
    """Return what would be built, or raise `InvalidOption` if it does not fit and is not forced."""
    chip, path = board_of(board), network_path(model)
    network = load_network(path)
    chosen = fit(chip, network, **settled(path, asked))
    if chosen.datapath is None or not (chosen.fits or force):
        raise InvalidOption(f"{network.name} does not fit {board}: {'; '.join(chosen.missing)}")
    hardware = hardware_of(network, chosen.datapath)
    plan = LinkPlan(hardware, digest(network), chip.clock_hz, baud)
    return _Link(chip, path, network, chosen, chosen.datapath, plan)


def _fingerprint(plan: LinkPlan) -> str:
    return of_text(LinkTop(plan), "device")


def _cycles(path: Path, datapath: Datapath) -> float | None:
    """Return the measured mean of cycles per image from the model's card, if it is of such hardware."""
    card = path.with_name("card.json")
    if not card.is_file():
        return None
    figure = read_card(card).figures.get("cycles_mean")
    if figure is None or datapath.pipelined:  # a card has the form of its model alone
        return None
    lanes = str(datapath.lanes) if datapath.folded else None
    return figure.value if figure.conditions.get("lanes") == lanes else None


def _speed_over_link(plan: LinkPlan, inside: float) -> float:
    """Return images per second over the link at most, if one takes ``inside`` seconds in the network."""
    on_wires = 10 * (plan.image_bytes + 7 + 4 * (plan.plan.classes + 2) + 7) / plan.baud
    return round(1 / (on_wires + inside), 1)


def load(model: AnyModel, *, board: str, out: Path | None = None) -> LoadedBoard:
    """Put the bitstream of a model on a board, with openFPGALoader.

    Raises
    ------
    InvalidRequest
        If there is no whole build of `fpga` for that board, or it is of another network.
    ToolError
        If openFPGALoader is missing or fails.
    """
    chip, model = board_of(board), model_of(model)
    folder = Path(out) if out else model.folder / board
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
