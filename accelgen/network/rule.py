"""The rule of a layer: how its sums become activations. `Requantise` is here, `Neuron` with its equations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from accelgen.network.fields import keep_whole

__all__ = ["MAX_SHIFT", "Requantise", "Rule"]

MAX_SHIFT = 24
SHIFT_BITS = 5


class Rule(Protocol):
    """The members that every rule has, whatever it computes; a rule is a dataclass of numbers and words.

    Attributes
    ----------
    field : str
        Its name in the network file and in messages.
    part : str
        Its name in an account of stored bits.
    facts : tuple of str
        The names in what `describe` returns.
    """

    field: ClassVar[str]
    part: ClassVar[str]
    facts: ClassVar[tuple[str, ...]]
    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def bits_out(self) -> int:
        """Bits of an activation that it gives, unsigned."""

    def stored_bits(self) -> int:
        """Return the bits that hardware stores of it, for the whole layer."""

    def describe(self) -> dict[str, int | str]:
        """Return what it does, in numbers and words, by the names `facts`."""


@dataclass(frozen=True, slots=True)
class Requantise:
    """How an accumulator becomes an activation: ``clamp(acc >> shift, 0, 2**bits - 1)``.

    Attributes
    ----------
    shift : int
        Right shift, 0 to 24, one for the layer. It is arithmetic, so it rounds down; the half that rounds to
        nearest is part of the bias.
    bits : int
        Bits of the activation, unsigned, 1 to 8.

    Raises
    ------
    InvalidNetwork
        If one is no integer of Python or numpy, or out of its range.
    """

    field: ClassVar[str] = "requantise"
    part: ClassVar[str] = "shift"
    facts: ClassVar[tuple[str, ...]] = ("activation_bits",)

    shift: int
    bits: int

    def __post_init__(self):
        keep_whole(self, "shift", 0, MAX_SHIFT)
        keep_whole(self, "bits", 1, 8)

    @property
    def bits_out(self) -> int:
        """Bits of an activation."""
        return self.bits

    def stored_bits(self) -> int:
        """Return the bits that name a shift; the clamp is wires."""
        return SHIFT_BITS

    def describe(self) -> dict[str, int | str]:
        """Return the bits of an activation."""
        return {"activation_bits": self.bits}
