"""Fronts of the models: accuracy against what it costs, beside what others published."""

from __future__ import annotations

from collections.abc import Sequence

from accelgen.report.accuracy_energy_svg import PUBLISHED
from accelgen.report.card import Card, of_mnist
from accelgen.report.charts import Anchor, Dot, scatter
from accelgen.report.energy import technologies

__all__ = ["anchors", "energy_front", "on_front", "size_front"]

TITLES = {"stored_bits": "stored bits", "synth_generic_cells": "logic, generic cells"}


def anchors() -> list[Anchor]:
    """Return what others published of energy."""
    return [Anchor(low, high, accuracy, label) for label, low, high, accuracy in PUBLISHED]


def energy_front(cards: Sequence[Card], name: str) -> str:
    """Return accuracy against energy, in the first technology that any card has; ``name`` is marked.

    What others published is of MNIST, and stands beside models of MNIST only. Nothing if no card has energy.
    """
    technology = next((found for card in cards for found in technologies(card)), None)
    if technology is None:
        return ""
    others = anchors() if all(map(of_mnist, cards)) else []
    dots = _dots(cards, name, f"{technology}_energy")
    return scatter(
        "accuracy against energy", dots, f"nJ an image, {technology}", "accuracy, %", anchors=others
    )


def size_front(cards: Sequence[Card], name: str, column: str) -> str:
    """Return accuracy against another figure of the cards; nothing if no card has it."""
    dots = _dots(cards, name, column)
    title = TITLES.get(column, column.replace("_", " "))
    return scatter(f"accuracy against {title}", dots, title, "accuracy, %") if dots else ""


def _dots(cards: Sequence[Card], name: str, column: str) -> list[Dot]:
    shown = [card for card in cards if column in card.figures and "accuracy" in card.figures]
    places = [(card.figures[column].value, 100 * card.figures["accuracy"].value) for card in shown]
    front = on_front(places)
    dots = []
    for n, (card, (x, y)) in enumerate(zip(shown, places, strict=True)):
        mine, best = card.name == name, n in front
        label = f"{card.name}: {y:.2f} %, {x:,.4g}"
        dots.append(Dot(x, y, label, "s1" if mine else "s0", named=mine or best, front=best))
    return dots


def on_front(places: Sequence[tuple[float, float]]) -> set[int]:
    """Return which places none betters: no other has less or equal ``x`` and more or equal ``y``."""
    return {
        n
        for n, (x, y) in enumerate(places)
        if not any(a <= x and b >= y and (a, b) != (x, y) for a, b in places)
    }
