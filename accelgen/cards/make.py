"""Measure a model with every step of the flow, and write down what came out."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path

from accelgen import steps
from accelgen.cards.boards import fill_boards
from accelgen.cards.described import described, reference
from accelgen.cards.energy import Technology, affordable, measured_energy
from accelgen.cards.hardware import noted
from accelgen.cards.measure import Say, evaluated, simulated, synthesised
from accelgen.cards.spiking import evaluated_spikes, simulated_spikes
from accelgen.cards.stale import PARTS, fresh, part
from accelgen.cards.summary import summary
from accelgen.cards.twin import against_twin
from accelgen.errors import InvalidRequest, ToolError
from accelgen.figures import Figure, read_study
from accelgen.flows import sta
from accelgen.models import NETWORK_FILE, REFERENCE_FILE, folder_to_write, home, own_names
from accelgen.optional import needed
from accelgen.report.boards import BOARDS_TABLE
from accelgen.report.card import Card, read_card, write_card
from accelgen.report.energy import technologies
from accelgen.report.results import fill, picture
from accelgen.steps.overview import Overview

__all__ = ["add_energy", "fill_tables", "make_card"]


def make_card(
    model: str, data: Path | None = None, say: Say = lambda line: None, *, only_stale: bool = False
) -> Path:
    """Measure a model and write ``card.json`` and ``card.md`` into its folder.

    A float reference has what its training measured, and no more; any other model is evaluated, simulated on
    the whole test set and synthesised for every target that needs no file. A spiking model is also simulated
    without regard to its events, and with early stop, and has a picture of its accuracy by timestep.

    Parameters
    ----------
    model : str
        A name under ``models/``.
    data : Path, optional
        Where the data sets are.
    say : callable
        Told what is going on.
    only_stale : bool
        Keep what the card says already of the network and the hardware of today.

    Raises
    ------
    InvalidRequest
        If the model does not exist or is not trained.
    DataError
        If the full test set is not at hand: a card is never measured on a sample.
    """
    folder = folder_to_write(model)
    if (folder / REFERENCE_FILE).is_file() and not (folder / NETWORK_FILE).is_file():
        return write_card(reference(model), folder)
    overview = steps.info(model)
    with needed():  # before hours of measuring, not after: a card may have a picture
        import_module("matplotlib")
    before = _before(folder, overview.network_sha256)
    kept = _kept(model, before, say) if only_stale and before else {}
    measured = _measured(model, overview, kept, data, say)
    study = folder / "study.json"
    seeds = read_study(study)["runs"] if study.is_file() else []
    figures = [*described(model, overview), *measured, *(_energy(before) if before else [])]
    by_name = {figure.name: figure for figure in figures}
    return write_card(
        Card(model, summary(overview), overview.network_sha256, by_name, seeds, overview.kind), folder
    )


def _measured(
    model: str, overview: Overview, kept: dict[str, list[Figure]], data: Path | None, say: Say
) -> list[Figure]:
    """Return accuracy, cycles and area; the parts that are in ``kept`` are not measured again."""
    spiking = overview.kind == "spiking"
    judged = kept.get("accuracy") or (evaluated_spikes if spiking else evaluated)(model, data, say)
    played = kept.get("simulation")
    if played is None:
        played = (
            simulated_spikes(model, judged, data, say) if spiking else simulated(model, overview, data, say)
        )
        played = noted(model, played)
    area = kept.get("area") or noted(model, synthesised(model, say))
    return [*judged, *against_twin(model, judged), *played, *area]


def _before(folder: Path, stamp: str) -> Card | None:
    """Return the card that is there, if it is of the same tables."""
    path = folder / "card.json"
    before = read_card(path) if path.is_file() else None
    return before if before and before.digest == stamp else None


def _kept(model: str, before: Card, say: Say) -> dict[str, list[Figure]]:
    """Return the parts of a card that hold today."""
    kept = {name: part(before, name) for name in PARTS}
    kept = {name: figures for name, figures in kept.items() if fresh(model, figures)}
    for name in kept:
        say(f"{model}: {name} is of today, and stays")
    return kept


def _energy(before: Card) -> list[Figure]:
    """Return what a card says of energy; whether it is of today's hardware, each figure says itself."""
    return [figure for technology in technologies(before) for figure in part(before, technology)]


def add_energy(
    model: str,
    technology: Technology,
    data: Path | None = None,
    say: Say = lambda line: None,
    *,
    only_stale: bool = False,
) -> Path:
    """Measure what a model costs in a technology, and put it into the card that is there.

    Parameters
    ----------
    model, data, say
        See `make_card`.
    technology : Technology
        Cells, macros and images.
    only_stale : bool
        Do nothing if the card has energy in this technology, of the hardware of today.

    Raises
    ------
    InvalidRequest
        If the card is missing, or is of other tables than the model has now.
    ToolError
        If a figure that the card has would be lost, because what finds it is not installed.
    """
    folder = folder_to_write(model)
    card = _before(folder, steps.info(model).network_sha256)
    if card is None:
        raise InvalidRequest(f"{model}: has no card of its tables yet: accelgen card {model}")
    if only_stale and fresh(model, part(card, technology.label)):
        say(f"{model}: energy in {technology.label} is of today, and stays")
        return folder / "card.md"
    prefix = f"{technology.label}_"
    if f"{prefix}fmax" in card.figures and not sta.installed():
        raise ToolError(
            f"the card of {model} has a fastest clock in {technology.label}, and OpenSTA, which finds it, is "
            "not installed: make .venv/.timing"
        )
    kept = {name: figure for name, figure in card.figures.items() if not name.startswith(prefix)}
    if technology.images is None and (cycles := card.figures.get("cycles_mean")):
        technology = replace(technology, images=affordable(cycles.value))
    found = noted(model, measured_energy(model, technology, data, say))
    return write_card(replace(card, figures=kept | {figure.name: figure for figure in found}), folder)


def fill_tables() -> list[Path]:
    """Write the tables of the documents from the cards, and the builds for boards, that are there."""
    paths = [home() / "models" / name / "card.json" for name in own_names()]
    cards = [read_card(path) for path in paths if path.is_file()]
    if not cards:
        raise InvalidRequest("there are no cards yet: make one with accelgen card MODEL")
    picture(home() / "docs", cards)  # first: without what draws, nothing is written
    pages = fill(home(), cards)
    if (home() / BOARDS_TABLE.page).is_file() and (page := fill_boards()):
        pages.append(page)
    return pages
