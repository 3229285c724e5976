"""The front: accuracy against energy of all models, in one technology, beside what others published."""

from __future__ import annotations

import io

from accelgen.optional import needed
from accelgen.report.card import Card

__all__ = ["FRONT", "draw_front"]

FRONT = "front.svg"
INK, ACCENT, PAPER = "#1f4e79", "#c0504d", "#7f7f7f"

#: What others state: label, least and most nJ of an image, accuracy in percent.
PUBLISHED = (
    ("Yin et al., 2018: 3 bits, 8x (40 nm)", 20.0, 20.0, 98.4),
    ("Yin et al., 2017: spiking (40 nm)", 48.4, 773.0, 98.0),
)


def draw_front(cards: list[Card], technology: str) -> str | None:
    """Return the picture as SVG, the same bytes for the same cards; None without a card in ``technology``.

    The area of a point is that of the silicon, cells and memories.
    """
    with needed():
        import matplotlib as mpl
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure as Drawing

    shown = [card for card in cards if f"{technology}_energy" in card.figures]
    if not shown:
        return None
    # Text stays text, and names inside the file come from its content, not from a dice.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": technology, "font.size": 9}):
        drawing = Drawing(figsize=(7.2, 3.8), layout="constrained")
        axes = drawing.subplots()
        for card in shown:
            energy, accuracy = (
                card.figures[f"{technology}_energy"].value,
                100 * card.figures["accuracy"].value,
            )
            area = card.figures[f"{technology}_area"].value
            color = ACCENT if "timesteps" in card.figures else INK
            axes.scatter([energy], [accuracy], s=area / 2500, color=color, alpha=0.55)
            axes.annotate(
                card.name, (energy, accuracy), xytext=(0, 9), textcoords="offset points", ha="center"
            )
        for label, least, most, accuracy in PUBLISHED:
            axes.plot([least, most], [accuracy, accuracy], "x-", color=PAPER)
            axes.annotate(
                label, (most, accuracy), xytext=(0, -13), textcoords="offset points", ha="right", color=PAPER
            )
        axes.set(xscale="log", xlabel=f"nJ of an image, {technology}", ylabel="accuracy, %")
        axes.margins(x=0.12, y=0.15)
        axes.grid(alpha=0.3, which="both")
        text = io.StringIO()
        FigureCanvasSVG(drawing).print_svg(text, metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"
