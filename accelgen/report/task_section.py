"""Of the page of a model: how well it does a task that is not classes."""

from __future__ import annotations

from accelgen.data.measures import MAIN, Measures
from accelgen.figures import WORDS
from accelgen.report.page import Block, Section, Table, Tile

__all__ = ["task_section", "task_tile"]

#: Points of a curve that are shown.
POINTS = 12


def task_tile(found: Measures, images: str) -> Tile:
    """Return the tile of the measure by which networks are compared."""
    return Tile(_text(found.main), WORDS[MAIN[found.task]], images)


def task_section(found: Measures, images: str) -> Section:
    """Return the measures of all outputs and of each and, of a threshold, what others would do."""
    every = [[WORDS.get(name, name), _text(value)] for name, value in found.figures.items()]
    blocks = [Block("Of all outputs together.", table=Table(["measure", "value"], every))]
    if found.outputs:
        names = list(found.outputs[0].figures)
        each = [[one.name, *(_text(one.figures[name]) for name in names)] for one in found.outputs]
        heads = ["output", *(WORDS.get(name, name) for name in names)]
        blocks.append(Block("By output.", table=Table(heads, each)))
    if found.roc:
        shown = found.roc[:: max(1, -(-len(found.roc) // POINTS))]
        curve = [
            [str(point.threshold), f"{point.false_positives:.2%}", f"{point.true_positives:.2%}"]
            for point in shown
        ]
        heads = ["threshold", "of no taken for yes", "of yes found"]
        blocks.append(Block("What other thresholds would do.", table=Table(heads, curve)))
    return Section("task", f"How well it does: {found.task}", f"Of {images}.", blocks)


def _text(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
