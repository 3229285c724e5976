"""The tables of results, from the cards: one in the README, and one for each kind of network in the docs."""

from __future__ import annotations

import re
from pathlib import Path

from accelgen.files import write_whole
from accelgen.report.accuracy_energy_svg import FRONT, draw_front
from accelgen.report.card import Card, judged, judged_text, twin_text, value_text
from accelgen.report.documents import Part, replace
from accelgen.report.earlier import mark
from accelgen.report.energy import energy_table, technologies

__all__ = ["ENERGY", "NETWORKS", "SUMMARY", "fill", "picture", "summary", "table"]

#: The README's one table, and the pages that hold the rest.
SUMMARY = Part("README.md", "results", "accelgen tables")
NETWORKS = Part("docs/networks.md", "results", "make cards")
ENERGY = Part("docs/energy.md", "energy", "make energy")
ENERGY_COLUMN, DATA_COLUMN, TWIN_COLUMN = "energy", "data", "float twin"
Columns = tuple[tuple[str, str], ...]
#: The process that is nearest to the 40 nm of the published figures: one column compares like with like.
COMPARED = "nangate45"

#: Published: who, and figures of others as they state them, by column.
PUBLISHED = {
    "dense": (
        (
            "[Yin et al., 2018](https://arxiv.org/abs/1804.07370): 3 bits, 8x",
            {"accuracy": "98.4 %", ENERGY_COLUMN: "20 nJ, 40 nm CMOS"},
        ),
    ),
    "convolutional": (
        (
            "[Yin et al., 2018](https://arxiv.org/abs/1804.07370): CIFAR-10, no hardware",
            {"accuracy": "as its float twin", "memory_ratio": "50 x"},
        ),
    ),
    "spiking": (
        (
            "[Yin et al., 2017](https://arxiv.org/abs/1709.06206): SNN-DI and SNN-CI",
            {"accuracy": "> 98 %", ENERGY_COLUMN: "48.4 to 773 nJ, 40 nm CMOS"},
        ),
    ),
}
COLUMNS = {
    "dense": (
        ("accuracy", "accuracy"),
        (TWIN_COLUMN, "float twin"),
        ("stored_bits", "stored bits"),
        ("memory_bits", "bits of memory"),
        ("memory_ratio", "smaller than fp32"),
        ("cycles_mean", "cycles per image"),
        ("utilisation", "utilisation"),
        ("synth_generic_cells", "logic, generic cells"),
        (ENERGY_COLUMN, "energy"),
    ),
    "convolutional": (
        (DATA_COLUMN, "test set"),
        ("accuracy", "accuracy"),
        (TWIN_COLUMN, "float twin"),
        ("stored_bits", "stored bits"),
        ("memory_bits", "bits of memory"),
        ("memory_ratio", "smaller than fp32"),
        ("cycles_mean", "cycles per image"),
        ("utilisation", "utilisation"),
        ("synth_generic_cells", "logic, generic cells"),
        (ENERGY_COLUMN, "energy"),
    ),
    "spiking": (
        ("accuracy", "accuracy"),
        ("timesteps", "timesteps"),
        ("early_stop_accuracy", "stopping early"),
        ("early_stop_timesteps", "timesteps used"),
        ("stored_bits", "stored bits"),
        ("memory_bits", "bits of memory"),
        ("events", "events per image"),
        ("synaptic_operations", "additions per image"),
        ("cycles_mean", "cycles per image"),
        ("early_stop_cycles_mean", "stopping early"),
        ("event_saving", "clock-driven takes"),
        ("synth_generic_cells", "logic, generic cells"),
        (ENERGY_COLUMN, "energy"),
    ),
}
SUMMARY_COLUMNS = (
    ("accuracy", "accuracy"),
    ("stored_bits", "stored bits"),
    ("memory_ratio", "smaller than fp32"),
    ("cycles_mean", "cycles per image"),
    (ENERGY_COLUMN, "energy per image"),
)
#: Where the name of a data set ends, and the words on how it was prepared or divided begin.
WHICH = re.compile(r" recompressed | test set")
#: Units that the headings name already.
NAMED = (" bits", " cells", " cycles", " timesteps", " per image")


