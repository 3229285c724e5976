"""A picture of the forms of hardware of one network: images a second against lookup tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from accelgen.report.svg import Scale, element, number, text

__all__ = ["Mark", "draw_forms"]

WIDTH, HEIGHT = 640.0, 400.0
LEFT, RIGHT, TOP, BOTTOM = 76.0, 20.0, 30.0, 46.0
#: Colour, and the sign as a path around its place.
SIGNS = {
    "folded": ("#1f4e79", "M-5,-5h10v10h-10z"),
    "pipelined": ("#c0504d", "M0,-6.5L6.5,5.5H-6.5z"),
    "unrolled": ("#2e7d5b", "M0,-6.5L6.5,0L0,6.5L-6.5,0z"),
}
INK, RULE = "#555555", "#dddddd"
FONT = "font:12px sans-serif"


@dataclass(frozen=True, slots=True)
class Mark:
    """A form of hardware in the picture.

    Attributes
    ----------
    kind : "folded", "pipelined" or "unrolled"
        Its sign.
    label : str
        What it is; shown when the mouse rests on it.
    luts, rate : float
        Lookup tables, and images a second: both above 0.
    front : bool
        Whether the line of the front goes through it.
    """

    kind: str
    label: str
    luts: float
    rate: float
    front: bool


def draw_forms(name: str, marks: Sequence[Mark], target: str, clock: float) -> str:
    """Return a picture as SVG that needs no style sheet, the same bytes for the same marks.

    Parameters
    ----------
    name : str
        Of the network.
    marks : sequence of Mark
        At least one.
    target : str
        Family of FPGAs.
    clock : float
        MHz at which images a second are counted.
    """
    x = Scale.around([mark.luts for mark in marks], LEFT, WIDTH - RIGHT, log=True)
    y = Scale.around([mark.rate for mark in marks], HEIGHT - BOTTOM, TOP, log=True)
    body = [element("rect", width=WIDTH, height=HEIGHT, fill="white"), *_frame(x, y, target, clock)]
    if line := sorted((mark for mark in marks if mark.front), key=lambda mark: mark.luts):
        path = "M" + "L".join(f"{x(mark.luts):.1f},{y(mark.rate):.1f}" for mark in line)
        body.append(element("path", d=path, fill="none", stroke=INK, stroke_dasharray="4 3"))
    for mark in marks:
        words = f"{mark.label}: {mark.luts:,.0f} LUTs, {mark.rate:,.0f} images a second"
        body.append(_sign(mark.kind, x(mark.luts), y(mark.rate), element("title", escape(words))))
    place = LEFT
    for kind in SIGNS:
        if any(mark.kind == kind for mark in marks):
            body += [_sign(kind, place + 6, 14), text(place + 18, 18, kind, fill=INK, style=FONT)]
            place += 96
    body += [
        element("path", d=f"M{place:.0f},14h22", stroke=INK, stroke_dasharray="4 3"),
        text(place + 28, 18, "front of all", fill=INK, style=FONT),
    ]
    title = element("title", escape(f"{name}: forms of hardware"))
    box = f"0 0 {WIDTH:.0f} {HEIGHT:.0f}"
    return element("svg", title + "\n".join(body), xmlns="http://www.w3.org/2000/svg", viewBox=box) + "\n"


def _sign(kind: str, x: float, y: float, title: str = "") -> str:
    color, shape = SIGNS[kind]
    return element("path", title, d=shape, fill=color, transform=f"translate({x:.1f} {y:.1f})")


def _short(value: float) -> str:
    """Return a number in a few letters: 250, 12 k, 1.5 M."""
    for unit, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= unit:
            return f"{value / unit:.4g}{letter}"
    return number(value)


def _frame(x: Scale, y: Scale, target: str, clock: float) -> list[str]:
    body, style = [], {"fill": INK, "style": FONT}
    for tick in x.ticks():
        place = x(tick)
        body.append(element("line", x1=place, x2=place, y1=TOP, y2=HEIGHT - BOTTOM, stroke=RULE))
        body.append(text(place, HEIGHT - BOTTOM + 17, _short(tick), "middle", **style))
    for tick in y.ticks():
        place = y(tick)
        body.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=place, y2=place, stroke=RULE))
        body.append(text(LEFT - 6, place + 4, _short(tick), "end", **style))
    middle = f"translate(14 {(TOP + HEIGHT - BOTTOM) / 2:.0f}) rotate(-90)"
    body.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, f"LUT4 sites, {target}", "middle", **style))
    body.append(text(0, 0, f"images a second at {clock:g} MHz", "middle", transform=middle, **style))
    return body
