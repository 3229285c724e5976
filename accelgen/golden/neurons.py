"""A layer of spiking neurons, timestep by timestep: the equations of `accelgen.network.spiking`.

And those of a readout that integrates, of `accelgen.network.integrator`.
"""

from __future__ import annotations

import numpy as np

from accelgen.errors import InvalidNetwork
from accelgen.golden.dense import accumulate
from accelgen.network.integrator import Integrator
from accelgen.network.spiking import Neuron, Spiking
from accelgen.network.synapse import Synapse
from accelgen.network.widths import accumulator_bits, membrane_sum_bits

__all__ = ["activate", "currents", "fired", "scored"]


def activate(layer: Spiking, spikes: np.ndarray, input_bits: int = 1) -> np.ndarray:
    """Return what leaves ``layer`` at each timestep: its spikes, or its currents if it has no neurons.

    Parameters
    ----------
    layer : Spiking
        Weights, biases and neuron.
    spikes : uint8[samples, timesteps, inputs]
        0 or 1.
    input_bits : int
        Bits of a spike: one.

    Returns
    -------
    uint8[samples, timesteps, outputs], or int64[samples, timesteps, outputs] without a neuron

    Raises
    ------
    InvalidNetwork
        If a sum or a membrane leaves its proven width.
    """
    return fired(layer, layer.rule, spikes) if layer.rule else currents(layer, spikes)


def currents(layer: Spiking, spikes: np.ndarray) -> np.ndarray:
    """Return ``bias + W s`` at each timestep, int64[samples, timesteps, outputs].

    ``spikes`` are uint8[samples, timesteps, inputs]; see `activate`.
    """
    samples, timesteps, inputs = spikes.shape
    return accumulate(layer, spikes.reshape(-1, inputs), 1).reshape(samples, timesteps, layer.outputs)


def fired(layer: Spiking, neuron: Neuron, spikes: np.ndarray) -> np.ndarray:
    """Return the spikes of the neurons of ``layer``, uint8[samples, timesteps, outputs].

    Parameters
    ----------
    layer : Spiking
        Weights and biases.
    neuron : Neuron
        Its rule.
    spikes : uint8[samples, timesteps, inputs]
        0 or 1.

    Raises
    ------
    InvalidNetwork
        If a sum or a membrane leaves its proven width.
    """
    entering = currents(layer, spikes)
    if neuron.synapse:
        entering = _lasting(neuron.synapse, entering, accumulator_bits(layer, 1))
    leaving = np.empty(entering.shape, np.uint8)
    left = np.zeros_like(entering[:, 0])
    bits = membrane_sum_bits(layer) if neuron.synapse else accumulator_bits(layer, 1)
    for timestep in range(entering.shape[1]):
        membrane = left + entering[:, timestep]
        _check_width("membrane", membrane, bits)
        spike = membrane >= neuron.threshold
        leaving[:, timestep] = spike
        left = neuron.left(membrane, spike.astype(np.int64))
    return leaving


def _lasting(synapse: Synapse, entering: np.ndarray, bits: int) -> np.ndarray:
    """Return currents that last, int64[samples, timesteps, outputs], of what ``entering`` adds to them."""
    found = np.empty_like(entering)
    left = np.zeros_like(entering[:, 0])
    for timestep in range(entering.shape[1]):
        found[:, timestep] = left + entering[:, timestep]
        _check_width("current", found[:, timestep], bits)
        left = synapse.left(found[:, timestep])
    return found


def _check_width(what: str, values: np.ndarray, bits: int) -> None:
    limit = 1 << (bits - 1)
    if values.size and (values.min() < -limit or values.max() >= limit):
        raise InvalidNetwork(f"a {what} left its proven width of {bits} bits")


def scored(readout: Integrator, entering: np.ndarray) -> np.ndarray:
    """Return the scores after each timestep, int64[samples, timesteps, classes].

    Parameters
    ----------
    readout : Integrator
        How the readout integrates, and what its scores are.
    entering : int64[samples, timesteps, classes]
        Currents of the last layer.
    """
    membranes = np.empty(entering.shape, np.int64)
    left = np.zeros_like(entering[:, 0], np.int64)
    for timestep in range(entering.shape[1]):
        membranes[:, timestep] = left + entering[:, timestep]
        left = readout.left(membranes[:, timestep])
    if readout.score == "sum":
        return np.cumsum(membranes, axis=1)
    return np.maximum.accumulate(membranes, axis=1) if readout.score == "max" else membranes
