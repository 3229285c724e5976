"""The layers a network is made of: what they compute is written here once, as equations.

For unsigned inputs x, a `Dense` layer computes, in integers,

    acc[o] = bias[o] + sum_i W[o, i] x[i]

and, if it requantises,

    y[o] = clamp(acc[o] >> shift, 0, 2**bits - 1)

with an arithmetic shift (it rounds down; the half that rounds to nearest is part of the bias). A layer
that does not requantise is the last one, and its accumulators are the scores.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.errors import InvalidNetwork, at
from accelgen.network.blocks import BlockSparse
from accelgen.network.fields import check_name, check_type, keep_whole

__all__ = ["BIAS_LIMIT", "Dense", "Requantise", "check_bias"]

MAX_SHIFT = 24
BIAS_LIMIT = 1 << 24


@dataclass(frozen=True, slots=True)
class Requantise:
    """How an accumulator becomes an activation: ``clamp(acc >> shift, 0, 2**bits - 1)``.

    Attributes
    ----------
    shift : int
        Right shift, 0 to 24, one for the layer.
    bits : int
        Bits of the activation, unsigned, 1 to 8.

    Raises
    ------
    InvalidNetwork
        If one is no integer of Python or numpy, or out of its range.
    """

    shift: int
    bits: int

    def __post_init__(self):
        keep_whole(self, "shift", 0, MAX_SHIFT)
        keep_whole(self, "bits", 1, 8)


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """A fully connected layer with block-sparse weights.

    Attributes
    ----------
    name : str
        For messages and reports, one line of printable ASCII.
    weights : BlockSparse
        W, of ``outputs x inputs``.
    bias : int32[outputs]
        Start value of each accumulator, below 2**24 in magnitude.
    requantise : Requantise or None
        None for the last layer.

    Raises
    ------
    InvalidNetwork
        If a field has another type, dtype, shape or range.
    """

    name: str
    weights: BlockSparse
    bias: np.ndarray
    requantise: Requantise | None

    def __post_init__(self):
        check_name(self.name)
        check_type("weights", self.weights, BlockSparse)
        check_type("requantise", self.requantise, Requantise, optional=True)
        with at("bias"):
            object.__setattr__(self, "bias", check_bias(self.bias, self.outputs))

    @property
    def inputs(self) -> int:
        """Activations that enter."""
        return self.weights.inputs

    @property
    def outputs(self) -> int:
        """Activations, or scores, that leave."""
        return self.weights.outputs


def check_bias(bias: object, outputs: int) -> np.ndarray:
    """Return a private read-only copy of int32[outputs], or say what is wrong with ``bias``."""
    if not isinstance(bias, np.ndarray) or bias.dtype != np.int32:
        raise InvalidNetwork(f"must be int32, not {getattr(bias, 'dtype', type(bias).__name__)}")
    if bias.shape != (outputs,):
        raise InvalidNetwork(f"must have shape [{outputs}], not {list(bias.shape)}")
    if (np.abs(bias.astype(np.int64)) >= BIAS_LIMIT).any():
        raise InvalidNetwork("must stay below 2**24 in magnitude")
    bias = bias.copy()
    bias.setflags(write=False)
    return bias
