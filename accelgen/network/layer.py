"""The interface of a layer, for everything but its arithmetic.

A layer reads values, sums them with weights and a bias, and its rule makes activations of the sums. What a
kind computes is written in its own file, as equations. Planners, accounts of bits and work, files and reports
ask for the members of `Layer` only, so that they know no kind. `accelgen.network.kinds` lists the kinds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from accelgen.errors import InvalidNetwork, at
from accelgen.network.blocks import BlockSparse
from accelgen.network.fields import check_name, check_type
from accelgen.network.multiply import Multiply
from accelgen.network.rule import Rule
from accelgen.network.thresholds import Thresholds, rules_of
from accelgen.network.window import Window
from accelgen.values import shown

__all__ = ["BIAS_LIMIT", "INPUT", "Layer", "Value", "check_blocks", "check_parts", "check_size"]

BIAS_LIMIT = 1 << 24

#: What layers call the network's input, where they name what they read.
INPUT = "input"

#: Rows, columns and channels of an image.
Image = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Value:
    """What the network's input, or a layer, hands on to those that read it.

    Attributes
    ----------
    size : int
        Activations of a sample, or of a timestep of it.
    bits : int
        Bits of each, unsigned; 0 if they are scores.
    image : (height, width, channels) or None
        Shape of activations in the order (y, x, channel).
    raw : bool
        It is the network's input, which a layer may look at as any image of its size.
    """

    size: int
    bits: int
    image: Image | None = None
    raw: bool = False


class Layer(Protocol):
    """The members that every layer has, whatever it computes.

    Attributes
    ----------
    kind : str
        What the network file calls it.
    spiking : bool
        It reads and gives spikes.
    arity : int
        Values that it reads.
    rule_type : type
        The class of its usual rule; `rules_of` says which others it may have.
    parts : dict of str to type
        Its fields beside those of every layer, as the network file holds them: dataclasses of numbers.
    """

    kind: ClassVar[str]
    spiking: ClassVar[bool]
    arity: ClassVar[int]
    rule_type: ClassVar[type[Rule]]
    parts: ClassVar[dict[str, type]]

    @property
    def name(self) -> str:
        """Name, for messages and reports, and for the layers that read it."""

    @property
    def weights(self) -> BlockSparse:
        """W; what its columns are is for each kind to say."""

    @property
    def bias(self) -> np.ndarray:
        """Start of each sum, int32[rows of W]."""

    @property
    def rule(self) -> Rule | None:
        """How sums become activations; None if they are scores."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the layers before it that it reads, or `INPUT`; none means the layer just before."""

    @property
    def window(self) -> Window | None:
        """How it slides over an image; None if it sees all inputs at once."""

    @property
    def word(self) -> int:
        """Activations of a memory word as the layer reads them: a block, or the channels of one."""

    @property
    def positions(self) -> int:
        """Words that a kept block has: the positions of a window, else 1."""

    @property
    def lives(self) -> bool:
        """Its sums live on from one timestep to the next."""

    @property
    def inputs(self) -> int:
        """Activations that enter."""

    @property
    def outputs(self) -> int:
        """Activations, or scores, that leave."""

    @property
    def leaves(self) -> Value:
        """What the layers that read it get."""

    def check_reads(self, values: Sequence[Value]) -> None:
        """Raise `InvalidNetwork` unless it can read these values, `arity` of them."""


def check_parts(layer: Layer) -> None:
    """Check the fields that all layers have, and keep a private bias, or raise `InvalidNetwork`."""
    check_name(layer.name)
    check_type("weights", layer.weights, BlockSparse)
    if not isinstance(layer.rule, rules_of(layer.rule_type)):
        check_type(layer.rule_type.field, layer.rule, layer.rule_type, optional=True)
    if isinstance(layer.rule, Thresholds | Multiply):
        with at(layer.rule.field):
            layer.rule.check_fits(layer.weights.outputs)
    with at("bias"):
        object.__setattr__(layer, "bias", _bias(layer.bias, layer.weights.outputs))
    with at("reads"):
        if not isinstance(layer.reads, tuple | list):
            raise InvalidNetwork(f"must be a tuple, not {shown(layer.reads)}")
        for name in layer.reads:
            check_name(name)
    object.__setattr__(layer, "reads", tuple(layer.reads))


def check_size(layer: Layer, value: Value) -> None:
    """Raise `InvalidNetwork` unless ``value`` is as large as what enters ``layer``."""
    if layer.inputs != value.size:
        raise InvalidNetwork(f"inputs: must be {value.size} to fit what comes before, not {layer.inputs}")


def check_blocks(layer: Layer, channels: int) -> None:
    """Raise `InvalidNetwork` unless ``channels`` of a pixel are whole words of ``layer``."""
    if channels % layer.word:
        raise InvalidNetwork(
            f"codes: blocks of {layer.word} do not divide the {channels} channels of a pixel"
        )


def _bias(bias: object, outputs: int) -> np.ndarray:
    """Return a private read-only copy of int32[outputs], or raise `InvalidNetwork`."""
    if not isinstance(bias, np.ndarray) or bias.dtype != np.int32:
        raise InvalidNetwork(f"must be int32, not {getattr(bias, 'dtype', type(bias).__name__)}")
    if bias.shape != (outputs,):
        raise InvalidNetwork(f"must have shape [{outputs}], not {list(bias.shape)}")
    if (np.abs(bias.astype(np.int64)) >= BIAS_LIMIT).any():
        raise InvalidNetwork("must stay below 2**24 in magnitude")
    bias = bias.copy()
    bias.setflags(write=False)
    return bias
