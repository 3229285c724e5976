"""From a trained module to the network file: a change of container, not of numbers.

The module computes in evaluation exactly what the network file says, so there is nothing to fold or
round here; what is written is read off.
"""

from __future__ import annotations

import numpy as np
import torch

from accelgen.errors import InvalidNetwork
from accelgen.network.blocks import BlockSparse
from accelgen.network.convolution import Conv
from accelgen.network.dense import Dense
from accelgen.network.encoding import EventInput, PixelInput, RateInput
from accelgen.network.network import Network
from accelgen.network.rule import Requantise
from accelgen.network.spiking import Neuron, Spiking
from accelgen.network.synapse import Synapse
from accelgen.network.task import Task
from accelgen.train.conv import BlockConv
from accelgen.train.layers import BlockLinear
from accelgen.train.nets import IntegerNet, SpikingNet
from accelgen.train.rules import Requantiser, Rule
from accelgen.train.spiking import Neurons

__all__ = ["dense_layer", "export", "spiking_layer"]


@torch.no_grad()
def export(
    net: IntegerNet,
    name: str,
    provenance: dict[str, str | int | float] | None = None,
    task: Task | None = None,
) -> Network:
    """Return the network that computes what ``net`` computes in evaluation.

    Parameters
    ----------
    net : IntegerNet
        A trained module.
    name : str
        Name of the network.
    provenance : dict, optional
        Where it came from.
    task : Task, optional
        What its scores stand for; without one they are those of classes.

    Raises
    ------
    InvalidNetwork
        If the module cannot be a network, such as when a bias has outgrown the contract.
    """
    layers: tuple[Conv | Dense, ...] | tuple[Spiking, ...]
    if isinstance(net, SpikingNet):
        layers = tuple(spiking_layer(number, layer.linear, layer) for number, layer in enumerate(net))
    else:
        layers = tuple(dense_layer(number, layer.linear, layer) for number, layer in enumerate(net))
    return Network(name, _input(net), layers, dict(provenance or {}), task)


def _input(net: IntegerNet) -> PixelInput | RateInput | EventInput:
    if isinstance(net, SpikingNet):
        return net.rate or net.events
    first = next(iter(net)).linear
    if isinstance(first, BlockConv):
        window = first.window
        return PixelInput(window.height * window.width * window.channels, net.pixel_bits, net.coding)
    return PixelInput(first.inputs, net.pixel_bits, net.coding)


@torch.no_grad()
def dense_layer(number: int, linear: BlockLinear, rule: Rule) -> Conv | Dense:
    """Return layer ``number`` of a network: the weights of ``linear``, and what ``rule`` makes of their sums.

    Raises
    ------
    InvalidNetwork
        If they break a rule of the contract.
    """
    requantise = Requantise(int(rule.shift), rule.bits) if isinstance(rule, Requantiser) else None
    if isinstance(linear, BlockConv):
        if requantise is None:
            raise InvalidNetwork(f"conv{number}: a convolution cannot be the last layer")
        return Conv.from_kernels(
            f"conv{number}",
            linear.window,
            linear.kernels(),
            linear.mask,
            bits=linear.bits,
            block_out=linear.block_out,
            block_in=linear.channels_in,
            bias=_bias(rule),
            rule=requantise,
        )
    return Dense(f"dense{number}", _weights(linear), _bias(rule), requantise)


@torch.no_grad()
def spiking_layer(number: int, linear: BlockLinear, rule: Rule) -> Spiking:
    """Return layer ``number`` of a spiking network, as `dense_layer` does."""
    neuron = None
    if isinstance(rule, Neurons):
        choice = rule.choice
        neuron = Neuron(
            choice.integration,
            int(rule.threshold),
            choice.leak,
            choice.reset if choice.continuous else "zero",
            synapse=Synapse(rule.synapse) if rule.synapse else None,
        )
    return Spiking(f"spiking{number}", _weights(linear), _bias(rule), neuron)


def _bias(rule: Rule) -> np.ndarray:
    bias = rule.start_values()
    return bias.cpu().numpy().astype(np.int32)


def _weights(linear: BlockLinear) -> BlockSparse:
    return BlockSparse.from_dense(
        linear.dense_codes(), linear.mask, linear.bits, linear.block_out, linear.block_in
    )
