"""A data set: its name, what it shows, how it is read, and which networks it is for."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

import numpy as np

from accelgen.data.fetch import cache_folder
from accelgen.data.images import Images
from accelgen.data.nmnist import Recordings
from accelgen.data.split import Part
from accelgen.errors import DataError, InvalidRequest
from accelgen.network import Coding, EventInput, Network, PixelInput
from accelgen.network.task import TaskName

if TYPE_CHECKING:
    from accelgen.data.own import Own

__all__ = ["DataSet"]

#: What a data set reads.
Samples = TypeVar("Samples", bound=Images | Recordings)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DataSet(Generic[Samples]):
    """Labelled images, or recordings, that networks are trained on and tested with.

    Attributes
    ----------
    name : str
        Name in recipes, and in the provenance of networks.
    title : str
        Title for people.
    shape : (int, int, int)
        Height, width and channels of an image.
    classes : tuple of str
        Names, in the order of the labels.
    splits : dict of str to int
        Images to train on, to validate with, and to test with.
    folder : str
        Where it is, below the folder that holds data sets.
    licence, citation, url : str
        What may be done with it, whom to name, and where it is from.
    read : callable
        ``read(data, part, sample=, last_resort=)``: see `load`.
    read_training : callable or None
        ``read_training(data)``: images to train on and to validate with, where reading both at once is
        quicker.
    fetch : callable or None
        ``fetch(data, last_resort)``: the folder of its files, which may have to be fetched; None if it
        cannot be fetched.
    sample : int
        Images of the test set that travel with the code; 0 for none.
    events : EventInput or None
        What a sensor makes of its images; None where pixels enter.
    timesteps : int or None
        How long a recording is; None where time has no end.
    sensor : callable or None
        What makes events of its images, uint8[images, timesteps, addresses]; None where pixels enter.
    picture : callable or None
        ``picture(path)``: a picture as the data set would have it, uint8[pixels].
    drawing : callable or None
        ``drawing(grey)``: a drawing as the data set would have it, uint8[pixels]; None if it is of no
        drawings.
    own : Own or None
        The data of a person that it was made of; None of those that accelgen knows by name.
    coding : Coding or None
        How their features become pixels; None if they are pixels.
    keeps : bool
        Whether training keeps some of its test set beside the network: their licence has to allow it.
    task : str
        What is learned of it; see `accelgen.network.task`. ``classes`` are then the names of labels or
        outputs.
    """

    name: str
    title: str
    shape: tuple[int, int, int]
    classes: tuple[str, ...]
    splits: dict[str, int]
    folder: str
    licence: str
    citation: str
    url: str
    read: Callable[..., Samples]
    read_training: Callable[[Path | None], tuple[Samples, Samples]] | None = None
    fetch: Callable[..., Path] | None = None
    sample: int = 0
    events: EventInput | None = None
    timesteps: int | None = None
    sensor: Callable[[np.ndarray], np.ndarray] | None = None
    picture: Callable[[Path], np.ndarray] | None = None
    drawing: Callable[[np.ndarray], np.ndarray] | None = None
    own: Own | None = None
    coding: Coding | None = None
    keeps: bool = False
    task: TaskName = "classes"

    @property
    def outputs(self) -> int:
        """Scores of a network that has learned it."""
        if self.task == "reconstruction":
            return math.prod(self.entering)
        return 1 if self.task == "threshold" else len(self.classes)

    def for_task(self, task: TaskName) -> DataSet[Samples]:
        """Return it for a task: what has classes can be reconstructed too.

        Raises
        ------
        InvalidRequest
            If it cannot be learned from it.
        """
        if task == self.task:
            return self
        if task != "reconstruction" or self.events or self.own:
            raise InvalidRequest(f"{self.title} is for the task {self.task!r}, not {task!r}")
        return replace(self, task=task)

    @property
    def pixels(self) -> int:
        """Values of an image."""
        return math.prod(self.shape)

    @property
    def colour(self) -> bool:
        """An image has more than one channel."""
        return self.shape[2] > 1

    @property
    def plane(self) -> tuple[int, ...]:
        """Shape of an image to be looked at: (height, width), and channels if there are several."""
        return self.shape if self.colour else self.shape[:2]

    @property
    def entering(self) -> tuple[int, ...]:
        """What enters the first layer: (height, width, channels) of images, or a number of addresses."""
        return (self.events.inputs,) if self.events else self.shape

    def coded(self, coding: Coding) -> DataSet[Samples]:
        """Return the same images as codes that ``coding`` makes of their pixels, as of any features."""

        def of_images(read: Callable[..., Samples]) -> Callable[..., Samples]:
            return lambda *how, **more: _coded(read(*how, **more), coding)

        def of_pixels(make: Callable[..., np.ndarray] | None) -> Callable[..., np.ndarray] | None:
            return make and (lambda what: coding.raw(make(what)[None])[0])

        return replace(
            self,
            coding=coding,
            read=of_images(self.read),
            read_training=None,
            picture=of_pixels(self.picture),
            drawing=of_pixels(self.drawing),
        )

    def fits(self, network: Network) -> bool:
        """Return whether its images fit the input of ``network``, whatever that was trained on."""
        entering = network.input
        if self.events or isinstance(entering, EventInput):
            return entering == self.events
        # Spikes are made of grey pixels only.
        return entering.inputs == self.pixels and (isinstance(entering, PixelInput) or not self.colour)

    def load(
        self,
        part: Part = "test",
        data: Path | None = None,
        *,
        sample: Literal["never", "fallback", "only"] = "never",
        last_resort: Callable[[Path], None] | None = None,
    ) -> Samples:
        """Read a part.

        Parameters
        ----------
        part : "train", "validation" or "test"
            The part.
        data : Path, optional
            The folder that holds data sets; by default ``ACCELGEN_DATA``, else a cache.
        sample : "never", "fallback" or "only"
            Whether the committed test images, if there are any, may stand in for the test set, or are all
            that is wanted.
        last_resort : callable, optional
            Called with the folder if the public homes are out of reach; it fills it or raises `DataError`.

        Raises
        ------
        DataError
            If files are missing, damaged, or not the published ones.
        """
        if sample == "only" and not self.sample:
            raise DataError(f"no images of {self.title} travel with the code")
        return self.read(data, part, sample=sample, last_resort=last_resort)

    def load_training(self, data: Path | None = None) -> tuple[Samples, Samples]:
        """Return the images to train on, and those to validate with; see `load`."""
        if self.read_training:
            return self.read_training(data)
        return self.load("train", data), self.load("validation", data)

    def place(self, data: Path | None = None) -> Path:
        """Return the folder in which its files are looked for; see `load`."""
        named = data or os.environ.get("ACCELGEN_DATA")
        return (Path(named) if named else cache_folder()) / self.folder


def _coded(samples: Samples, coding: Coding) -> Samples:
    return replace(samples, pixels=coding.raw(samples.pixels)) if isinstance(samples, Images) else samples
