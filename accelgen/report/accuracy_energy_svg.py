"""The front: accuracy against energy of the MNIST models in one technology, beside what others published."""

from __future__ import annotations

import io
import math

from accelgen.optional import needed
from accelgen.report.card import Card, of_mnist

__all__ = ["FRONT", "draw_front"]

FRONT = "front.svg"
INK, ACCENT, PAPER = "#1f4e79", "#c0504d", "#7f7f7f"

#: What others state: label, least and most nJ of an image, accuracy in percent.
PUBLISHED = (
    ("Yin et al., 2018: 3 bits, 8x (40 nm)", 20.0, 20.0, 98.4),
    ("Yin et al., 2017: spiking (40 nm)", 48.4, 773.0, 98.0),
)


#: Axes in points, about: what labels are kept apart by.
WIDE, HIGH = 440.0, 210.0
SIGN, LINE = 5.2, 10.0
#: Where a label may stand beside its point: right, up, and which end of it is meant; the first that is free.
PLACES = (
    (0, 9, "center"), (0, -17, "center"), (10, -4, "left"), (-10, -4, "right"), (0, 20, "center"),
    (0, -28, "center"), (12, 12, "left"), (-12, 12, "right"), (12, -20, "left"), (-12, -20, "right"),
)  # fmt: skip

Box = tuple[float, float, float, float]


def draw_front(cards: list[Card], technology: str) -> str | None:
    """Return the picture as SVG, the same bytes for the same cards; None without a card in ``technology``.

    It shows models of MNIST, since what others published is of MNIST. The area of a point is that of the
    silicon, cells and memories.
    """
    with needed():
        import matplotlib as mpl
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure as Drawing

    shown = [card for card in cards if f"{technology}_energy" in card.figures and of_mnist(card)]
    if not shown:
        return None
    points = [
        (card.figures[f"{technology}_energy"].value, 100 * card.figures["accuracy"].value) for card in shown
    ]
    ends = [(end, accuracy) for _, *both, accuracy in PUBLISHED for end in both]
    left, right, low, high = _limits([*points, *ends])
    # Text stays text, and names inside the file come from its content, not from a dice.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": technology, "font.size": 9}):
        drawing = Drawing(figsize=(7.2, 3.8), layout="constrained")
        axes = drawing.subplots()
        for card, (energy, accuracy) in zip(shown, points, strict=True):
            area = card.figures[f"{technology}_area"].value
            color = ACCENT if "timesteps" in card.figures else INK
            axes.scatter([energy], [accuracy], s=area / 2500, color=color, alpha=0.55)
        for _, least, most, accuracy in PUBLISHED:
            axes.plot([least, most], [accuracy, accuracy], "x-", color=PAPER)
        labels = [(card.name, point, INK) for card, point in zip(shown, points, strict=True)]
        labels += [(label, (most, accuracy), PAPER) for label, _, most, accuracy in PUBLISHED]
        dots = [_placed(point, left, right, low, high) for point in [*points, *ends]]
        taken: list[Box] = [(x - 6, y - 6, x + 6, y + 6) for x, y in dots]
        for text, point, color in labels:
            x, y, side = _free(text, _placed(point, left, right, low, high), taken)
            axes.annotate(text, point, xytext=(x, y), textcoords="offset points", ha=side, color=color)
        axes.set(xscale="log", xlabel=f"nJ of an image, {technology}", ylabel="accuracy on MNIST, %")
        axes.set(xlim=(left, right), ylim=(low, high))
        axes.grid(alpha=0.3, which="both")
        written = io.StringIO()
        FigureCanvasSVG(drawing).print_svg(written, metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def _limits(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Return the ends of both axes, with room for labels around the points."""
    energies, accuracies = zip(*points, strict=True)
    room = (max(energies) / min(energies)) ** 0.14
    margin = 0.2 * (max(accuracies) - min(accuracies)) + 0.1
    return min(energies) / room, max(energies) * room, min(accuracies) - margin, max(accuracies) + margin


def _placed(
    point: tuple[float, float], left: float, right: float, low: float, high: float
) -> tuple[float, float]:
    """Return where a point is, in printer's points from the lower left corner of the axes."""
    across = math.log(point[0] / left) / math.log(right / left)
    return WIDE * across, HIGH * (point[1] - low) / (high - low)


def _free(words: str, point: tuple[float, float], taken: list[Box]) -> tuple[float, float, str]:
    """Return the first of `PLACES` in which a label hides nothing, and note what it takes."""
    boxes = []
    for x, y, side in PLACES:
        wide = SIGN * len(words)
        start = point[0] + x - {"left": 0, "center": wide / 2, "right": wide}[side]
        bottom = point[1] + y
        boxes.append((start, bottom, start + wide, bottom + LINE))
    hidden = [
        sum(_overlap(box, other) for other in taken) + 1000 * (box[0] < 0 or box[2] > WIDE) for box in boxes
    ]
    best = hidden.index(min(hidden))
    taken.append(boxes[best])
    return PLACES[best]


def _overlap(a: Box, b: Box) -> float:
    """Return the area that two boxes share."""
    across, up = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(across, 0.0) * max(up, 0.0)
