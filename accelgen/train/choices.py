"""The tables of a recipe: what each key means, and which values it takes.

Nothing is coerced: a value of another type is a problem, in one sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accelgen.data.saccades import SACCADES
from accelgen.network.spiking import MAX_LEAK, MAX_TIMESTEPS

__all__ = ["INPUTS", "Augmentation", "DataChoice", "LayerChoice", "Schedule", "SpikingChoice"]

#: Inputs of the first layer, by data set.
INPUTS = {"mnist": 784, "saccades": SACCADES.inputs}


@dataclass(frozen=True, slots=True)
class DataChoice:
    """What is learned from.

    Attributes
    ----------
    set : "mnist" or "saccades"
        The data set: images, or the events of `accelgen.data.saccades`.
    pixel_bits : int
        Bits of a pixel that enters the network, 1 to 8. Events have none.
    """

    set: str = "mnist"
    pixel_bits: int = 8

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        return [*_choice("set", self.set, tuple(INPUTS)), *_whole("pixel_bits", self.pixel_bits, 1, 8)]


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Half-widths of the random distortions; all zero means none.

    Attributes
    ----------
    rotation : float
        Degrees, 0 to 45.
    shift : float
        Pixels, in x and in y, 0 to 8.
    scale : float
        Change of size, in x and in y, 0 to 0.5.
    shear : float
        Horizontal pixels per vertical pixel, 0 to 0.5.
    """

    rotation: float = 0.0
    shift: float = 0.0
    scale: float = 0.0
    shear: float = 0.0

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        return [
            *_number("rotation", self.rotation, 0, 45),
            *_number("shift", self.shift, 0, 8),
            *_number("scale", self.scale, 0, 0.5),
            *_number("shear", self.shear, 0, 0.5),
        ]


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how hard.

    Attributes
    ----------
    arithmetic : "integer" or "float"
        The integer arithmetic of the hardware, or plain float32 (a reference and a teacher).
    epochs, batch : int
        Passes over the training data; images of a step.
    learning_rate : float
        Of the first epoch, falling to zero as half a cosine. For integer arithmetic its unit is one
        weight step.
    settle : float
        Share of the epochs, at the end, with the means frozen: from then on training computes exactly
        what is exported.
    mask_epochs : int
        Epochs before a learned mask is cut. The layers are dense until then.
    label_smoothing : float
        Probability moved from the label to all classes, 0 to 0.5.
    distill : str
        Name of the float recipe beside this one that teaches, or "" for none.
    distill_weight : float
        Share of the loss that comes from the teacher, 0 to 1.
    activity : float
        Weight in the loss of the mean activation, as a share of the largest, summed over the hidden
        layers, 0 to 10. Spiking networks have theirs in ``[spiking]``.
    seed : int
        Source of every random draw.
    """

    arithmetic: str = "integer"
    epochs: int = 30
    batch: int = 128
    learning_rate: float = 0.02
    settle: float = 0.3
    mask_epochs: int = 5
    label_smoothing: float = 0.0
    distill: str = ""
    distill_weight: float = 0.5
    activity: float = 0.0
    seed: int = 0

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        found = [
            *_choice("arithmetic", self.arithmetic, ("integer", "float")),
            *_whole("epochs", self.epochs, 1, 10_000),
            *_whole("batch", self.batch, 2, 60_000),
            *_number("learning_rate", self.learning_rate, 1e-6, 1),
            *_number("settle", self.settle, 0, 1),
            *_whole("mask_epochs", self.mask_epochs, 1, 10_000),
            *_number("label_smoothing", self.label_smoothing, 0, 0.5),
            *_number("distill_weight", self.distill_weight, 0, 1),
            *_number("activity", self.activity, 0, 10),
            *_whole("seed", self.seed, 0, 2**31 - 1),
        ]
        if not isinstance(self.distill, str):
            found.append(f"distill: must be the name of a recipe, not {self.distill!r}")
        return found


@dataclass(frozen=True, slots=True)
class SpikingChoice:
    """How the neurons of a spiking network integrate, and what is shown to them.

    Attributes
    ----------
    integration : "discontinuous" or "continuous"
        Whether a membrane lives for one timestep or for all; see `accelgen.network.spiking`.
    timesteps : int
        Timesteps to train for, 1 to 16. The hardware takes any number.
    readout : "membrane" or "count"
        What the last layer adds up over the timesteps: its currents, or its spikes.
    encoder : "dither" or "lfsr"
        How pixels become spikes; see `accelgen.network.encoding.RateInput`.
    leak : int
        Shift of the leak, 0 (none) to 15; of continuous integration.
    reset : "subtract" or "zero"
        What a spike does to the membrane; of continuous integration.
    activity : float
        Weight in the loss of the firing rate, summed over the hidden layers, 0 to 10.
    """

    integration: str = "continuous"
    timesteps: int = 4
    readout: str = "membrane"
    encoder: str = "dither"
    leak: int = 0
    reset: str = "subtract"
    activity: float = 0.0

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        return [
            *_choice("integration", self.integration, ("discontinuous", "continuous")),
            *_whole("timesteps", self.timesteps, 1, MAX_TIMESTEPS),
            *_choice("readout", self.readout, ("membrane", "count")),
            *_choice("encoder", self.encoder, ("dither", "lfsr")),
            *_whole("leak", self.leak, 0, MAX_LEAK),
            *_choice("reset", self.reset, ("subtract", "zero")),
            *_number("activity", self.activity, 0, 10),
        ]

    @property
    def continuous(self) -> bool:
        """The membranes live on from one timestep to the next."""
        return self.integration == "continuous"


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """One fully connected layer.

    Attributes
    ----------
    outputs : int
        Activations, or scores, that leave.
    weight_bits, activation_bits : int
        1 to 4, and 1 to 8. The last layer gives scores, and its ``activation_bits`` mean nothing; nor do
        those of spiking layers, whose neurons give one.
    compression : int
        Blocks over kept blocks: 1, 2, 4, 8 or 16. It must be met exactly.
    block_out, block_in : int
        Shape of a block.
    mask : "fixed" or "learned"
        Kept blocks dealt before training, or the strongest after ``mask_epochs``.
    """

    outputs: int
    weight_bits: int = 3
    activation_bits: int = 3
    compression: int = 1
    block_out: int = 16
    block_in: int = 16
    mask: str = "fixed"

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        return [
            *_whole("outputs", self.outputs, 1, 1 << 16),
            *_whole("weight_bits", self.weight_bits, 1, 4),
            *_whole("activation_bits", self.activation_bits, 1, 8),
            *_choice("compression", self.compression, (1, 2, 4, 8, 16)),
            *_whole("block_out", self.block_out, 1, 1 << 12),
            *_whole("block_in", self.block_in, 1, 1 << 12),
            *_choice("mask", self.mask, ("fixed", "learned")),
        ]

    def columns(self, inputs: int) -> int:
        """Return the input blocks of a layer with ``inputs`` inputs."""
        return -(-inputs // self.block_in)


def _whole(name: str, value: Any, low: int, high: int) -> list[str]:
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return []
    return [f"{name}: must be an integer of {low} to {high}, not {value!r}"]


def _number(name: str, value: Any, low: float, high: float) -> list[str]:
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
        return []
    return [f"{name}: must be a number of {low} to {high}, not {value!r}"]


def _choice(name: str, value: Any, allowed: tuple) -> list[str]:
    if not isinstance(value, bool) and value in allowed:
        return []
    listed = ", ".join(map(repr, allowed[:-1])) + " or " * (len(allowed) > 1) + repr(allowed[-1])
    return [f"{name}: must be {listed}, not {value!r}"]
