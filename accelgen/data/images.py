"""Images and what they show, as pixels or as the events of a sensor that looks at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from accelgen.errors import InvalidRequest

__all__ = ["Images"]


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """Images and what they show.

    Attributes
    ----------
    pixels : uint8[images, pixels]
        Raw, 0 to 255, row-major; signed codes of features as bytes in two's complement.
    labels : integer[images]
        Classes.
    name : str
        Name for reports.
    full : bool
        False for the committed sample, on which no accuracy may be claimed.
    sensor : callable or None
        Turns pixels into events, uint8[images, timesteps, addresses]; None where pixels themselves enter.
    labelled : bool
        False where nobody knows what they show, and the labels mean nothing.
    """

    pixels: np.ndarray
    labels: np.ndarray
    name: str
    full: bool
    sensor: Callable[[np.ndarray], np.ndarray] | None = None
    labelled: bool = True

    def __len__(self) -> int:
        return len(self.labels)

    def first(self, count: int | None) -> Images:
        """Return the first ``count`` images, or all of them."""
        if count is None or count >= len(self):
            return self
        return replace(self, pixels=self.pixels[:count], labels=self.labels[:count], full=False)

    @property
    def events(self) -> bool:
        """Whether events enter, and not pixels."""
        return self.sensor is not None

    def spikes(self, start: int, stop: int) -> np.ndarray:
        """Return the events of some images, uint8[images, timesteps, addresses], 1 where there is one.

        Raises
        ------
        InvalidRequest
            If no sensor looks at the images.
        """
        if self.sensor is None:
            raise InvalidRequest(f"{self.name}: pixels enter, and no sensor makes events of them")
        return self.sensor(self.pixels[start:stop])
