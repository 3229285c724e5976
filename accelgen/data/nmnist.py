"""N-MNIST: the recordings that a real sensor made of MNIST on a screen (Orchard et al., 2015).

A recording is a file of 5-byte events, big-endian: x, y, then a bit of polarity and 23 bits of microseconds.
Its 300 ms become the `TIMESTEPS` of `accelgen.data.saccades`, and of its 34 x 34 pixels the middle 32 x 32
are kept, so that a network takes either. They are not fetched: `load_nmnist` reads a folder as it is
published, with ``Train/0/00002.bin`` and the like.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from accelgen.data.mnist import VALIDATION_IMAGES
from accelgen.data.saccades import SACCADES, TIMESTEPS
from accelgen.data.split import Part, split
from accelgen.errors import DataError, at
from accelgen.reading import read_bytes

__all__ = ["Recordings", "load_nmnist", "read_events"]

SIDE = 34
DURATION_US = 300_000
EVENT_BYTES = 5
DIGITS = 10
COUNTS = {"Train": 60_000, "Test": 10_000}


@dataclass(frozen=True, slots=True, eq=False)
class Recordings:
    """Recordings and what they show.

    Attributes
    ----------
    files : tuple of Path
        One for each recording.
    labels : uint8[recordings]
        Classes.
    name : str
        Name for reports.
    full : bool
        Whether it is the whole of a part, so that an accuracy may be claimed.
    """

    files: tuple[Path, ...]
    labels: np.ndarray
    name: str
    full: bool

    def __len__(self) -> int:
        return len(self.labels)

    def first(self, count: int | None) -> Recordings:
        """Return the first ``count`` recordings, or all of them."""
        if count is None or count >= len(self):
            return self
        return Recordings(self.files[:count], self.labels[:count], self.name, False)

    @property
    def events(self) -> bool:
        """Events enter, and not pixels."""
        return True

    def spikes(self, start: int, stop: int) -> np.ndarray:
        """Return the events of some recordings, uint8[recordings, 12, 2048], 1 where there is one.

        Raises
        ------
        DataError
            If a file is damaged; the message names it.
        """
        return np.stack([_spikes(read_events(path)) for path in self.files[start:stop]])


def load_nmnist(folder: Path, part: Part = "test") -> Recordings:
    """Find the recordings of a part of N-MNIST.

    Parameters
    ----------
    folder : Path
        Folder that holds ``Train`` and ``Test``.
    part : "train", "validation" or "test"
        54,000 and 6,000 of ``Train``, or ``Test``: the same images as those of `load_mnist`.

    Raises
    ------
    DataError
        If a folder of a digit is not there, or is empty.
    """
    half = "Test" if part == "test" else "Train"
    recordings = []
    for digit in range(DIGITS):
        home = Path(folder) / half / str(digit)
        paths = list(home.glob("*.bin"))
        if not paths:
            raise DataError(f"{home}: has no recordings of N-MNIST (*.bin)")
        recordings += [(path.name, path, digit) for path in paths]
    recordings.sort()  # by the number of the MNIST image, which is the name
    chosen = np.arange(len(recordings))
    if part != "test":
        train, validation = split(len(recordings), min(VALIDATION_IMAGES, len(recordings) // DIGITS))
        chosen = train if part == "train" else validation
    files = tuple(recordings[n][1] for n in chosen)
    labels = np.array([recordings[n][2] for n in chosen], np.uint8)
    title = "N-MNIST test set" if part == "test" else f"N-MNIST {part} recordings"
    return Recordings(files, labels, title, len(recordings) == COUNTS[half])


def read_events(path: Path, width: int = SIDE, height: int = SIDE) -> np.ndarray:
    """Read a recording of a sensor of ``width`` and ``height``, by default that of N-MNIST.

    Returns
    -------
    int32[events, 4]
        x, y, polarity (1 is brighter) and microseconds of each event.

    Raises
    ------
    DataError
        If the file cannot be read, is cut short, or has an event beside the sensor.
    """
    with at(path):
        data = np.frombuffer(read_bytes(path), np.uint8)
        if len(data) % EVENT_BYTES:
            raise DataError(f"is not a whole number of {EVENT_BYTES}-byte events: it has {len(data)} bytes")
        x, y, high, middle, low = data.reshape(-1, EVENT_BYTES).T.astype(np.int32)
        beside = (x >= width) | (y >= height)
        if beside.any():
            number = int(np.argmax(beside))
            raise DataError(f"event {number}: is at {x[number]}, {y[number]} of {width} x {height} pixels")
        return np.stack([x, y, high >> 7, (high & 127) << 16 | middle << 8 | low], axis=1)


def _spikes(events: np.ndarray) -> np.ndarray:
    margin = (SIDE - SACCADES.width) // 2
    x, y, polarity, time = events.T
    step = np.minimum(time * TIMESTEPS // DURATION_US, TIMESTEPS - 1)
    x, y = x - margin, y - margin
    inside = (x >= 0) & (x < SACCADES.width) & (y >= 0) & (y < SACCADES.height)
    address = (polarity * SACCADES.height + y) * SACCADES.width + x
    spikes = np.zeros((TIMESTEPS, SACCADES.inputs), np.uint8)
    spikes[step[inside], address[inside]] = 1
    return spikes
