"""The picture of a grid of precision and compression, for the docs: the same bytes for the same results."""

from __future__ import annotations

import io

from accelgen.explore.front import BITS, COMPRESSION, front
from accelgen.explore.results import Results
from accelgen.optional import needed

__all__ = ["PLOT", "draw"]

PLOT = "plot.svg"
COLORS = ("#1f5f8b", "#c4572f", "#2e7d5b", "#8a5aa8")
GREY = "#7f7f7f"


def draw(results: Results) -> str | None:
    """Return accuracy by compression and by stored bits, a line for each precision; None for other sweeps."""
    cells = results.cells
    if not cells or not all(BITS in cell.choices and COMPRESSION in cell.choices for cell in cells):
        return None
    with needed():
        import matplotlib as mpl
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure as Drawing

    # Text stays text, and names inside the file come from its content, not from a random number.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": results.sweep.name, "font.size": 9}):
        drawing = Drawing(figsize=(8.4, 3.4), layout="constrained")
        by_compression, by_size = drawing.subplots(1, 2, sharey=True)
        for n, bits in enumerate(sorted({cell.choices[BITS] for cell in cells})):
            line = [cell for cell in cells if cell.choices[BITS] == bits]
            line.sort(key=lambda cell: cell.choices[COMPRESSION])
            shares = [100 * cell.figures["accuracy"] for cell in line]
            ends = [[100 * end for end in cell.spread["accuracy"]] for cell in line]
            errors = [[y - low for y, (low, _) in zip(shares, ends, strict=True)],
                      [high - y for y, (_, high) in zip(shares, ends, strict=True)]]  # fmt: skip
            style = {"color": COLORS[n % len(COLORS)], "marker": "o", "markersize": 4, "capsize": 2}
            compressions = [cell.choices[COMPRESSION] for cell in line]
            by_compression.errorbar(compressions, shares, errors, label=f"{bits} bit", **style)
            by_size.errorbar([cell.figures["stored_bits"] for cell in line], shares, errors, **style)
        best = front(cells, ("validation_accuracy", "stored_bits"))
        by_size.plot(
            [cell.figures["stored_bits"] for cell in best],
            [100 * cell.figures["accuracy"] for cell in best],
            "s",
            color=GREY,
            markerfacecolor="none",
            markersize=9,
            label="on the front, by the validation images",
        )
        by_compression.set(xscale="log", xlabel="compression", ylabel="accuracy, %")
        ticks = sorted({cell.choices[COMPRESSION] for cell in cells})
        by_compression.set_xticks(ticks, [f"{tick}x" for tick in ticks])
        by_compression.minorticks_off()
        by_size.set(xscale="log", xlabel="stored bits")
        for axes in (by_compression, by_size):
            axes.grid(alpha=0.3)
            axes.legend(loc="lower left" if axes is by_compression else "lower right", frameon=False)
        text = io.StringIO()
        FigureCanvasSVG(drawing).print_svg(text, metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"
