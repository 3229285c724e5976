"""Pictures as SVG, written by hand: they take their colours from the page, light or dark, and have titles.

A colour is the name of a class of the page's style sheet: ``s0`` to ``s5`` for series, ``ink``, ``muted`` and
``rule`` for the rest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Scale", "drawing", "element", "number", "strip", "text"]

#: A drawing is as wide, in its own units, as a telephone; it is shown larger where there is room.
WIDTH = 460


def element(name: str, content: str = "", **attributes: object) -> str:
    """Return an element; ``class_`` and ``stroke_width`` are written as XML has them, None is left out."""
    named = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{named}>{content}</{name}>" if content else f"<{name}{named}/>"


def text(x: float, y: float, words: str, anchor: str = "start", **attributes: object) -> str:
    """Return words at a place."""
    return element("text", escape(words), x=x, y=y, text_anchor=anchor, **attributes)


def drawing(
    title: str, height: float, body: Iterable[str], width: float = WIDTH, description: str = ""
) -> str:
    """Return a drawing that keeps its shape.

    Parameters
    ----------
    title, description : str
        What it shows, for who cannot see it, and when the mouse rests on it.
    height, width : float
        In its own units.
    body : iterable of str
        Elements.
    """
    return _svg(title, description, "".join(body), width, height, class_="drawing")


def strip(title: str, width: float, height: float, body: Iterable[str], class_: str = "strip") -> str:
    """Return a drawing without words, stretched to the room that it has."""
    return _svg(title, "", "".join(body), width, height, class_=class_, preserveAspectRatio="none")


def _svg(title: str, description: str, body: str, width: float, height: float, **attributes: object) -> str:
    head = element("title", escape(title)) + (element("desc", escape(description)) if description else "")
    box = f"0 0 {_value(width)} {_value(height)}"
    return element("svg", head + body, viewBox=box, role="img", aria_label=title, **attributes)


def number(value: float) -> str:
    """Return a number as people read it: 1,234 or 0.0123 or 45.6."""
    if value == 0:
        return "0"
    if abs(value) >= 1000 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return escape(str(value), quote=True)


@dataclass(frozen=True, slots=True)
class Scale:
    """From numbers to places, evenly or by their logarithms.

    Attributes
    ----------
    low, high : float
        Ends of the numbers.
    start, end : float
        Where these are.
    log : bool
        Whether by logarithms.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    @classmethod
    def around(
        cls, values: Sequence[float], start: float, end: float, *, log: bool = False, zero: bool = False
    ) -> Scale:
        """Return a scale with a little room around ``values``, and from 0 on if ``zero``."""
        low, high = min(values), max(values)
        if log:
            room = max((high / low) ** 0.08, 1.1)
            return cls(low / room, high * room, start, end, True)
        room = 0.08 * (high - low) or abs(high) * 0.05 or 1
        return cls(0.0 if zero else low - room, high + room, start, end)

    def __call__(self, value: float) -> float:
        if self.log:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, count: int = 5) -> list[float]:
        """Return round numbers between the ends, about ``count``; even steps, unless there are decades."""
        if self.log:
            powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            for steps in ((1,), (1, 3), (1, 2, 5)):
                found = [m * 10.0**p for p in powers for m in steps if self.low <= m * 10.0**p <= self.high]
                if len(found) >= 3:
                    return found[:: max(len(found) // count, 1)]
        rough = (self.high - self.low) / count
        unit = 10.0 ** math.floor(math.log10(rough))
        step = next(unit * m for m in (1, 2, 2.5, 5, 10) if unit * m >= rough)
        first = math.ceil(self.low / step)
        return [round(n * step, 12) for n in range(first, math.floor(self.high / step) + 1)]
