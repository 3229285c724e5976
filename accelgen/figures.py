"""A measured figure: never a number without its unit, its conditions and its command."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, get_args

from accelgen.errors import DataError, at
from accelgen.reading import read_json

__all__ = ["WORDS", "Better", "Figure", "read_figures", "read_runs", "read_study", "write_figures"]

#: What people call measures whose names are abbreviations.
WORDS = {"rmse": "RMSE", "r2": "R2", "auc": "AUC", "f1": "F1"}

Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that was measured or counted.

    Attributes
    ----------
    name : str
        What it is, unique within a card: ``cycles_mean``.
    value : int or float
        The number, in ``unit``.
    unit : str
        ``1`` for shares, ``bits``, ``cycles``, ``images/s``, ``cells``, ...
    better : "higher" or "lower"
        Which of two values is better.
    command : str
        What to type to measure it again.
    conditions : dict of str to str
        What it holds for: lanes, images, target, tool.

    Raises
    ------
    DataError
        If a field has another type or range.
    """

    name: str
    value: float
    unit: str
    better: Better
    command: str
    conditions: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        if not number or not math.isfinite(self.value):
            raise DataError(f"figure {self.name!r}: value must be a number, not {self.value!r}")
        if self.better not in get_args(Better):
            raise DataError(f"figure {self.name!r}: better must be 'higher' or 'lower', not {self.better!r}")
        for part in ("name", "unit", "command"):
            if not isinstance(text := getattr(self, part), str) or not text:
                raise DataError(f"figure {self.name!r}: {part} must be text, not {text!r}")
        if not isinstance(self.conditions, dict) or not all(
            isinstance(word, str) for item in self.conditions.items() for word in item
        ):
            raise DataError(
                f"figure {self.name!r}: conditions must be texts by name, not {self.conditions!r}"
            )


def write_figures(figures: list[Figure]) -> list[dict]:
    """Return figures as JSON values, in the same order."""
    return [asdict(figure) for figure in figures]


def read_figures(values: object) -> dict[str, Figure]:
    """Return the figures of `write_figures`, by name.

    Raises
    ------
    DataError
        If one lacks a field, has an unknown one, or shares its name with another.
    """
    if not isinstance(values, list):
        raise DataError(f"figures must be a list, not {type(values).__name__}")
    figures: dict[str, Figure] = {}
    for number, value in enumerate(values):
        with at(f"figure {number}"):
            try:
                figure = Figure(**value)
            except TypeError as error:
                raise DataError(f"does not have the fields of a figure ({error})") from error
            if figure.name in figures:
                raise DataError(f"{figure.name!r} is there twice")
            figures[figure.name] = figure
    return figures


def read_runs(values: object) -> list[dict]:
    """Return the runs of a study: ``mask``, ``seed``, ``epochs`` and accuracies of each, 0 to 1.

    Raises
    ------
    DataError
        If one lacks a field, or has another type in it.
    """
    if not isinstance(values, list):
        raise DataError(f"runs must be a list, not {type(values).__name__}")
    kinds = {"mask": str, "seed": int, "epochs": int, "integration": str, "readout": str}
    needed = ("mask", "seed", "epochs", "validation_accuracy", "test_accuracy")
    for number, run in enumerate(values):
        with at(f"run {number}"):
            if not isinstance(run, dict):
                raise DataError(f"must be a table, not {type(run).__name__}")
            if missing := [name for name in needed if name not in run]:
                raise DataError(f"needs {missing[0]!r}")
            for name, value in run.items():
                wanted = int | float if name.endswith("_accuracy") else kinds.get(name, object)
                if not isinstance(value, wanted) or isinstance(value, bool):
                    raise DataError(f"{name}: must not be {value!r}")
    return values


def read_study(path: Path) -> dict:
    """Return a ``study.json``: ``recipe_sha256``, and ``runs`` as `read_runs` has them.

    Raises
    ------
    DataError
        If it cannot be read, or is no study.
    """
    with at(path):
        facts = read_json(path)
        if not isinstance(facts, dict) or not isinstance(facts.get("recipe_sha256"), str):
            raise DataError("is no study: it has no recipe_sha256")
        return {"recipe_sha256": facts["recipe_sha256"], "runs": read_runs(facts.get("runs"))}
