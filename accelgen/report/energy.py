"""The table of energy, area and speed in standard cells, one row for each model and technology."""

from __future__ import annotations

from accelgen.report.card import Card, judged_text
from accelgen.report.earlier import mark

__all__ = ["energy_table", "technologies"]

#: What a reader looks for stands before the conditions, the rest behind them.
FIRST = (("energy", "nJ per image", ",.2f"), ("cycles", "cycles", ",.1f"))
COLUMNS = (
    ("area", "area, um2", ",.0f"),
    ("kge", "logic, kGE", ",.1f"),
    ("memory", "memory, bits", ",.0f"),
    ("fmax", "fastest clock, MHz", ",.0f"),
    ("energy_mac", "MAC", ",.2f"),
    ("energy_control", "control", ",.2f"),
    ("energy_clock", "clock", ",.2f"),
    ("energy_wires", "wires", ",.2f"),
    ("energy_memory", "memory", ",.2f"),
    ("energy_leakage_logic", "leakage, logic", ",.2f"),
    ("energy_leakage_memory", "leakage, memory", ",.2f"),
)
CONDITIONS = ("form", "library", "voltage", "clock", "images")


def technologies(card: Card) -> list[str]:
    """Return the technologies that a card has energy in, in its order."""
    return [name.removesuffix("_energy") for name in card.figures if name.endswith("_energy")]


def energy_table(cards: list[Card], up: str = "") -> str:
    """Return the table, technology by technology, each from the least energy to the most.

    ``up`` leads from the page to the folder that holds ``models/``.
    """
    rows = [(name, card) for card in cards for name in technologies(card)]
    order = list(dict.fromkeys(name for name, _ in rows))
    rows.sort(key=lambda row: (order.index(row[0]), row[1].figures[f"{row[0]}_energy"].value))
    first, rest = ([head for _, head, _ in columns] for columns in (FIRST, COLUMNS))
    heads = ["model", "accuracy", *first, *CONDITIONS, *rest]
    lines = [
        heads,
        ["---", "---:", *("---:" for _ in first), *("---" for _ in CONDITIONS), *("---:" for _ in rest)],
    ]
    lines += [_row(name, card, up) for name, card in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(technology: str, card: Card, up: str) -> list[str]:
    whole = card.figures[f"{technology}_energy"]
    cells = [f"[`{card.name}`]({up}models/{card.name}/card.md)", judged_text(card)]
    cells += _values(technology, card, FIRST)
    cells += [whole.conditions[name] for name in CONDITIONS]
    return cells + _values(technology, card, COLUMNS)


def _values(technology: str, card: Card, columns: tuple[tuple[str, str, str], ...]) -> list[str]:
    """Return figures of a card in a technology, "" for one that is not there."""
    found = []
    for name, _, form in columns:
        figure = card.figures.get(f"{technology}_{name}")
        sign = mark(figure) if figure and name == "energy" else ""
        found.append(format(figure.value, form) + sign if figure else "")
    return found
