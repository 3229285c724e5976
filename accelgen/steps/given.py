"""Samples that a person hands over with the command, or asks to be drawn: no data set is needed for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from accelgen.data import Images
from accelgen.data.formats.arrays import Array, open_bytes
from accelgen.data.formats.sounds import WAV, features_of
from accelgen.data.formats.values import Samples, Values
from accelgen.data.recorded import front_end
from accelgen.data.targets import targets_of
from accelgen.errors import DataError, InvalidOption, at
from accelgen.network import EventInput, Network
from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.network.task import kind_of

__all__ = ["NOTHING", "Given"]

#: An address of a random recording has an event in one of so many timesteps.
RARE = 16
MOST_DRAWN = 1_000_000


@dataclass(frozen=True, slots=True)
class Given:
    """What is played instead of the network's own data.

    Attributes
    ----------
    inputs : Path or None
        An ``.npy`` file: features that the network's rule makes codes of, or pixels of 0 to 255, with as many
        values in a sample as enter, in any shape. Of a network that has learned sound also a WAV file, or a
        folder of some, which are taken in the order of their names.
    labels : Path or None
        An ``.npy`` file with what is right for each: the class, from 0; 0 or 1 for each label, or for a
        threshold; or the numbers.
    drawn : int or None
        So many random samples instead: every pixel, or code of a feature, is as likely as any other.
    """

    inputs: Path | None = None
    labels: Path | None = None
    drawn: int | None = None

    def __bool__(self) -> bool:
        return self.inputs is not None or self.drawn is not None

    def check(self, **others: object) -> None:
        """Raise `InvalidOption` unless its options go together, and with ``others`` of the command."""
        if self.labels is not None and self.inputs is None:
            raise InvalidOption("labels need inputs: both are .npy files, of as many samples")
        if self.inputs is not None and self.drawn is not None:
            raise InvalidOption("inputs and random exclude each other: there is one kind of samples")
        if self.drawn is not None and not 1 <= self.drawn <= MOST_DRAWN:
            raise InvalidOption(f"random must be 1 to {MOST_DRAWN:,} samples, not {self.drawn}")
        for name, value in others.items():
            if self and value not in (None, False):
                raise InvalidOption(
                    f"{name} is of the network's own data, and inputs or random take their place"
                )

    def images(self, network: Network) -> Images:
        """Return the samples; without labels no accuracy may be claimed of them.

        Raises
        ------
        DataError
            If a file is not as it must be.
        InvalidOption
            If the network takes events, of which no file is read here.
        """
        if self.inputs is None:
            return _random(network, self.drawn or 0)
        if network.input.takes == "events":
            raise InvalidOption(f"inputs are features or pixels, and {network.name} takes events")
        codes = _codes(network, self.inputs)
        name = f"{len(codes):,} samples of {self.inputs}"
        if self.labels is None:
            return Images(codes, np.zeros(len(codes), np.uint8), name, full=True, labelled=False)
        return Images(codes, _labels(network, self.labels, len(codes)), name, full=True)


def _random(network: Network, count: int) -> Images:
    rng = np.random.default_rng(0)
    labels, name = np.zeros(count, np.uint8), f"{count:,} random samples"
    if isinstance(network.input, EventInput):
        seeds = np.arange(count, dtype=np.int64)[:, None]
        sensor = partial(_events, addresses=network.input.inputs)
        return Images(seeds, labels, name, full=True, sensor=sensor, labelled=False)
    codes = rng.integers(0, 256, (count, network.input.inputs), np.uint8)
    return Images(codes, labels, name, full=True, labelled=False)


def _events(seeds: np.ndarray, addresses: int) -> np.ndarray:
    """Return random recordings, uint8[n, timesteps, addresses]; ``seeds`` is integer[n, 1]."""
    drawn = [np.random.default_rng(seed).integers(0, RARE, (MAX_TIMESTEPS, addresses)) for (seed,) in seeds]
    return (np.array(drawn) == 0).astype(np.uint8)


def _array(path: Path) -> Array:
    if not path.is_file():
        raise DataError(f"{path}: is not there")
    return Array.read(str(path), partial(open_bytes, path))


def _codes(network: Network, path: Path) -> np.ndarray:
    """Return the values of a file as codes of 8 bits, uint8[n, inputs]."""
    if path.suffix.lower() in WAV or path.is_dir():
        return _sounds(network, path)
    values, coding = _array(path).values(), network.input.coding
    with at(path):
        if values.size != network.input.inputs:
            raise DataError(
                f"has {values.size} values in a sample, and {network.name} takes {network.input.inputs}"
            )
        if not values.count:
            raise DataError("holds no samples")
    parts, row = [], 0
    for piece in values.pieces():
        rows = piece.reshape(len(piece), -1)
        if coding is not None:
            with at(f"{path}: from row {row} on"):
                parts.append(coding.raw(rows))
        else:
            wrong = ~((rows >= 0) & (rows <= 255) & (rows == np.floor(rows)))
            if wrong.any():
                first, place = map(int, np.argwhere(wrong)[0])
                raise DataError(
                    f"{path}: row {row + first}, value {place}: must be a whole number of 0 to 255, not "
                    f"{rows[first, place]}: {network.name} takes pixels"
                )
            parts.append(rows.astype(np.uint8))
        row += len(rows)
    return np.concatenate(parts)


def _sounds(network: Network, path: Path) -> np.ndarray:
    """Return a recording, or those of a folder, as codes of 8 bits, uint8[n, inputs]."""
    front, coding = front_end(network), network.input.coding
    if front is None or coding is None:
        raise InvalidOption(f"{path}: {network.name} has not learned WAV files: inputs are an .npy file")
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in WAV) if path.is_dir() else [path]
    if not files:
        raise DataError(f"{path}: holds no WAV files")
    if front.frames * front.bands != network.input.inputs:
        raise DataError(f"{network.name}: provenance: data_frontend: gives other features than enter")
    return coding.raw(np.stack([features_of(file, front).reshape(-1) for file in files]))


def _labels(network: Network, path: Path, count: int) -> np.ndarray:
    labels = _array(path).labels(count)
    task = kind_of(network.task)
    if task == "reconstruction":
        raise InvalidOption(f"labels are of no reconstruction: what is right for {network.name} enters it")
    if task in ("labels", "regression"):
        samples = Samples(Values(str(path), count, (), False, lambda: iter(())), labels, str(path))
        _, (found,) = targets_of(task, [samples], ())
        if found.shape[1] != network.classes:
            raise DataError(f"{path}: must have {network.classes} columns, not {found.shape[1]}")
        return found
    if labels.ndim > 1:
        raise DataError(f"{path}: must have a class for each sample, not shape {list(labels.shape)}")
    classes = 2 if task == "threshold" else network.classes
    if labels.dtype.kind not in "biu":
        raise DataError(f"{path}: must hold classes of 0 to {classes - 1}, not {labels.dtype}")
    wrong = (labels < 0) | (labels >= classes)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise DataError(f"{path}: row {row}: must be a class of 0 to {classes - 1}, not {labels[row]}")
    return labels.astype(np.int64)


NOTHING = Given()
