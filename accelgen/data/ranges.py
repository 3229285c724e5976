"""Which scale features have: learned from the samples that training sees, and from no others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from accelgen.network.coding import LEVELS, Coding
from accelgen.toml_checks import number, one_of, truth

__all__ = ["CodesChoice", "learn"]

Pieces = Callable[[], Iterator[np.ndarray]]

#: Values of which quantiles are taken; of more, evenly spaced samples are.
MOST_VALUES = 1 << 24


@dataclass(frozen=True, slots=True)
class CodesChoice:
    """How features become integers, ``[codes]`` of a recipe; pixels of 8 bits enter as they are.

    Attributes
    ----------
    range : "min-max", "deviation" or "quantile"
        What the codes reach over: all training values; ``deviations`` to both sides of the mean; or all but
        a share of ``quantile`` at either end. What is beyond becomes the first or last code.
    per : "auto", "feature" or "all"
        Whether each feature has a range of its own, or all have one. By default those of a table have, and
        those of pictures and series have not.
    deviations : float
        Standard deviations, 0.1 to 100.
    quantile : float
        0 to 0.25.
    signed : bool
        Whether code 0 is the middle of the range instead of its lower end. Where all features have one
        range, and values of both signs, the middle is 0.
    """

    range: Literal["min-max", "deviation", "quantile"] = "min-max"
    per: Literal["auto", "feature", "all"] = "auto"
    deviations: float = 3.0
    quantile: float = 0.01
    signed: bool = False

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        return [
            *one_of("range", self.range, ("min-max", "deviation", "quantile")),
            *one_of("per", self.per, ("auto", "feature", "all")),
            *number("deviations", self.deviations, 0.1, 100),
            *number("quantile", self.quantile, 0, 0.25),
            *truth("signed", self.signed),
        ]


def learn(choice: CodesChoice, pieces: Pieces, size: int, *, table: bool, bits: int = 8) -> Coding:
    """Return the coding of features.

    Parameters
    ----------
    choice : CodesChoice
        How.
    pieces : callable
        Returns an iterator over the samples to learn from, float64[n, features], all numbers.
    size : int
        Values of all samples, at least 1.
    table : bool
        Whether the features are those of a table.
    bits : int
        Bits of a code that enters: the middle of signed ones is in the middle of what code 0 stands for.
    """
    single = choice.per == "all" or (choice.per == "auto" and not table)

    def columns() -> Iterator[np.ndarray]:
        return (piece.reshape(-1, 1) if single else piece for piece in pieces())

    with np.errstate(over="ignore", invalid="ignore"):
        low, high = _ENDS[choice.range](choice, columns, size)
        largest = sys.float_info.max
        low, high = np.clip(low, -largest, largest), np.clip(high, -largest, largest)
        if choice.signed and single and low < 0 < high:
            high = np.maximum(high, -low)
            low = -high
        scale = high / LEVELS - low / LEVELS  # a difference of large numbers would be infinite
    # A feature that never changes has no scale: any will do.
    scale = np.where(np.isfinite(scale) & (scale >= sys.float_info.min), scale, 1.0)
    if choice.signed:
        low = low / 2 + high / 2 - scale * (LEVELS >> bits) / 2
    return Coding(tuple(low.tolist()), tuple(scale.tolist()), choice.signed)


def _least_and_most(choice: CodesChoice, columns: Pieces, size: int) -> tuple[np.ndarray, np.ndarray]:
    ends = [(piece.min(axis=0), piece.max(axis=0)) for piece in columns() if len(piece)]
    return np.min([low for low, _ in ends], axis=0), np.max([high for _, high in ends], axis=0)


def _deviations(choice: CodesChoice, columns: Pieces, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Add up mean and variance piece by piece, as Chan, Golub and LeVeque do (1979)."""
    seen, mean, squares = 0, np.zeros(1), np.zeros(1)
    for piece in columns():
        if not len(piece):
            continue
        own = piece.mean(axis=0)
        apart, whole = own - mean, seen + len(piece)
        mean = mean + apart * (len(piece) / whole)
        squares = squares + ((piece - own) ** 2).sum(axis=0) + apart**2 * (seen * len(piece) / whole)
        seen = whole
    reach = choice.deviations * np.sqrt(squares / seen)
    return np.nan_to_num(mean - reach), np.nan_to_num(mean + reach)


def _quantiles(choice: CodesChoice, columns: Pieces, size: int) -> tuple[np.ndarray, np.ndarray]:
    kept: list[np.ndarray] = []
    row, step = 0, max(1, -(-size // MOST_VALUES))
    for piece in columns():
        kept.append(piece[-row % step :: step])
        row += len(piece)
    low, high = np.quantile(np.concatenate(kept), [choice.quantile, 1 - choice.quantile], axis=0)
    return low, high


_ENDS = {"min-max": _least_and_most, "deviation": _deviations, "quantile": _quantiles}
