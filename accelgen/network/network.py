"""A network: an input, layers that fit together, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Real
from typing import Literal

from accelgen.errors import InvalidNetwork, at
from accelgen.network.convolution import Conv
from accelgen.network.encoding import EventInput, PixelInput, RateInput
from accelgen.network.layers import Dense
from accelgen.network.names import check_name
from accelgen.network.spiking import Spiking
from accelgen.values import integer, shown

__all__ = ["Kind", "Network"]

Kind = Literal["dense", "convolutional", "spiking"]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A chain of layers, the last of which gives one score for each class.

    Attributes
    ----------
    name : str
        Also the Verilog module and the folder under ``rtl_out/``: lower-case letters, digits and
        underscores, starting with a letter; see `check_name`.
    input : PixelInput, or RateInput or EventInput for spiking layers
        What enters the first layer.
    layers : tuple of Conv and Dense, or tuple of Spiking
        At least one, convolutions before dense ones. All but the last, which is dense, requantise, or have
        neurons.
    provenance : dict
        Where the tables came from: text and numbers. ``data`` names the data set that it was trained on.

    Raises
    ------
    InvalidNetwork
        If a field has another type, or the layers do not fit together; the message names layer and field.
    """

    name: str
    input: PixelInput | RateInput | EventInput
    layers: tuple[Conv | Dense, ...] | tuple[Spiking, ...]
    provenance: dict[str, str | int | float] = field(default_factory=dict)

    def __post_init__(self):
        check_name(self.name)
        if not isinstance(self.input, PixelInput | RateInput | EventInput):
            raise InvalidNetwork(
                f"input: must be a PixelInput, RateInput or EventInput, not {shown(self.input)}"
            )
        if not isinstance(self.layers, tuple | list):
            raise InvalidNetwork(f"layers: must be a tuple, not {shown(self.layers)}")
        if not self.layers:
            raise InvalidNetwork("layers: a network needs at least one")
        for number, layer in enumerate(self.layers):
            if not isinstance(layer, Dense | Conv | Spiking):
                raise InvalidNetwork(
                    f"layer {number}: must be a Dense, Conv or Spiking layer, not {shown(layer)}"
                )
        object.__setattr__(self, "layers", tuple(self.layers))
        object.__setattr__(self, "provenance", _provenance(self.provenance))
        kind = Dense | Conv if isinstance(self.input, PixelInput) else Spiking
        entering, before = self.input.inputs, None
        for number, layer in enumerate(self.layers):
            with at(f"layer {number} ({layer.name})"):
                if layer.name in [other.name for other in self.layers[:number]]:
                    raise InvalidNetwork("name: must be no other layer's: figures are told apart by it")
                if not isinstance(layer, kind):
                    raise InvalidNetwork(
                        f"kind: {type(self.input).__name__} enters {_names(kind)} layers, "
                        f"not {type(layer).__name__}"
                    )
                if layer.inputs != entering:
                    raise InvalidNetwork(
                        f"inputs: must be {entering} to fit what comes before, not {layer.inputs}"
                    )
                _check_image(layer, before)
                _check_ending(layer, number == len(self.layers) - 1)
            entering, before = layer.outputs, layer

    @property
    def spiking(self) -> bool:
        """Its layers are `Spiking`."""
        return isinstance(self.layers[0], Spiking)

    @property
    def kind(self) -> Kind:
        """What its layers are."""
        if self.spiking:
            return "spiking"
        return "convolutional" if isinstance(self.layers[0], Conv) else "dense"

    @property
    def classes(self) -> int:
        """Scores the network gives."""
        return self.layers[-1].outputs

    @property
    def input_bits(self) -> list[int]:
        """Bits of the activations that enter each layer, unsigned; spikes have one."""
        if self.spiking:
            return [1] * len(self.layers)
        return [self.input.bits, *(layer.requantise.bits for layer in self.layers[:-1])]

    @property
    def compression(self) -> float:
        """Blocks over kept blocks, in the hidden layers (in the only layer, if there is one)."""
        hidden = self.layers[:-1] or self.layers
        blocks = sum(layer.weights.block_rows * layer.weights.input_blocks for layer in hidden)
        return blocks / sum(layer.weights.index.size for layer in hidden)


def _provenance(found: object) -> dict[str, str | int | float]:
    """Return text and numbers by name, numbers of numpy as those of Python, or raise `InvalidNetwork`."""
    if not isinstance(found, dict):
        raise InvalidNetwork(f"provenance: must be a dict, not {shown(found)}")
    plain = {}
    for name, value in found.items():
        if not isinstance(name, str):
            raise InvalidNetwork(f"provenance: a name must be text, not {shown(name)}")
        if isinstance(value, str | bool):
            plain[name] = value
        elif isinstance(value, Real):
            plain[name] = float(value) if (number := integer(value)) is None else number
        else:
            raise InvalidNetwork(f"provenance: {name}: must be text or a number, not {shown(value)}")
    return plain


def _names(kind: type) -> str:
    return getattr(kind, "__name__", "Dense or Conv")


def _check_image(layer: Dense | Conv | Spiking, before: Dense | Conv | None) -> None:
    """Raise unless an image passes from ``before`` (None: the input) to ``layer`` in whole blocks."""
    if isinstance(layer, Conv) and isinstance(before, Dense):
        raise InvalidNetwork("kind: a convolution cannot follow a dense layer")
    if isinstance(layer, Conv) and before is None:
        block, channels = layer.block_in, layer.window.channels
    elif isinstance(layer, Dense) and isinstance(before, Conv):
        block, channels = layer.weights.block_in, before.channels
    else:
        block, channels = 1, 1
    if channels % block:
        raise InvalidNetwork(f"codes: blocks of {block} do not divide the {channels} channels of a pixel")
    if isinstance(layer, Conv) and before is not None:
        window, leaves = layer.window, (before.window.out_height, before.window.out_width, before.channels)
        if (window.height, window.width, window.channels) != leaves:
            height, width, channels = leaves
            raise InvalidNetwork(
                f"window: must be {height} x {width} pixels of {channels} channels to fit what comes before"
            )


def _check_ending(layer: Dense | Conv | Spiking, last: bool) -> None:
    """Raise unless ``layer`` gives the next one activations, or ends with scores if it is the last."""
    if isinstance(layer, Spiking):
        if not last and layer.neuron is None:
            raise InvalidNetwork("neuron: every layer but the last must fire")
    elif last and isinstance(layer, Conv):
        raise InvalidNetwork("kind: the last layer must be dense")
    elif last and layer.requantise is not None:
        raise InvalidNetwork("requantise: the last layer gives scores and must not requantise")
    elif not last and layer.requantise is None:
        raise InvalidNetwork("requantise: every layer but the last must have a shift and bits")
