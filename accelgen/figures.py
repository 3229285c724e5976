"""A measured figure: never a number without its unit, its conditions and its command."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Literal, get_args

from accelgen.errors import DataError, at

__all__ = ["Figure", "read_figures", "write_figures"]

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
        Which way is progress.
    command : str
        What to type to measure it again.
    conditions : dict of str to str
        What it holds for: lanes, images, target, tool.
    """

    name: str
    value: float
    unit: str
    better: Better
    command: str
    conditions: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise DataError(f"figure {self.name!r}: value must be a number, not {self.value!r}")
        if self.better not in get_args(Better):
            raise DataError(f"figure {self.name!r}: better must be 'higher' or 'lower', not {self.better!r}")
        for part in ("name", "unit", "command"):
            if not isinstance(text := getattr(self, part), str) or not text:
                raise DataError(f"figure {self.name!r}: {part} must be text, not {text!r}")


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
    found: dict[str, Figure] = {}
    for number, value in enumerate(values):
        with at(f"figure {number}"):
            try:
                figure = Figure(**value)
            except TypeError as error:
                raise DataError(f"does not have the fields of a figure ({error})") from error
            if figure.name in found:
                raise DataError(f"{figure.name!r} is there twice")
            found[figure.name] = figure
    return found
