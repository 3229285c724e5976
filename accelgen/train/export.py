"""From a trained module to the network file: a change of container, not of numbers.

The module computes in evaluation exactly what the network file says, so there is nothing to fold or
round here; what is written is read off.
"""

from __future__ import annotations

import numpy as np
import torch

from accelgen.network.blocks import BlockSparse
from accelgen.network.encoding import PixelInput
from accelgen.network.layers import Dense, Requantise
from accelgen.network.network import Network
from accelgen.train.build import IntegerNet
from accelgen.train.layers import BlockLinear, Hidden

__all__ = ["export"]


@torch.no_grad()
def export(
    net: IntegerNet, name: str, pixel_bits: int, provenance: dict[str, str | int | float] | None = None
) -> Network:
    """Return the network that computes what ``net`` computes in evaluation.

    Parameters
    ----------
    net : IntegerNet
        A trained module.
    name : str
        Of the network.
    pixel_bits : int
        Bits of a pixel that enters.
    provenance : dict, optional
        Where it came from.

    Raises
    ------
    InvalidNetwork
        If the module cannot be a network, such as when a bias has outgrown the contract.
    """
    layers = []
    for number, layer in enumerate(net):
        hidden = isinstance(layer, Hidden)
        bias = layer.bias(layer.mean) if hidden else layer.bias()
        layers.append(
            Dense(
                name=f"dense{number}",
                weights=_weights(layer.linear),
                bias=bias.numpy().astype(np.int32),
                requantise=Requantise(int(layer.shift), layer.bits) if hidden else None,
            )
        )
    pixels = PixelInput(net[0].linear.inputs, pixel_bits)
    return Network(name, pixels, tuple(layers), dict(provenance or {}))


def _weights(linear: BlockLinear) -> BlockSparse:
    return BlockSparse.from_dense(
        linear.dense_codes(), linear.mask, linear.bits, linear.block_out, linear.block_in
    )
