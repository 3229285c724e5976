"""The results tables of the README, written between their markers from the cards."""

from __future__ import annotations

from pathlib import Path

from accelgen.errors import InvalidRequest
from accelgen.files import write_whole
from accelgen.report.card import Card, value_text
from accelgen.report.earlier import mark
from accelgen.report.energy import energy_table, technologies
from accelgen.report.front import FRONT, draw_front

__all__ = ["BEGIN", "END", "END_ENERGY", "ENERGY", "fill", "picture", "replace", "table"]

BEGIN = "<!-- results: written by `make cards` -->"
END = "<!-- end of results -->"
ENERGY = "<!-- energy: written by `make energy` -->"
END_ENERGY = "<!-- end of energy -->"
ENERGY_COLUMN, DATA_COLUMN = "energy", "data"
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
        ("stored_bits", "stored bits"),
        ("memory_ratio", "smaller than fp32"),
        ("cycles_mean", "cycles per image"),
        ("utilisation", "utilisation"),
        ("synth_generic_cells", "logic, generic cells"),
        (ENERGY_COLUMN, "energy"),
    ),
    "convolutional": (
        (DATA_COLUMN, "test set"),
        ("accuracy", "accuracy"),
        ("accuracy_fp32", "float twin"),
        ("stored_bits", "stored bits"),
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
        ("events", "events per image"),
        ("synaptic_operations", "additions per image"),
        ("cycles_mean", "cycles per image"),
        ("early_stop_cycles_mean", "stopping early"),
        ("event_saving", "clock-driven takes"),
        ("synth_generic_cells", "logic, generic cells"),
        (ENERGY_COLUMN, "energy"),
    ),
}
#: Units that the headings name already.
NAMED = (" bits", " cells", " cycles", " timesteps", " per image")


def table(cards: list[Card]) -> str:
    """Return a table for each kind of network; what others published comes last in each."""
    parts = ((kind, [card for card in cards if card.kind == kind]) for kind in COLUMNS)
    return "\n\n".join(
        f"{kind.capitalize()} networks:\n\n{_table(kind, found)}" for kind, found in parts if found
    )


def _table(kind: str, cards: list[Card]) -> str:
    columns = dict(COLUMNS[kind])
    words = (DATA_COLUMN, ENERGY_COLUMN)
    lines = [
        _row(["model", *columns.values()]),
        _row(["---", *("---" if name in words else "---:" for name in columns)]),
    ]
    for card in cards:
        link = f"[`{card.name}`](models/{card.name}/card.md)"
        lines.append(_row([link, *(_cell(card, name) for name in columns)]))
    lines += [_row([who, *(found.get(name, "") for name in columns)]) for who, found in PUBLISHED[kind]]
    return "\n".join(lines)


def _cell(card: Card, name: str) -> str:
    if name == ENERGY_COLUMN:
        return _energy(card)
    if name == DATA_COLUMN:
        return card.figures["accuracy"].conditions.get("data", "")
    figure = card.figures.get(name)
    if figure is None:
        return ""
    text = value_text(figure)
    return next((text.removesuffix(unit) for unit in NAMED if text.endswith(unit)), text) + mark(figure)


def _energy(card: Card) -> str:
    """Return what an image costs in the first technology of the card."""
    for name in technologies(card)[:1]:
        energy = card.figures[f"{name}_energy"]
        return f"{energy.value:.3g} nJ, {name}{mark(energy)}"
    return "not measured yet" if card.digest else ""


def fill(readme: Path, cards: list[Card]) -> Path:
    """Write the results and the energy between their markers of ``readme``; see `replace`."""
    return replace(readme, {(BEGIN, END): table(cards), (ENERGY, END_ENERGY): energy_table(cards)})


def replace(readme: Path, parts: dict[tuple[str, str], str]) -> Path:
    """Replace what stands between pairs of markers, all or nothing.

    Raises
    ------
    InvalidRequest
        If the file or a marker is not there.
    """
    try:
        text = readme.read_text()
    except OSError as error:
        raise InvalidRequest(f"{readme}: cannot be read: {error.strerror}") from error
    for (begin, end), found in parts.items():
        before, first, rest = text.partition(begin)
        _, last, after = rest.partition(end)
        if not first or not last:
            raise InvalidRequest(f"{readme}: needs the lines {begin!r} and {end!r}")
        text = f"{before}{begin}\n{found}\n{end}{after}"
    return write_whole(readme, text)


def picture(folder: Path, cards: list[Card]) -> None:
    """Write the front of the first technology that a card has, if there is one, into ``folder``."""
    for technology in [name for card in cards for name in technologies(card)][:1]:
        write_whole(folder / FRONT, draw_front(cards, technology) or "")


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
