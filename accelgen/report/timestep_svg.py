"""The picture of a spiking model's card: what each timestep adds to its accuracy."""

from __future__ import annotations

import io

from accelgen.figures import Figure
from accelgen.optional import needed

__all__ = ["PICTURE", "accuracy_by_timestep", "draw"]

PICTURE = "accuracy.svg"
INK, ACCENT = "#1f4e79", "#c0504d"


def accuracy_by_timestep(figures: dict[str, Figure]) -> list[float]:
    """Return the accuracy after each timestep, 0 to 1; nothing for a model without time."""
    found: list[float] = []
    while figure := figures.get(f"accuracy_after_{len(found) + 1}"):
        found.append(figure.value)
    return found


def draw(name: str, figures: dict[str, Figure]) -> str:
    """Return the picture as SVG, the same bytes for the same figures.

    Parameters
    ----------
    name : str
        The model.
    figures : dict of str to Figure
        With ``accuracy_after_1`` and so on; those of early stop are marked if they are there.
    """
    with needed():
        import matplotlib as mpl
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure as Drawing

    shares = accuracy_by_timestep(figures)
    # Text stays text, and names inside the file come from its content, not from a dice.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "font.size": 9}):
        drawing = Drawing(figsize=(5.2, 2.6), layout="constrained")
        axes = drawing.subplots()
        steps = range(1, len(shares) + 1)
        axes.plot(steps, [100 * share for share in shares], "o-", color=INK, label="after each timestep")
        if stop := figures.get("early_stop_timesteps"):
            accuracy = 100 * figures["early_stop_accuracy"].value
            axes.plot([stop.value], [accuracy], "D", color=ACCENT, label="stopping early, on average")
        axes.set(xlabel="timesteps", ylabel="accuracy, %", title=name)
        axes.set_xticks(steps)
        axes.grid(alpha=0.3)
        axes.legend(loc="lower right", frameon=False)
        text = io.StringIO()
        FigureCanvasSVG(drawing).print_svg(text, metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"
