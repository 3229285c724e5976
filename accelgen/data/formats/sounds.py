"""Folders of WAV files, one for each class: recordings become features by an integer front end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from accelgen.data.formats.class_folders import files_of, holds_classes, read_classes
from accelgen.data.formats.values import Found, Samples, Values, spooled
from accelgen.data.formats.wav import Sound, open_wav, samples_of
from accelgen.data.log_mel import MOST_FRAMES, FrontEnd, features
from accelgen.errors import DataError

__all__ = ["WAV", "features_of", "holds_sounds", "read_sounds"]

WAV = (".wav", ".wave")


def holds_sounds(folder: Path) -> bool:
    """Return whether a folder has folders of WAV files."""
    return holds_classes(folder, WAV)


def read_sounds(folder: Path, front: FrontEnd) -> Found:
    """Read ``<class>/<recording>.wav``, or the same below ``train`` and ``test``.

    Parameters
    ----------
    folder : Path
        Where they are.
    front : FrontEnd
        What makes features of them. What it leaves open is that of the recordings to learn from.

    Returns
    -------
    Found
        Samples of int16[frames, bands], and the front end with nothing left open.

    Raises
    ------
    DataError
        If a file is no WAV file that is read, or has another rate.
    """
    settled: list[FrontEnd] = []

    def read(inner: Path, training: Samples | None) -> Samples:
        sounds = [(open_wav(path), name) for path, name in files_of(inner, "WAV files")]
        if training is None:
            settled.append(_settled(folder, front, [sound for sound, _ in sounds]))
        return _samples(inner, settled[0], sounds)

    found = read_classes("WAV", folder, read)
    return replace(found, front=settled[0])


def features_of(path: Path, front: FrontEnd) -> np.ndarray:
    """Return the features of a WAV file, int16[frames, bands], by a front end with nothing left open.

    Raises
    ------
    DataError
        If it is no WAV file that is read, or has another rate.
    """
    sound = open_wav(path)
    _check_rate(sound, front)
    return features(samples_of(sound, front.samples), front)


def _check_rate(sound: Sound, front: FrontEnd) -> None:
    if sound.rate != front.rate:
        raise DataError(
            f"{sound.path}: has {sound.rate:,} samples in a second, and the front end takes "
            f"{front.rate:,}: nothing is resampled here: bring all files to one rate first"
        )


def _settled(folder: Path, front: FrontEnd, sounds: list[Sound]) -> FrontEnd:
    """Return a front end with rate, hop, end and frames."""
    front = replace(front, rate=front.rate or sounds[0].rate)
    front = replace(front, hop=front.step, high=front.top)
    if problems := front.problems():
        raise DataError(f"{folder}: [frontend]: {problems[0]}")
    frames = front.frames or max(front.fitting(sound.count) for sound in sounds)
    if frames > MOST_FRAMES:
        raise DataError(
            f"{folder}: [frontend]: frames: the longest recording has {frames:,}, and {MOST_FRAMES:,} are "
            "the most: say how many are taken, or a longer hop"
        )
    return replace(front, frames=frames)


def _samples(folder: Path, front: FrontEnd, sounds: list[tuple[Sound, str]]) -> Samples:
    for sound, _ in sounds:
        _check_rate(sound, front)

    def pieces() -> Iterator[np.ndarray]:
        return (features(samples_of(sound, front.samples), front)[None] for sound, _ in sounds)

    shape = front.frames, front.bands
    count, again = spooled(pieces(), shape, np.int16)
    values = Values(str(folder), count, shape, False, again)
    return Samples(values, np.array([name for _, name in sounds]), str(folder))
