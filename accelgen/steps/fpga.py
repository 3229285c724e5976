"""A bitstream of a model for a board, and which model fits which."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from accelgen.boards import BOARDS, Board, Fit, fit
from accelgen.boards.top import files
from accelgen.errors import InvalidOption
from accelgen.files import write_whole
from accelgen.flows import fpga as flow
from accelgen.models import NETWORK_FILE, home, model_folder, model_names, places
from accelgen.network import load as load_network
from accelgen.owned import held
from accelgen.report.card import read_card
from accelgen.rtl.datapath import Datapath, Storage
from accelgen.rtl.fpga.pattern.plan import PatternPlan
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.tables import load_beats
from accelgen.steps.answer import Answer, plain
from accelgen.steps.board.design import BoardDesign, design_of
from accelgen.steps.hardware_file import settled
from accelgen.steps.model import AnyModel

__all__ = [
    "BAUD",
    "BUILD_FILE",
    "BoardBuild",
    "BoardFits",
    "board_fingerprint",
    "build_folder",
    "fits",
    "fpga",
    "link_speed",
]

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
    clock_hz : int
        Clock of the network in Hz.
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
    images_per_second_over_link : float or None
        At most, with the time on the wires; None if it plays a pattern.
    samples : int
        Samples of its pattern, 0 if it has none.
    how : dict
        What was asked for: of `design_of`, but for the model, the board and the link.
    """

    name: str
    board: Board
    clock_hz: int
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
    images_per_second_over_link: float | None
    samples: int = 0
    how: dict[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """The bitstream."""
        return self.folder / self.bitstream.file

    @property
    def placement(self) -> flow.Placement:
        """What it takes of the chip."""
        return self.bitstream.placement

    @property
    def faster(self) -> bool:
        """Its clock is not that of the board."""
        return self.clock_hz != self.board.clock_hz

    @property
    def clock_mhz(self) -> float:
        """MHz of its clock."""
        return self.clock_hz / 1e6

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
            "samples": self.samples,
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
        options = settled(path, asked, len(network.layers))
        tried += [fit(board, network, **options) for board in BOARDS.values()]
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
    model: AnyModel,
    *,
    board: str,
    out: Path | None = None,
    baud: int = BAUD,
    seed: int = 1,
    force: bool = False,
    pattern: bool = False,
    clock: float | None = None,
    cycles: int | None = None,
    **asked,
) -> BoardBuild:
    """Build a bitstream of a model, behind the link of ``docs/protocol.md``.

    Parameters
    ----------
    model, board : str
        Name or path, and name.
    out : Path, optional
        Folder to write; see `build_folder`.
    baud : int
        Bits per second on the link.
    seed : int
        Of the placement.
    force : bool
        Try even what is estimated not to fit.
    pattern : bool
        The network plays samples that are kept on the chip at full rate, and counts what is wrong.
    clock : float, optional
        MHz, made by a PLL; by default the clock of the board.
    cycles : int, optional
        Of an image: lanes of each layer of a pipeline are chosen for them.
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
    every = {"pattern": pattern, "clock": clock, "cycles": cycles, **asked}
    how = {name: value for name, value in every.items() if value is not None}
    design = design_of(model, board, baud=baud, force=force, **how)
    chip, plan, hz = design.board, design.plan, design.plan.clock_hz
    folder = Path(out) if out else build_folder(design.model.name, board, pattern=pattern)
    target = flow.Target(chip.family, hz, chip.place, chip.pack)
    taken = _measured(design)  # a card that is damaged is better known before minutes are spent
    tables = folder / "weights.bin"
    with held(folder):
        # Noted when all of it is there: a build that was cut off is none.
        (folder / BUILD_FILE).unlink(missing_ok=True)
        bitstream = flow.bitstream(files(chip, plan), target, folder, seed=seed)
        tables.unlink(missing_ok=True)
        if plan.loadable:
            write_whole(tables, load_beats(plan.hardware.tables).astype("<u4").tobytes())
        build = BoardBuild(
            name=design.model.name,
            board=chip,
            clock_hz=hz,
            network_sha256=plan.network_sha256,
            fingerprint=design.fingerprint,
            datapath=design.datapath,
            weights=plan.hardware.plan.weights,
            baud=baud,
            bitstream=bitstream,
            folder=folder,
            tables=tables if plan.loadable else None,
            estimate=design.fit,
            cycles_per_image=taken,
            images_per_second=round(hz / taken, 1) if taken else None,
            images_per_second_over_link=_speed_over_link(plan, taken),
            samples=plan.samples if isinstance(plan, PatternPlan) else 0,
            how=how,
        )
        write_whole(folder / BUILD_FILE, json.dumps(build.to_json(), indent=2) + "\n")
    return build


def build_folder(name: str, board: str, *, pattern: bool = False) -> Path:
    """Return where a build of a network goes: ``rtl_out/<name>/<board>``, with ``_pattern`` for one."""
    return home() / "rtl_out" / name / (f"{board}_pattern" if pattern else board)


def board_fingerprint(model: str, board: str, *, baud: int = BAUD, **how) -> str:
    """Return the fingerprint of what `fpga` would build today, without building it; "" if it does not fit."""
    try:
        return design_of(model, board, baud=baud, **how).fingerprint
    except InvalidOption:
        return ""


def link_speed(model: AnyModel, board: str) -> tuple[float | None, float] | None:
    """Return images a second of the folded network on a board: inside by its card, and at most over the link.

    None if the link does not carry what the network takes, or it does not fit.
    """
    try:
        design = design_of(model, board, baud=BAUD, unrolled=False)
    except InvalidOption:
        return None
    taken = _measured(design)
    inside = round(design.plan.clock_hz / taken, 1) if taken else None
    return inside, cast(float, _speed_over_link(design.plan, taken))


def _measured(design: BoardDesign) -> float | None:
    """Return the cycles per image of a design behind a link; a card is of other samples than a pattern."""
    if isinstance(design.plan, PatternPlan):
        return None
    return _cycles(design.model.path, design.datapath)


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


def _speed_over_link(plan: LinkPlan | PatternPlan, cycles: float | None) -> float | None:
    """Return images per second over the link at most, if one takes ``cycles`` inside; None of a pattern."""
    if isinstance(plan, PatternPlan):
        return None
    on_wires = 10 * (plan.image_bytes + 7 + 4 * (plan.plan.classes + 2) + 7) / plan.baud
    return round(1 / (on_wires + (cycles or 0) / plan.clock_hz), 1)
