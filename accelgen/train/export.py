"""From a trained module to the network file: a change of container, not of numbers.

The module computes in evaluation exactly what the network file says, so there is nothing to fold or
round here; what is written is read off.
"""

from __future__ import annotations

import numpy as np
import torch

from accelgen.data.saccades import SACCADES
from accelgen.errors import InvalidNetwork
from accelgen.network.blocks import BlockSparse
from accelgen.network.convolution import Conv
from accelgen.network.dense import Dense
from accelgen.network.encoding import EventInput, PixelInput, RateInput
from accelgen.network.network import Network
from accelgen.network.rule import Requantise
from accelgen.network.spiking import Neuron, Spiking
from accelgen.train.conv import BlockConv
from accelgen.train.layers import BlockLinear, Hidden, Output
from accelgen.train.nets import IntegerNet, SpikingNet
from accelgen.train.spiking import Firing

__all__ = ["export"]


@torch.no_grad()
def export(net: IntegerNet, name: str, provenance: dict[str, str | int | float] | None = None) -> Network:
    """Return the network that computes what ``net`` computes in evaluation.

    Parameters
    ----------
    net : IntegerNet
        A trained module.
    name : str
        Name of the network.
    provenance : dict, optional
        Where it came from.

    Raises
    ------
    InvalidNetwork
        If the module cannot be a network, such as when a bias has outgrown the contract.
    """
    layers: tuple[Conv | Dense, ...] | tuple[Spiking, ...]
    if isinstance(net, SpikingNet):
        layers = tuple(_spiking(number, layer) for number, layer in enumerate(net))
    else:
        layers = tuple(_dense(number, layer) for number, layer in enumerate(net))
    return Network(name, _input(net), layers, dict(provenance or {}))


def _input(net: IntegerNet) -> PixelInput | RateInput | EventInput:
    if isinstance(net, SpikingNet):
        return net.rate or SACCADES
    first = next(iter(net)).linear
    if isinstance(first, BlockConv):
        window = first.window
        return PixelInput(window.height * window.width * window.channels, net.pixel_bits, net.coding)
    return PixelInput(first.inputs, net.pixel_bits, net.coding)


def _dense(number: int, layer: Hidden | Firing | Output) -> Conv | Dense:
    requantise = Requantise(int(layer.shift), layer.bits) if isinstance(layer, Hidden) else None
    if isinstance(conv := layer.linear, BlockConv):
        if requantise is None:
            raise InvalidNetwork(f"conv{number}: a convolution cannot be the last layer")
        return Conv.from_kernels(
            f"conv{number}",
            conv.window,
            conv.kernels(),
            conv.mask,
            bits=conv.bits,
            block_out=conv.block_out,
            block_in=conv.channels_in,
            bias=_bias(layer),
            rule=requantise,
        )
    return Dense(f"dense{number}", _weights(layer.linear), _bias(layer), requantise)


def _spiking(number: int, layer: Hidden | Firing | Output) -> Spiking:
    neuron = None
    if isinstance(layer, Firing):
        choice = layer.choice
        neuron = Neuron(
            choice.integration,
            int(layer.threshold),
            choice.leak,
            choice.reset if choice.continuous else "zero",
        )
    return Spiking(f"spiking{number}", _weights(layer.linear), _bias(layer), neuron)


def _bias(layer: Hidden | Firing | Output) -> np.ndarray:
    bias = layer.bias() if isinstance(layer, Output) else layer.bias(layer.mean)
    return bias.cpu().numpy().astype(np.int32)


def _weights(linear: BlockLinear) -> BlockSparse:
    return BlockSparse.from_dense(
        linear.dense_codes(), linear.mask, linear.bits, linear.block_out, linear.block_in
    )
