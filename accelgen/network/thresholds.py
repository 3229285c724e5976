"""Thresholds: a second rule for layers that requantise, for sums that no shift can turn into activations.

A channel with the thresholds t[0] <= t[1] <= ... gives the number of them that its sum has reached,

    y[o] = #{k : acc[o] >= t[o, k]}

so ``2**bits - 1`` thresholds give activations of ``bits`` bits. Scales, biases and batch normalisation of any
real numbers become such thresholds exactly. The last of them may be out of reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from accelgen.errors import InvalidNetwork, at
from accelgen.network.fields import whole
from accelgen.network.multiply import Multiply
from accelgen.network.rule import Requantise, Rule
from accelgen.values import shown

__all__ = ["THRESHOLD_LIMIT", "Thresholds", "rules_of"]

#: No threshold is as large: it is an integer of 32 bits, as a score is.
THRESHOLD_LIMIT = 1 << 31
MOST_BITS = 8


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How an accumulator becomes an activation: the number of thresholds that it has reached.

    Attributes
    ----------
    levels : tuple of tuple of int
        ``2**bits - 1`` thresholds, ascending, equal ones side by side, below 2**31 in magnitude: a row for
        each channel, or one row that serves all.

    Raises
    ------
    InvalidNetwork
        If a threshold is no integer of Python or numpy, or out of its range, or rows are not as they must be.
    """

    field: ClassVar[str] = "thresholds"
    part: ClassVar[str] = "thresholds"
    facts: ClassVar[tuple[str, ...]] = ("activation_bits", "thresholds")

    levels: tuple[tuple[int, ...], ...]

    def __post_init__(self):
        with at("levels"):
            if not isinstance(self.levels, tuple | list) or not self.levels:
                raise InvalidNetwork(f"must be rows of thresholds, not {shown(self.levels)}")
            rows = tuple(_row(number, row) for number, row in enumerate(self.levels))
            if any(len(row) != len(rows[0]) for row in rows):
                raise InvalidNetwork("every row must have as many thresholds as the others")
        object.__setattr__(self, "levels", rows)

    @property
    def bits_out(self) -> int:
        """Bits of an activation."""
        return len(self.levels[0]).bit_length()

    @property
    def columns(self) -> list[tuple[int, ...]]:
        """The first threshold of each row, then the second, and so on."""
        return list(zip(*self.levels, strict=True))

    def check_fits(self, outputs: int) -> None:
        """Raise `InvalidNetwork` unless there is one row, or one for each of ``outputs`` channels."""
        if len(self.levels) not in (1, outputs):
            raise InvalidNetwork(f"levels: must be one row or {outputs}, not {len(self.levels)}")

    def stored_bits(self) -> int:
        """Return the bits of all thresholds; one that is alike in all channels is stored once."""
        width = 1 + max((~t if t < 0 else t).bit_length() for row in self.levels for t in row)
        return width * sum(len(column) if len(set(column)) > 1 else 1 for column in self.columns)

    def describe(self) -> dict[str, int | str]:
        """Return the bits of an activation, and how many thresholds there are."""
        return {"activation_bits": self.bits_out, "thresholds": len(self.levels) * len(self.levels[0])}


def rules_of(usual: type[Rule]) -> tuple[type[Rule], ...]:
    """Return the rules that a layer may have whose usual one is ``usual``, that one first."""
    return (Requantise, Thresholds, Multiply) if usual is Requantise else (usual,)


def _row(number: int, row: object) -> tuple[int, ...]:
    """Return a row of thresholds as ints of Python, or raise `InvalidNetwork`."""
    with at(f"row {number}"):
        if not isinstance(row, tuple | list):
            raise InvalidNetwork(f"must be a list of thresholds, not {shown(row)}")
        if len(row) not in {(1 << bits) - 1 for bits in range(1, MOST_BITS + 1)}:
            raise InvalidNetwork(
                f"must have 2**bits - 1 thresholds, of 1 to {MOST_BITS} bits, not {len(row)}"
            )
        most = THRESHOLD_LIMIT - 1
        values = tuple(whole(f"threshold {place}", value, -most, most) for place, value in enumerate(row))
        if any(after < before for before, after in zip(values, values[1:], strict=False)):
            raise InvalidNetwork("thresholds must ascend")
    return values
