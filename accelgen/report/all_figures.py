"""Every figure of a card as a section of a page: those that hold for the same conditions stand together."""

from __future__ import annotations

from html import escape

from accelgen.figures import Figure
from accelgen.report.card import Card, value_text
from accelgen.report.page import Block, Section, Table

__all__ = ["every_figure"]

Conditions = tuple[str, tuple[tuple[str, str], ...]]


def every_figure(card: Card) -> Section:
    """Return all figures: a table for each command and set of conditions, in the order of the card."""
    groups: dict[Conditions, list[Figure]] = {}
    for figure in card.figures.values():
        groups.setdefault((figure.command, tuple(figure.conditions.items())), []).append(figure)
    lead = "With what it holds for, and what measures it again."
    return Section("card", "Every figure", lead, [_group(*key, found) for key, found in groups.items()])


def _group(command: str, conditions: tuple[tuple[str, str], ...], found: list[Figure]) -> Block:
    words = ", ".join(f"{name} {value}" for name, value in conditions)
    rows = [[figure.name.replace("_", " "), value_text(figure)] for figure in found]
    return Block(
        f"{words}." if words else "",
        f"<p><code>{escape(command)}</code></p>",
        Table(["figure", "value"], rows),
    )
