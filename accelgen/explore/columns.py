"""What is measured of a point: the columns of a results file, their units, and which way is better."""

from __future__ import annotations

from dataclasses import dataclass

from accelgen.families import FAMILIES

__all__ = ["FIGURES", "LUTS", "Kind", "best", "luts"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column of figures holds.

    Attributes
    ----------
    title : str
        Title for headings.
    unit : str
        ``1`` for shares.
    better : "higher" or "lower"
        Which of two values is better.
    """

    title: str
    unit: str
    better: str = "lower"

    @property
    def sign(self) -> int:
        """1 if less is better, -1 if more is."""
        return 1 if self.better == "lower" else -1


#: Figures of a point, by column. Those of areas are there for the targets that a sweep names, those of energy
#: if it names a library.
FIGURES = {
    "validation_accuracy": Kind("validation accuracy", "1", "higher"),
    "accuracy": Kind("test accuracy", "1", "higher"),
    "stored_bits": Kind("stored bits", "bits"),
    "memory_ratio": Kind("smaller than fp32", "x", "higher"),
    "cycles": Kind("cycles per image", "cycles"),
    "utilisation": Kind("utilisation", "1", "higher"),
    "operations": Kind("additions per image", "additions"),
    "memory_bits": Kind("memory bits", "bits"),
    "generic_cells": Kind("logic, generic cells", "cells"),
    "generic_flip_flops": Kind("flip-flops", "flip-flops"),
    "generic_transistors": Kind("transistors", "transistors"),
    **{
        f"{family.name}_{cell.name.lower()}": Kind(f"{cell.title}, {family.name}", cell.title)
        for family in FAMILIES.values()
        for cell in family.cells
        if cell.title
    },
    "nj": Kind("energy per image", "nJ"),
    "area_um2": Kind("area", "um2"),
    "clock_mhz": Kind("clock of the energy", "MHz", "higher"),
    "train_seconds": Kind("training", "s"),
    "measure_seconds": Kind("measuring", "s"),
}

#: Columns of LUTs, in the order in which a budget of LUTs looks for them.
LUTS = tuple(f"{family.name}_{family.luts.lower()}" for family in FAMILIES.values())


def best(column: str, values: list[float]) -> float:
    """Return the best of ``values`` of a column."""
    return min(values, key=lambda value: FIGURES[column].sign * value)


def luts(row: dict) -> int | None:
    """Return the LUTs of a row, of the first family it was mapped to."""
    return next((row[name] for name in LUTS if row.get(name) is not None), None)