def summary(cards: list[Card], up: str = "") -> str:
    """Return one table of the networks that have hardware, and of what others published, kind by kind.

    Parameters
    ----------
    cards : list of Card
        Those of all models; float references are left out.
    up : str
        The way from the page to the folder that holds ``models/``.
    """
    lines = _heading(["model", "network", "test set"], SUMMARY_COLUMNS)
    for kind, others in PUBLISHED.items():
        for card in cards:
            if card.kind == kind and card.digest:
                data = WHICH.split(_cell(card, DATA_COLUMN))[0]
                lines.append(_line(card, [_link(card, up), kind, data], SUMMARY_COLUMNS))
        lines += [_published(who, [kind, ""], found, SUMMARY_COLUMNS) for who, found in others]
    return "\n".join(lines)


def table(cards: list[Card], up: str = "") -> str:
    """Return a table for each kind of network; what others published comes last in each."""
    parts = ((kind, [card for card in cards if card.kind == kind]) for kind in COLUMNS)
    return "\n\n".join(
        f"{kind.capitalize()} networks:\n\n{_table(kind, found, up)}" for kind, found in parts if found
    )


def _table(kind: str, cards: list[Card], up: str) -> str:
    columns = COLUMNS[kind]
    lines = _heading(["model"], columns)
    lines += [_line(card, [_link(card, up)], columns) for card in cards]
    lines += [_published(who, [], found, columns) for who, found in PUBLISHED[kind]]
    return "\n".join(lines)


def _heading(first: list[str], columns: Columns) -> list[str]:
    words = (DATA_COLUMN, ENERGY_COLUMN)
    rule = ["---" if name in words else "---:" for name, _ in columns]
    return [_row([*first, *(head for _, head in columns)]), _row([*("---" for _ in first), *rule])]


def _line(card: Card, first: list[str], columns: Columns) -> str:
    return _row([*first, *(_cell(card, name) for name, _ in columns)])


def _published(who: str, first: list[str], found: dict[str, str], columns: Columns) -> str:
    return _row([who, *first, *(found.get(name, "") for name, _ in columns)])


def _link(card: Card, up: str) -> str:
    return f"[`{card.name}`]({up}models/{card.name}/card.md)"


def _cell(card: Card, name: str) -> str:
    if name == ENERGY_COLUMN:
        return _energy(card)
    if name == DATA_COLUMN:
        return figure.conditions.get("data", "") if (figure := judged(card)) else ""
    if name == "accuracy":
        return judged_text(card)
    if name == TWIN_COLUMN:
        return twin_text(card)
    if (figure := card.figures.get(name)) is None:
        return ""
    text = value_text(figure)
    return next((text.removesuffix(unit) for unit in NAMED if text.endswith(unit)), text) + mark(figure)


def _energy(card: Card) -> str:
    """Return what an image costs in `COMPARED`, else in the first technology of the card."""
    names = technologies(card)
    for name in [COMPARED] if COMPARED in names else names[:1]:
        energy = card.figures[f"{name}_energy"]
        return f"{energy.value:.3g} nJ, {name}{mark(energy)}"
    return "not measured yet" if card.digest else ""


def fill(home: Path, cards: list[Card]) -> list[Path]:
    """Write all tables of ``cards`` into the pages below ``home``; see `replace`."""
    parts = {SUMMARY: summary(cards, SUMMARY.up), NETWORKS: table(cards, NETWORKS.up)}
    return replace(home, parts | {ENERGY: energy_table(cards, ENERGY.up)})


def picture(folder: Path, cards: list[Card]) -> None:
    """Write the front of the first technology that a card has, if there is one, into ``folder``."""
    for technology in [name for card in cards for name in technologies(card)][:1]:
        if drawn := draw_front(cards, technology):
            write_whole(folder / FRONT, drawn)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
