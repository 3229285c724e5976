"""The charts of a page: points, bars, counts, a table of colours."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from html import escape

import numpy as np

from accelgen.report.svg import WIDTH, Scale, drawing, element, number, strip, text

__all__ = ["Anchor", "Dot", "bars", "heat", "histogram", "legend", "scatter"]

LEFT, RIGHT, TOP, BOTTOM = 52, 14, 14, 44
LETTER = 7  # about the width of a letter of a tick


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a `scatter`.

    Attributes
    ----------
    x, y : float
        Where.
    label : str
        What it is; shown when the mouse rests on it.
    color : str
        Class of the style sheet.
    named : bool
        Whether the label stands beside it.
    front : bool
        Whether the line of the front goes through it.
    """

    x: float
    y: float
    label: str
    color: str = "s0"
    named: bool = False
    front: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    """What others published: one place, or from one ``x`` to another."""

    low: float
    high: float
    y: float
    label: str


def scatter(
    title: str,
    dots: Sequence[Dot],
    x_name: str,
    y_name: str,
    *,
    anchors: Sequence[Anchor] = (),
    log: bool = True,
    height: float = 340,
) -> str:
    """Return points in two dimensions, with a line through the front and the anchors that were published."""
    xs = [dot.x for dot in dots] + [end for anchor in anchors for end in (anchor.low, anchor.high)]
    ys = [dot.y for dot in dots] + [anchor.y for anchor in anchors]
    x = Scale.around(xs, LEFT, WIDTH - RIGHT, log=log)
    y = Scale.around(ys, height - BOTTOM, TOP)
    body = _frame(x, y, x_name, y_name, height)
    line = sorted((dot for dot in dots if dot.front), key=lambda dot: dot.x)
    if len(line) > 1:
        path = "M" + "L".join(f"{x(dot.x):.1f},{y(dot.y):.1f}" for dot in line)
        body.append(element("path", d=path, class_="front"))
    for anchor in anchors:
        low, high, place = x(anchor.low), x(anchor.high), y(anchor.y)
        body.append(element("line", x1=low, x2=high, y1=place, y2=place, class_="anchor"))
        for end in {low, high}:
            cross = f"M{end - 4:.1f},{place - 4:.1f}l8,8m0,-8l-8,8"
            body.append(element("path", element("title", escape(anchor.label)), d=cross, class_="anchor"))
        end = high > WIDTH / 2
        body.append(
            text(high if end else low, place + 17, anchor.label, "end" if end else "start", class_="note")
        )
    for dot in dots:
        cx, cy = x(dot.x), y(dot.y)
        body.append(
            element(
                "circle", element("title", escape(dot.label)), cx=cx, cy=cy, r=5, class_=f"dot {dot.color}"
            )
        )
        if dot.named:
            end = cx > WIDTH * 0.62
            place = cx - 8 if end else cx + 8
            body.append(
                text(place, cy - 7, dot.label.split(":")[0], "end" if end else "start", class_="name")
            )
    return drawing(title, height, body)


def _frame(x: Scale, y: Scale, x_name: str, y_name: str, height: float) -> list[str]:
    body = []
    for tick in y.ticks():
        place = y(tick)
        body.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=place, y2=place, class_="rule"))
        body.append(text(LEFT - 7, place + 4, number(tick), "end", class_="tick"))
    for tick in x.ticks():
        place = x(tick)
        body.append(element("line", x1=place, x2=place, y1=TOP, y2=height - BOTTOM, class_="rule"))
        body.append(text(place, height - BOTTOM + 17, number(tick), "middle", class_="tick"))
    body.append(text((LEFT + WIDTH - RIGHT) / 2, height - 6, x_name, "middle", class_="axis"))
    middle = (TOP + height - BOTTOM) / 2
    body.append(
        text(0, 0, y_name, "middle", class_="axis", transform=f"translate(13 {middle:.0f}) rotate(-90)")
    )
    return body


