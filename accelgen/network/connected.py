"""What all fully connected layers share, whatever their rule makes of the sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from accelgen.network.blocks import BlockSparse
from accelgen.network.layer import Value, check_blocks, check_parts, check_size
from accelgen.network.rule import Rule

__all__ = ["FullyConnected"]


@dataclass(frozen=True, slots=True, eq=False)
class FullyConnected:
    """A fully connected layer with block-sparse weights: the members of `Layer`, but for its kind.

    Attributes
    ----------
    name : str
        Name for messages and reports, one line of printable ASCII.
    weights : BlockSparse
        W, of ``outputs x inputs``.
    bias : int32[outputs]
        Where each sum starts, below 2**24 in magnitude.
    rule : Rule or None
        What makes activations of the sums; None if they are scores.
    reads : tuple of str
        The layer that it reads, or "input"; none means the layer just before.

    Raises
    ------
    InvalidNetwork
        If a field has another type, dtype, shape or range.
    """

    kind: ClassVar[str]
    spiking: ClassVar[bool]
    rule_type: ClassVar[type[Rule]]
    arity: ClassVar[int] = 1
    parts: ClassVar[dict[str, type]] = {}

    name: str
    weights: BlockSparse
    bias: np.ndarray
    rule: Rule | None
    reads: tuple[str, ...] = ()

    def __post_init__(self):
        check_parts(self)

    @property
    def window(self) -> None:
        """None: it sees all inputs at once."""
        return None

    @property
    def word(self) -> int:
        """Activations of an input block."""
        return self.weights.block_in

    @property
    def positions(self) -> int:
        """Words of an input block: one."""
        return 1

    @property
    def lives(self) -> bool:
        """Nothing is kept for the next timestep, unless a kind overrides this."""
        return False

    @property
    def inputs(self) -> int:
        """Activations that enter; of spikes, those of a timestep, at most."""
        return self.weights.inputs

    @property
    def outputs(self) -> int:
        """Activations, or scores, that leave."""
        return self.weights.outputs

    @property
    def leaves(self) -> Value:
        """What the layers that read it get: no image."""
        return Value(self.outputs, self.rule.bits_out if self.rule else 0)

    def check_reads(self, values: Sequence[Value]) -> None:
        """Raise `InvalidNetwork` unless it can read the one of ``values``: an image in whole blocks."""
        check_size(self, values[0])
        if values[0].image:
            check_blocks(self, values[0].image[2])
