"""The work of an event-driven engine on spikes: what events cost, and what time alone costs.

Every event is carried to the neurons that keep its block, ``lanes`` at a time, one weight word each. The
sums stay in the lanes until a pass of neurons is complete, so a membrane is read and written once for each
timestep, however many events reach it; an engine that took events one by one would do both for every
weight word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from accelgen.errors import InvalidOption
from accelgen.golden.cost import check_result, layer_cost
from accelgen.golden.spiking import SpikingResult
from accelgen.network.fields import whole
from accelgen.network.layer import Layer
from accelgen.network.network import Network
from accelgen.network.spiking import synapse_of
from accelgen.values import integers

__all__ = ["SpikingCost", "SpikingLayerCost", "count_spiking_cost"]


@dataclass(frozen=True, slots=True, eq=False)
class SpikingLayerCost:
    """Work of one layer, for each sample: int64[samples] each.

    Attributes
    ----------
    events
        Spikes that enter.
    synaptic_operations
        Additions of a weight to the current of a neuron, caused by an event.
    membrane_updates
        Membranes that are integrated, compared and kept; 0 if integration is discontinuous.
    weight_words
        Words read from weight memory, of ``lanes`` codes.
    membrane_words
        Words read from and written to membrane memory, of ``lanes`` membranes; of layers whose currents
        last, words of currents too.
    ideal_cycles
        Cycles in which the lanes work.
    """

    events: np.ndarray
    synaptic_operations: np.ndarray
    membrane_updates: np.ndarray
    weight_words: np.ndarray
    membrane_words: np.ndarray
    ideal_cycles: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class SpikingCost:
    """Work of a network, layer by layer."""

    layers: list[SpikingLayerCost]

    def total(self, name: str) -> np.ndarray:
        """Return the sum over layers of a field of `SpikingLayerCost`, int64[samples]."""
        return sum(getattr(layer, name) for layer in self.layers)


def count_spiking_cost(
    network: Network,
    result: SpikingResult,
    lanes: int | Sequence[int],
    used: np.ndarray | None = None,
    *,
    skip_zeros: bool = True,
) -> SpikingCost:
    """Count the work of each sample on an engine with ``lanes`` lanes.

    Parameters
    ----------
    network, result : Network, SpikingResult
        The tables, and what the golden model gave.
    lanes : int or sequence of int
        Lanes of the engine, at least 1; or of an engine of each layer.
    used : integer[samples], optional
        Timesteps after which each sample stops, 1 to all of them; all by default.
    skip_zeros : bool
        False for an engine that is driven by its clock: a silent input costs as much as an event.

    Raises
    ------
    DataError
        If the result belongs to another network, or ``used`` is of another kind or range.
    InvalidOption
        If ``lanes`` are no integers of at least 1, or not one for each layer.
    """
    each = lanes if isinstance(lanes, tuple | list) else [lanes] * len(network.layers)
    each = [whole("lanes", one, 1, error=InvalidOption) for one in each]
    if len(each) != len(network.layers):
        raise InvalidOption(f"lanes must be one number, or {len(network.layers)} of them, not {len(each)}")
    check_result(network, result, SpikingResult, [x.shape[-1] for x in getattr(result, "spikes", ())])
    if used is not None:
        integers("timesteps", used, 1, result.timesteps)
    used = np.full(len(result.scores), result.timesteps) if used is None else used
    counts = np.arange(result.timesteps) < used[:, None]  # samples x timesteps
    return SpikingCost(
        [
            _layer(layer, spikes, one, used, counts, skip_zeros)
            for layer, spikes, one in zip(network.layers, result.spikes, each, strict=True)
        ]
    )


def _layer(
    layer: Layer, spikes: np.ndarray, lanes: int, used: np.ndarray, counts: np.ndarray, skip_zeros: bool
) -> SpikingLayerCost:
    samples, timesteps, inputs = spikes.shape
    work = layer_cost(layer, spikes.reshape(-1, inputs), lanes, skip_zeros=skip_zeros)

    def over_time(per_step: np.ndarray) -> np.ndarray:
        return (per_step.reshape(samples, timesteps) * counts).sum(axis=1)

    passes = layer.weights.block_rows * -(-layer.weights.block_out // lanes)
    kept = layer.lives + (synapse_of(layer) is not None)  # words of a pass: membranes, and currents
    return SpikingLayerCost(
        events=over_time(spikes.sum(axis=2, dtype=np.int64)),
        synaptic_operations=over_time(work.macs),
        membrane_updates=layer.lives * used * layer.outputs,
        weight_words=over_time(work.weight_words),
        membrane_words=kept * passes * (2 * used - 1),  # the first timestep has nothing to read
        ideal_cycles=over_time(work.ideal_cycles),
    )
