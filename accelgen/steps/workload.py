"""What an image asks of hardware, as the golden model counts it: figures that no simulator need measure."""

from __future__ import annotations

from dataclasses import dataclass

from accelgen.golden.batches import LayerSpikes
from accelgen.steps.answer import Answer

__all__ = [
    "ClockDriven",
    "DenseWorkload",
    "LayerIdeal",
    "SpikingWorkload",
    "UnrolledSpikingWorkload",
    "UnrolledWorkload",
    "Workload",
]


@dataclass(frozen=True, slots=True)
class LayerIdeal:
    """Cycles in which the lanes must work for a layer, mean per image."""

    name: str
    ideal_cycles: float


@dataclass(frozen=True, slots=True)
class DenseWorkload(Answer):
    """What an image asks of a folded engine, mean per image.

    Attributes
    ----------
    macs : float
        Products with a nonzero activation.
    weight_words : float
        Words that are read from weight memory.
    layers : tuple of LayerIdeal
        In the order in which they run.
    """

    macs: float
    weight_words: float
    layers: tuple[LayerIdeal, ...]

    @property
    def operations(self) -> float:
        """Additions of a weight."""
        return self.macs


@dataclass(frozen=True, slots=True)
class UnrolledWorkload(Answer):
    """What an image asks of unrolled hardware: each of its weights, once."""

    weights: int

    @property
    def operations(self) -> float:
        """Additions of a weight."""
        return self.weights


@dataclass(frozen=True, slots=True)
class ClockDriven:
    """Weight words that an engine driven by its clock reads, mean per image; the share that events need."""

    weight_words: float
    share: float


@dataclass(frozen=True, slots=True)
class SpikingWorkload(Answer):
    """What a sample asks of an engine that spikes, mean per sample.

    Attributes
    ----------
    timesteps : int
        That were asked for.
    margin : int or None
        Lead at which a sample stops early; None if it may not.
    timesteps_used : float
        Timesteps until it stops.
    events : float
        Spikes that enter layers.
    synaptic_operations : float
        Additions of a weight, caused by them.
    membrane_updates : float
        Membranes that are integrated, compared and kept.
    membrane_words : float
        Words that are read from and written to membrane memory.
    layers : tuple of LayerSpikes
        In the order in which they run.
    weight_words : float
        Words that are read from weight memory, by the engine that is built.
    clock_driven : ClockDriven
        What an engine reads that visits every input.
    """

    timesteps: int
    margin: int | None
    timesteps_used: float
    events: float
    synaptic_operations: float
    membrane_updates: float
    membrane_words: float
    layers: tuple[LayerSpikes, ...]
    weight_words: float
    clock_driven: ClockDriven

    @property
    def operations(self) -> float:
        """Additions of a weight."""
        return self.synaptic_operations


@dataclass(frozen=True, slots=True)
class UnrolledSpikingWorkload(Answer):
    """What a sample asks of unrolled hardware that spikes, mean per sample.

    Attributes
    ----------
    timesteps : int
        Of a sample.
    events : float
        Spikes that enter layers.
    synaptic_operations : float
        Additions of a weight, caused by them: the others add nothing, and switch nothing.
    weights : int
        That are gates, each asked in every timestep.
    """

    timesteps: int
    events: float
    synaptic_operations: float
    weights: int

    @property
    def operations(self) -> float:
        """Additions of a weight."""
        return self.synaptic_operations


Workload = DenseWorkload | UnrolledWorkload | SpikingWorkload | UnrolledSpikingWorkload
