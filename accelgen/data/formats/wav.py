"""WAV files of PCM: their samples as integers of 16 bits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from accelgen.errors import DataError, at

__all__ = ["Sound", "open_wav", "samples_of"]

PCM, EXTENSIBLE = 1, 0xFFFE
#: Where an extensible header names the real format.
REAL_FORMAT = slice(24, 26)
#: Of samples whose number was not known when the header was written: they end with the file.
UNKNOWN_LENGTH = 0xFFFFFFFF
SHORTEST_FORMAT = 16
LONGEST_FORMAT = 1 << 10


@dataclass(frozen=True, slots=True)
class Sound:
    """What the header of a file says.

    Attributes
    ----------
    path : Path
        The file.
    rate, channels, bits : int
        Samples in a second, channels (1 or 2), and bits of a sample (8, 16 or 24).
    start, count : int
        Where the samples begin, and how many there are in each channel.
    """

    path: Path
    rate: int
    channels: int
    bits: int
    start: int
    count: int


def open_wav(path: Path) -> Sound:
    """Read the header of a file.

    Raises
    ------
    DataError
        If it is no such file, cut short, or of another kind than PCM of 8, 16 or 24 bits in 1 or 2 channels.
    """
    with at(path):
        try:
            with path.open("rb") as file:
                size = path.stat().st_size
                head = file.read(12)
                if head[:4] != b"RIFF" or head[8:] != b"WAVE":
                    raise DataError("is no WAV file")
                form = b""
                while True:
                    name, length = _chunk(file)
                    if name == b"fmt ":
                        form = file.read(min(length, LONGEST_FORMAT))
                    elif name == b"data":
                        break
                    if name != b"fmt " or length > LONGEST_FORMAT:
                        file.seek(length - (len(form) if name == b"fmt " else 0), 1)
                    file.seek(length & 1, 1)
                rest = size - file.tell()
                if length == UNKNOWN_LENGTH:  # written to a pipe
                    length = rest
                if length > rest:
                    raise DataError(f"is cut short: {rest:,} of {length:,} bytes of samples are there")
                return _sound(path, form, file.tell(), length)
        except OSError as error:
            raise DataError(f"cannot be read: {error.strerror or error}") from error


def _chunk(file: IO[bytes]) -> tuple[bytes, int]:
    head = file.read(8)
    if len(head) < 8:
        raise DataError("ends before its samples")
    return head[:4], int.from_bytes(head[4:], "little")


def _sound(path: Path, form: bytes, start: int, length: int) -> Sound:
    if len(form) < SHORTEST_FORMAT:
        raise DataError("has no format before its samples")
    kind = int.from_bytes(form[:2], "little")
    if kind == EXTENSIBLE:
        kind = int.from_bytes(form[REAL_FORMAT], "little")
    channels, rate = int.from_bytes(form[2:4], "little"), int.from_bytes(form[4:8], "little")
    bits = int.from_bytes(form[14:16], "little")
    if kind != PCM:
        raise DataError(f"is no plain PCM (its format is number {kind}): save it as PCM of 16 bits")
    if bits not in (8, 16, 24):
        raise DataError(f"has samples of {bits} bits: 8, 16 and 24 are read")
    if channels not in (1, 2):
        raise DataError(f"has {channels} channels: mono and stereo are read")
    if not rate:
        raise DataError("has no rate")
    count = length // (channels * bits // 8)
    if not count:
        raise DataError("holds no samples")
    return Sound(path, rate, channels, bits, start, count)


def samples_of(sound: Sound, most: int) -> np.ndarray:
    """Return the first samples of a file, ``most`` of them at most.

    8 bits fill the upper half, the lowest 8 of 24 are left out, and of two channels it is the mean, rounded
    down.

    Returns
    -------
    int64[n]
        -32768 to 32767.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    width = sound.bits // 8
    with at(sound.path):
        try:
            with sound.path.open("rb") as file:
                file.seek(sound.start)
                data = file.read(min(most, sound.count) * sound.channels * width)
        except OSError as error:
            raise DataError(f"cannot be read: {error.strerror or error}") from error
    data = data[: len(data) // (sound.channels * width) * sound.channels * width]
    if width == 1:
        values = (np.frombuffer(data, np.uint8).astype(np.int64) - 128) << 8
    elif width == 2:
        values = np.frombuffer(data, "<i2").astype(np.int64)
    else:
        three = np.frombuffer(data, np.uint8).reshape(-1, 3)
        values = three[:, 1].astype(np.int64) | three[:, 2].view(np.int8).astype(np.int64) << 8
    return values.reshape(-1, sound.channels).sum(axis=1) >> (sound.channels - 1)
