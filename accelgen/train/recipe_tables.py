"""The tables of a recipe: what each key means, and which values it takes.

Nothing is coerced: a value of another type is a problem, in one sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from accelgen.data import SETS
from accelgen.data.reading import Reading
from accelgen.network.encoding import Encoder
from accelgen.network.spiking import MAX_LEAK, MAX_TIMESTEPS, Integration, Reset
from accelgen.network.task import TaskName
from accelgen.toml_checks import number, one_of, truth, whole

__all__ = [
    "DEVICES",
    "MOST_SEED",
    "Augmentation",
    "DataChoice",
    "Precision",
    "Readout",
    "Schedule",
    "SpikingChoice",
]

Readout = Literal["membrane", "count"]
Precision = Literal["float32", "bfloat16"]

MOST_SEED = 2**31 - 1

DEVICES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True, slots=True)
class DataChoice:
    """The data set that is learned from: one that has a name, or a file or folder of one's own.

    Attributes
    ----------
    set : str
        Name of the data set, one of `accelgen.data.SETS`: images, or the events of a sensor.
    pixel_bits : int
        Bits of a pixel, or of the code of a feature, that enters the network, 1 to 8. Events have none.
    path : str
        Data of one's own instead, from the folder of the recipe.
    label, ignore, missing, test, validation, seed
        How they are read: see `accelgen.data.reading.Reading`.
    task : str
        What is learned; see `accelgen.network.task`. What has a name is for classes and reconstruction.
    """

    set: str = "mnist"
    pixel_bits: int = 8
    path: str = ""
    label: str | list[str] | tuple[str, ...] = ""
    ignore: list[str] | tuple[str, ...] = ()
    missing: str | float = "refuse"
    test: float = 0.2
    validation: float = 0.1
    seed: int = 0
    task: TaskName = "classes"

    @property
    def reading(self) -> Reading:
        """How data of one's own are read."""
        ignore = tuple(self.ignore) if isinstance(self.ignore, list) else self.ignore
        label = tuple(self.label) if isinstance(self.label, list) else self.label
        return Reading(label, ignore, self.missing, self.test, self.validation, self.seed, task=self.task)

    @property
    def name(self) -> str:
        """What they are called in messages."""
        return self.path or self.set

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        problems = one_of("set", self.set, tuple(SETS))
        problems = [f"{problem} (path names data of one's own)" for problem in problems]
        problems += whole("pixel_bits", self.pixel_bits, 1, 8)
        if not isinstance(self.path, str) or "\0" in self.path:
            problems.append(f"path: must be the name of a file or a folder, not {self.path!r}")
        if not self.path and replace(self.reading, task="classes") != Reading():
            problems.append(
                "path: is missing: label, ignore, missing, test, validation and seed are of data with one"
            )
        return problems + self.reading.problems()


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Half-widths of the random distortions, and what else is done to a sample; all zero means nothing.

    Grey images are distorted, images with a channel for each colour are cropped and mirrored. Series of
    features have ``shift``, ``scale`` and ``noise``. Tables have nothing.

    Attributes
    ----------
    rotation : float
        Degrees, 0 to 45.
    shift : float
        Pixels, in x and in y, 0 to 8; of series whole steps, to either side, at whose end the last value
        stays.
    scale : float
        Change of size, in x and in y, 0 to 0.5; of series of all features of a sample.
    shear : float
        Horizontal pixels per vertical pixel, 0 to 0.5.
    crop : int
        Black pixels around the image, of which a part of its own size is cut at random, 0 to 8.
    mirror : bool
        Whether left and right change places in half of the images.
    noise : float
        Of series: standard deviation of what is added to each code, as a share of the range of codes, 0 to
        0.5.
    """

    rotation: float = 0.0
    shift: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    crop: int = 0
    mirror: bool = False
    noise: float = 0.0

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        return [
            *number("rotation", self.rotation, 0, 45),
            *number("shift", self.shift, 0, 8),
            *number("scale", self.scale, 0, 0.5),
            *number("shear", self.shear, 0, 0.5),
            *whole("crop", self.crop, 0, 8),
            *truth("mirror", self.mirror),
            *number("noise", self.noise, 0, 0.5),
        ]

    @property
    def distorts(self) -> bool:
        """Whether it turns, stretches or shifts by parts of a pixel."""
        return any((self.rotation, self.shift, self.scale, self.shear))


@dataclass(frozen=True, slots=True)
class Schedule:
    """The training schedule.

    Attributes
    ----------
    arithmetic : "integer" or "float"
        The integer arithmetic of the hardware, or plain float32 (a reference and a teacher).
    epochs, batch : int
        Passes over the training data; images of a step.
    learning_rate : float
        Learning rate of the first epoch, falling to zero as half a cosine. For integer arithmetic its unit
        is one weight step.
    settle : float
        Share of the epochs, at the end, with the means frozen: from then on training computes exactly
        what is exported.
    fill : float
        Share of the activation range that one standard deviation of a sum fills at the start, 0.05 to 1.
        Sums spread as weights learn, and activations that are all at their largest teach nothing.
    mask_epochs : int
        Epochs before a learned mask is cut. The layers are dense until then.
    label_smoothing : float
        Probability moved from the label to all classes, 0 to 0.5.
    distill : str
        Name of the float recipe beside this one that teaches, or "" for none.
    distill_weight : float
        Share of the loss that comes from the teacher, 0 to 1.
    start_from_teacher : bool
        Whether the teacher's weights are the first ones. It must have the same topology; learned masks are
        cut at once, to its strongest blocks.
    activity : float
        Weight in the loss of the mean activation, as a share of the largest, summed over the hidden
        layers, 0 to 10. Spiking networks have theirs in ``[spiking]``.
    seed : int
        Seed of every random draw.
    class_weights : "", "balanced" or list of float
        How much a sample of each class counts in the loss, or a yes of each label: all alike, as much as
        makes up for how rare it is, or what is listed in the order of the names.
    patience : int
        Epochs without a better one after which training ends, 0 for never.
    device : "auto", "cpu", "cuda" or "mps"
        What it runs on; "auto" is an accelerator if there is one. Results are the same each time on the same
        device, and not on another: sums of fractions depend on their order.
    precision : "float32" or "bfloat16"
        What factors of gradients are rounded to, and those of all products of a float recipe and of a
        teacher; products are added up in float32. The sums of integer layers are exact in both.
    """

    arithmetic: Literal["integer", "float"] = "integer"
    epochs: int = 30
    batch: int = 128
    learning_rate: float = 0.02
    settle: float = 0.3
    fill: float = 0.4
    mask_epochs: int = 5
    label_smoothing: float = 0.0
    distill: str = ""
    distill_weight: float = 0.5
    start_from_teacher: bool = False
    activity: float = 0.0
    seed: int = 0
    class_weights: str | list[float] | tuple[float, ...] = ""
    patience: int = 0
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    precision: Precision = "float32"

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        problems = [
            *one_of("arithmetic", self.arithmetic, ("integer", "float")),
            *whole("epochs", self.epochs, 1, 10_000),
            *whole("batch", self.batch, 2, 60_000),
            *number("learning_rate", self.learning_rate, 1e-6, 1),
            *number("settle", self.settle, 0, 1),
            *number("fill", self.fill, 0.05, 1),
            *whole("mask_epochs", self.mask_epochs, 1, 10_000),
            *number("label_smoothing", self.label_smoothing, 0, 0.5),
            *number("distill_weight", self.distill_weight, 0, 1),
            *truth("start_from_teacher", self.start_from_teacher),
            *number("activity", self.activity, 0, 10),
            *whole("seed", self.seed, 0, MOST_SEED),
            *whole("patience", self.patience, 0, 10_000),
            *_weight_problems(self.class_weights),
            *one_of("device", self.device, DEVICES),
            *one_of("precision", self.precision, get_args(Precision)),
        ]
        if not isinstance(self.distill, str):
            problems.append(f"distill: must be the name of a recipe, not {self.distill!r}")
        return problems


def _weight_problems(weights: object) -> list[str]:
    if isinstance(weights, list | tuple) and weights:
        return [problem for weight in weights for problem in number("class_weights", weight, 1e-3, 1e3)][:1]
    wrong = (
        [] if weights in ("", "balanced") else [f"must be 'balanced' or a list of numbers, not {weights!r}"]
    )
    return [f"class_weights: {problem}" for problem in wrong]


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

    integration: Integration = "continuous"
    timesteps: int = 4
    readout: Readout = "membrane"
    encoder: Encoder = "dither"
    leak: int = 0
    reset: Reset = "subtract"
    activity: float = 0.0

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        return [
            *one_of("integration", self.integration, ("discontinuous", "continuous")),
            *whole("timesteps", self.timesteps, 1, MAX_TIMESTEPS),
            *one_of("readout", self.readout, ("membrane", "count")),
            *one_of("encoder", self.encoder, ("dither", "lfsr")),
            *whole("leak", self.leak, 0, MAX_LEAK),
            *one_of("reset", self.reset, ("subtract", "zero")),
            *number("activity", self.activity, 0, 10),
        ]

    @property
    def continuous(self) -> bool:
        """The membranes live on from one timestep to the next."""
        return self.integration == "continuous"
