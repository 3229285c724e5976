"""A layer of a network as a network of its own, whose images are what the layer before gives."""

from __future__ import annotations

from accelgen.network.encoding import PixelInput
from accelgen.network.layer import Layer
from accelgen.network.network import Network

__all__ = ["Part", "parts_of"]


class Part(Network):
    """Layers that follow one another in a network that was checked; the last of them may give activations."""

    __slots__ = ()

    def __post_init__(self):
        object.__setattr__(self, "reads", tuple((number - 1,) for number in range(len(self.layers))))

    @property
    def hidden(self) -> tuple[Layer, ...]:
        """The layers that give activations."""
        return tuple(layer for layer in self.layers if layer.rule)


def parts_of(network: Network) -> list[Part]:
    """Return each layer of a network of pixels as a part of it."""
    entering = [network.pixel_input]
    entering += [PixelInput(layer.leaves.size, layer.leaves.bits) for layer in network.hidden]
    return [
        Part(network.name, source, (layer,)) for source, layer in zip(entering, network.layers, strict=True)
    ]
