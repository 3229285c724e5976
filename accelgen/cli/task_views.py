"""What people see of tasks that are not classes: what scores stand for, and how well a network does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from accelgen.cli.output import rows
from accelgen.figures import WORDS

if TYPE_CHECKING:  # the front door loads no numpy
    from accelgen.data.measures import Measures, OutputMeasures
    from accelgen.network import Task
    from accelgen.steps.evaluation import Evaluation

__all__ = ["figures_line", "meaning", "tasked"]

#: Outputs, and points of a curve, that are shown; all are in the JSON.
SHOWN, POINTS = 20, 8


def meaning(task: Task | None) -> dict[str, str]:
    """Return what scores stand for, as a name and its value; nothing where they are those of classes."""
    if task is None:
        return {}
    each = ", of each score i: --json shows all" if "[i]" in task.formula() else ""
    return {"task": task.kind, "score": task.formula() + each}


def figures_line(found: Measures) -> str:
    """Return the measures of all outputs together, in a line."""
    return ", ".join(f"{WORDS.get(name, name)} {_text(value)}" for name, value in found.figures.items())


def tasked(evaluation: Evaluation) -> None:
    """Show what `steps.evaluate` measured of a network without classes."""
    images = f"{evaluation.images:,} images ({evaluation.data})"
    if (found := evaluation.measures) is None:
        click.echo(f"{evaluation.name}: {images}, of which nobody says what is right")
        _outputs(evaluation.said)
        return
    click.echo(f"{evaluation.name}: {figures_line(found)} of {images}")
    if len(found.outputs) > 1:
        _outputs(found.outputs)
    if found.roc:
        step = max(1, -(-len(found.roc) // POINTS))
        rows(
            ["threshold", "of no taken for yes", "of yes found"],
            [
                [point.threshold, f"{point.false_positives:.2%}", f"{point.true_positives:.2%}"]
                for point in found.roc[::step]
            ],
        )
        if step > 1:
            click.echo(f"{len(found.roc):,} thresholds were tried: --json shows all")


def _outputs(outputs: tuple[OutputMeasures, ...]) -> None:
    names = list(outputs[0].figures)
    rows(
        ["output", *(WORDS.get(name, name) for name in names)],
        [[one.name, *(_text(one.figures[name]) for name in names)] for one in outputs[:SHOWN]],
    )
    if len(outputs) > SHOWN:
        click.echo(f"and {len(outputs) - SHOWN:,} more: --json shows all")


def _text(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
