"""What the rows of a sweep show: means over seeds, the front, and what two techniques buy together.

Points are told apart and chosen by the validation images; the accuracy on the test images is shown beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from accelgen.explore.axes import Value
from accelgen.explore.columns import FIGURES
from accelgen.explore.store import DONE

__all__ = ["BITS", "COMPRESSION", "Bargain", "Cell", "bargains", "cells", "front"]

BITS, COMPRESSION = "weight_bits", "compression"
JUDGE = "validation_accuracy"


@dataclass(frozen=True, slots=True)
class Cell:
    """A point, over its seeds.

    Attributes
    ----------
    point : str
        Its digest.
    choices : dict
        The values of the axes.
    seeds : tuple of int
        Seeds that were measured.
    figures : dict of str to float
        Means over the seeds that have them.
    spread : dict of str to (float, float)
        Least and greatest value over the seeds.
    """

    point: str
    choices: dict[str, Value]
    seeds: tuple[int, ...]
    figures: dict[str, float]
    spread: dict[str, tuple[float, float]]

    def __str__(self) -> str:
        return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in self.choices.items())


def cells(rows: Iterable[dict], axes: Sequence[str]) -> list[Cell]:
    """Return the points of the rows that did not fail, in the order of their choices."""
    groups: dict[str, list[dict]] = {}
    for row in rows:
        if row["status"] == DONE:
            groups.setdefault(row["point"], []).append(row)
    points = []
    for digest, group in groups.items():
        values = {name: [row[name] for row in group if name in row] for name in FIGURES}
        values = {name: numbers for name, numbers in values.items() if numbers}
        points.append(
            Cell(
                digest,
                {name: group[0][name] for name in axes if name in group[0]},
                tuple(sorted(row["seed"] for row in group)),
                {name: fmean(numbers) for name, numbers in values.items()},
                {name: (min(numbers), max(numbers)) for name, numbers in values.items()},
            )
        )
    return sorted(points, key=lambda cell: [(str(type(v)), v) for v in cell.choices.values()])


def front(points: Sequence[Cell], columns: Sequence[str]) -> list[Cell]:
    """Return the cells that none betters in all ``columns`` at once, best in the first column first.

    Cells without one of the figures are left out.
    """
    known = [cell for cell in points if all(name in cell.figures for name in columns)]

    def costs(cell: Cell) -> list[float]:
        return [FIGURES[name].sign * cell.figures[name] for name in columns]

    def bettered(cell: Cell, by: Cell) -> bool:
        pairs = list(zip(costs(by), costs(cell), strict=True))
        return all(one <= other for one, other in pairs) and any(one < other for one, other in pairs)

    kept = [cell for cell in known if not any(bettered(cell, other) for other in known)]
    return sorted(kept, key=costs)


@dataclass(frozen=True, slots=True)
class Bargain:
    """The least that each way of making a network small costs, at some loss of accuracy.

    Attributes
    ----------
    floor : float
        Least validation accuracy.
    whole : Cell
        Most bits, nothing compressed: what is compared with.
    precision, compression, both : Cell or None
        The cell with the fewest stored bits that reaches the floor: with fewer bits alone, compressed alone,
        and whatever the combination. None if none does.
    """

    floor: float
    whole: Cell
    precision: Cell | None
    compression: Cell | None
    both: Cell | None

    def gain(self, name: str) -> float | None:
        """Return how many times less of a figure the combination costs than the better technique alone."""
        alone = [cell.figures[name] for cell in (self.precision, self.compression) if cell]
        return min(alone) / self.both.figures[name] if alone and self.both else None


def bargains(points: Sequence[Cell], losses: Sequence[float] = (0.0025, 0.005, 0.01)) -> list[Bargain]:
    """Return what the combination buys, for each loss of validation accuracy (1 is all of it).

    Nothing if the cells do not vary in both bits and compression, or vary in more.
    """
    axes = {BITS, COMPRESSION}
    varied = {n for cell in points for n in cell.choices if len({str(c.choices.get(n)) for c in points}) > 1}
    if varied != axes:
        return []
    most = max(cell.choices[BITS] for cell in points)
    by = {(cell.choices[BITS], cell.choices[COMPRESSION]): cell for cell in points}
    if (whole := by.get((most, 1))) is None:
        return []
    alone = {
        "precision": [cell for cell in points if cell.choices[COMPRESSION] == 1],
        "compression": [cell for cell in points if cell.choices[BITS] == most],
        "both": list(points),
    }
    return [
        Bargain(floor, whole, **{technique: _smallest(cells, floor) for technique, cells in alone.items()})
        for floor in (whole.figures[JUDGE] - loss for loss in losses)
    ]


def _smallest(points: Sequence[Cell], floor: float) -> Cell | None:
    good = [cell for cell in points if cell.figures[JUDGE] >= floor]
    return min(good, key=lambda cell: cell.figures["stored_bits"], default=None)
