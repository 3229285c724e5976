"""Run the layers of a network in their order: each reads the values that it names."""

from __future__ import annotations

import numpy as np

from accelgen.golden.kinds import COMPUTES
from accelgen.network.network import Network

__all__ = ["execute"]


def execute(network: Network, entering: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return what the last layer gives, and what enters each layer.

    Parameters
    ----------
    network : Network
        What to run.
    entering : uint8[samples, ..., inputs]
        The input: quantised pixels, or spikes of each timestep; int8 of signed codes.

    Returns
    -------
    int64[samples, ..., classes]
        Sums of the last layer, or what its rule makes of them.
    list of uint8 or int8[samples, ..., inputs]
        What enters each layer; of a layer that reads several values, the first.

    Raises
    ------
    InvalidNetwork
        If a sum leaves its proven width.
    """
    last_reader = {number: reader for reader, read in enumerate(network.reads) for number in read}
    values = {-1: entering}
    entered = []
    for number, (layer, read) in enumerate(zip(network.layers, network.reads, strict=True)):
        operands = [values[source] for source in read]
        entered.append(operands[0])
        values[number] = COMPUTES[layer.kind](layer, *operands, input_bits=network.input_bits[number])
        for source in {*read}:
            if last_reader[source] == number:
                del values[source]
    return values[number], entered
