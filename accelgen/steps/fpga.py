"""A bitstream of a model for a board, and which model fits which."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from accelgen.boards import BOARDS, fit
from accelgen.boards import board as board_of
from accelgen.boards.top import files
from accelgen.errors import InvalidOption, InvalidRequest, at
from accelgen.files import write_whole
from accelgen.flows import fpga as flow
from accelgen.models import NETWORK_FILE, home, model_folder, model_names, network_path, places
from accelgen.network import load as load_network
from accelgen.network.file import digest
from accelgen.owned import held
from accelgen.reading import read_json
from accelgen.report.card import read_card
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.fingerprint import of_top
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.fpga.top import LinkTop
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.tables import load_beats
from accelgen.steps.hardware_file import settled
from accelgen.steps.model import AnyModel, Model, model_of

__all__ = ["BAUD", "board_fingerprint", "fits", "fpga", "load"]

#: Bits per second on the link unless a person asks for others: whole cycles of every board's clock.
BAUD = 1_000_000
#: What `fpga` notes of a build, beside its bitstream.
BUILD_FILE = "build.json"


def fits(**asked) -> dict:
    """Return which model fits which board, and how or why not.

    Parameters
    ----------
    asked
        Options of `Datapath` that are settled.
    """
    found = []
    for name in model_names():
        path = model_folder(name) / NETWORK_FILE
        if not path.is_file():
            continue  # a reference that has no hardware, or not trained yet
        network = load_network(path)
        found += [_fitted(fit(board, network, **settled(path, asked))) for board in BOARDS.values()]
    return {"fits": found, "folders": [str(place) for place in places()]}


def _fitted(found) -> dict:
    entry = asdict(found)
    return {
        "board": entry["board"],
        "model": entry["network"],
        "fits": found.fits,
        "unrolled": found.datapath.unrolled if found.datapath else None,
        "lanes": found.datapath.lanes if found.datapath else None,
        "weights": found.datapath.weights if found.datapath else None,
        "luts_estimated": entry["luts"],
        "block_rams": entry["blocks"],
        "sprams": entry["spram"],
        "missing": entry["missing"],
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
) -> dict:
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
    dict
        What was built, what it takes, how fast it is. Also in ``build.json`` beside the bitstream.

    Raises
    ------
    InvalidOption
        If the model does not fit.
    """
    chip, path, network, chosen, link = _linked(model, board, baud, force, asked)
    folder = Path(out) if out else home() / "rtl_out" / network.name / board
    target = flow.Target(chip.family, chip.clock_hz, chip.place, chip.pack)
    cycles = _cycles(path, chosen.datapath)  # a card that is damaged is better known before minutes are spent
    with held(folder):
        # Noted when all of it is there: a build that was cut off is none.
        (folder / BUILD_FILE).unlink(missing_ok=True)
        built = flow.bitstream(files(chip, link), target, folder, seed=seed)
        (folder / "weights.bin").unlink(missing_ok=True)
        if link.loadable:
            write_whole(folder / "weights.bin", load_beats(link.hardware.tables).astype("<u4").tobytes())
        result = {
            "name": network.name,
            "board": board,
            "title": chip.title,
            "note": chip.note,
            "network_sha256": link.network_sha256,
            "fingerprint": _fingerprint(link),
            "unrolled": chosen.datapath.unrolled,
            "lanes": chosen.datapath.lanes,
            "weights": link.plan.weights,
            "baud": baud,
            "clock_mhz": chip.clock_hz / 1e6,
            **built,
            "bitstream": str(folder / built["bitstream"]),
            "tables": str(folder / "weights.bin") if link.loadable else None,
            "estimated": {"luts": chosen.luts, "block_rams": chosen.blocks, "sprams": chosen.spram},
            **_speed(chip.clock_hz, link, cycles),
        }
        write_whole(folder / BUILD_FILE, json.dumps(result, indent=2) + "\n")
    return result


def board_fingerprint(model: str, board: str, *, baud: int = BAUD, **asked) -> str:
    """Return the fingerprint of what `fpga` would build today, without building it; "" if it does not fit."""
    try:
        *_, link = _linked(model, board, baud, False, asked)
    except InvalidOption:
        return ""
    return _fingerprint(link)


def _linked(model: str, board: str, baud: int, force: bool, asked: dict) -> tuple:
    """Return the board, the network's path and itself, how it fits, and what is built behind the link."""
    chip, path = board_of(board), network_path(model)
    network = load_network(path)
    chosen = fit(chip, network, **settled(path, asked))
    if chosen.datapath is None or not (chosen.fits or force):
        raise InvalidOption(f"{network.name} does not fit {board}: {'; '.join(chosen.missing)}")
    hardware = hardware_of(network, chosen.datapath)
    return chip, path, network, chosen, LinkPlan(hardware, digest(network), chip.clock_hz, baud)


def _fingerprint(link: LinkPlan) -> str:
    return of_top(LinkTop(link), "device")


def _cycles(path: Path, datapath: Datapath) -> float | None:
    """Return the measured mean of cycles per image from the model's card, if it is of such hardware."""
    card = path.with_name("card.json")
    if not card.is_file():
        return None
    figure = read_card(card).figures.get("cycles_mean")
    lanes = None if datapath.unrolled else str(datapath.lanes)  # unrolled hardware has none
    return figure.value if figure and figure.conditions.get("lanes") == lanes else None


def _speed(clock_hz: int, link, cycles: float | None) -> dict:
    """Return images per second: of the network alone, if its cycles are known, and over the link at most."""
    on_wires = 10 * (link.image_bytes + 7 + 4 * (link.plan.classes + 2) + 7) / link.baud
    inside = cycles / clock_hz if cycles else 0.0
    return {
        "cycles_per_image": cycles,
        "images_per_second": round(clock_hz / cycles, 1) if cycles else None,
        "images_per_second_over_link": round(1 / (on_wires + inside), 1),
    }


def load(model: AnyModel, *, board: str, out: Path | None = None) -> dict:
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
    return {"name": model.name, "board": board, "bitstream": str(path), "said": flow.load(path, chip.loader)}


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