def histogram(
    title: str, values: Sequence[float], counts: Sequence[float], unit: str, color: str = "s0"
) -> str:
    """Return how often each value is: a bar for each, with its share when the mouse rests on it."""
    height, width = 170, 260
    total, most = sum(counts) or 1, max(counts) or 1
    step = (width - 16) / len(values)
    every = max(-(-len(values) // 9), 1)
    body = [element("line", x1=8, x2=width - 8, y1=height - 34, y2=height - 34, class_="base")]
    for n, (value, count) in enumerate(zip(values, counts, strict=True)):
        tall = (height - 54) * count / most
        x = 8 + n * step
        label = element("title", f"{value}: {count / total:.1%}")
        body.append(
            element(
                "rect",
                label,
                x=x + step * 0.1,
                y=height - 34 - tall,
                width=step * 0.8,
                height=tall,
                class_=color,
            )
        )
        if n % every == 0:
            body.append(text(x + step / 2, height - 18, str(value), "middle", class_="tick"))
        if len(values) <= 8:
            body.append(
                text(x + step / 2, height - 38 - tall, f"{count / total:.0%}", "middle", class_="tick")
            )
    body.append(text(width / 2, height - 3, unit, "middle", class_="axis"))
    return drawing(title, height, body, width)


def bars(title: str, parts: Sequence[tuple[str, float]], unit: str) -> str:
    """Return one bar of all parts, widest first as they come, each with its colour."""
    total = sum(value for _, value in parts) or 1
    body, start = [], 0.0
    for n, (name, value) in enumerate(parts):
        label = element("title", f"{escape(name)}: {value:.3g} {unit}, {value / total:.1%}")
        share = 1000 * value / total
        body.append(element("rect", label, x=start, y=0, width=share, height=10, class_=f"s{n % 8}"))
        start += share
    return strip(title, 1000, 10, body, "strip bar")


def heat(
    title: str,
    grid: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    row_name: str,
    column_name: str,
    *,
    form: str = "{:.2f}",
    marked: Set[tuple[int, int]] = frozenset(),
    log: bool = False,
) -> str:
    """Return a table of numbers on a ground that is the stronger the larger they are.

    Parameters
    ----------
    title : str
        What it shows.
    grid : float[rows, columns]
        NaN where there is nothing.
    rows, columns : sequence of str
        Names.
    row_name, column_name : str
        What these are.
    form : str
        How a number is written.
    marked : set of (row, column)
        Cells with a frame.
    log : bool
        Whether the ground goes by the logarithm.
    """
    left = max(60, 30 + LETTER * max(map(len, rows)))
    wide = (WIDTH - left - 8) / len(columns)
    longest = LETTER * max(map(len, columns))
    upright = longest > wide  # names that are wider than their columns stand on their ends
    top = 46 + (longest if upright else 0)
    tall = min(wide, 40)
    height = top + tall * len(rows) + 6
    aside = f"translate(12 {top + tall * len(rows) / 2:.0f}) rotate(-90)"
    body = [
        text(left + wide * len(columns) / 2, 14, column_name, "middle", class_="axis"),
        text(0, 0, row_name, "middle", class_="axis", transform=aside),
    ]
    strength = _strength(grid, log)
    for c, name in enumerate(columns):
        x = left + wide * (c + 0.5)
        if upright:
            turned = f"translate({x + 4:.1f} {top - 6}) rotate(-90)"
            body.append(text(0, 0, name, "start", class_="tick", transform=turned))
        else:
            body.append(text(x, top - 10, name, "middle", class_="tick"))
    for r, name in enumerate(rows):
        body.append(text(left - 6, top + tall * (r + 0.5) + 4, name, "end", class_="tick"))
        for c in range(len(columns)):
            if np.isnan(grid[r, c]):
                continue
            x, y, share = left + wide * c, top + tall * r, float(strength[r, c])
            words = f"{row_name} {name}, {column_name} {columns[c]}: {form.format(grid[r, c])}"
            label = element("title", escape(words))
            box = {"x": x + 1, "y": y + 1, "width": wide - 2, "height": tall - 2}
            body.append(element("rect", label, **box, class_="cell", fill_opacity=share))
            if (r, c) in marked:
                body.append(element("rect", x=x + 2, y=y + 2, width=wide - 4, height=tall - 4, class_="mark"))
            inked = "on" if share > 0.55 else "off"
            body.append(
                text(
                    x + wide / 2, y + tall / 2 + 4, form.format(grid[r, c]), "middle", class_=f"value {inked}"
                )
            )
    return drawing(title, height, body)


def _strength(grid: np.ndarray, log: bool) -> np.ndarray:
    values = np.log(np.maximum(grid, 1)) if log else grid
    low, high = np.nanmin(values), np.nanmax(values)
    return 0.06 + 0.86 * (values - low) / (high - low if high > low else 1)


def legend(entries: Sequence[tuple[str, str]]) -> str:
    """Return which colour stands for what, as HTML below a picture."""
    items = "".join(
        f'<li class="{color}"><i></i><span>{escape(words)}</span></li>' for color, words in entries
    )
    return f'<ul class="key">{items}</ul>'
