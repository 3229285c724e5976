"""A few real samples beside a network, ``samples.npz``: what enters it, and the right classes.

The file is an archive of numpy (``numpy.savez_compressed``) of two arrays:

- ``images``, uint8[samples, pixels]: raw pixels, 0 to 255, in row-major order, as `accelgen.golden.run` takes
  them; or ``spikes``, uint8[samples, timesteps, inputs]: 0 or 1, as `accelgen.golden.run_spikes` takes them,
  if events enter the network;
- ``labels``, uint8[samples]: the right class of each, 0 to the number of classes less one.
"""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from accelgen.errors import DataError, at
from accelgen.golden.run import check_labels
from accelgen.network.network import Network
from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.reading import read_bytes
from accelgen.values import integers

__all__ = ["MOST_SAMPLES", "SAMPLES_FILE", "Samples", "archive", "read_samples"]

SAMPLES_FILE = "samples.npz"
#: Samples of a file, at most: it is a handful, and no data set.
MOST_SAMPLES = 64
#: Bytes before the numbers of an array, at most.
HEADER = 1 << 12
ENCRYPTED = 1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, NotImplementedError, SyntaxError)


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Some samples of a data set.

    Attributes
    ----------
    entering : uint8[samples, pixels] or uint8[samples, timesteps, inputs]
        Raw images, or spikes of a network that takes events.
    labels : uint8[samples]
        The right classes.
    """

    entering: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def first(self, count: int) -> Samples:
        """Return the first ``count`` of them."""
        return Samples(self.entering[:count], self.labels[:count])


def archive(samples: Samples) -> bytes:
    """Return what is written into the file; the same samples give the same bytes."""
    written = io.BytesIO()
    name = "images" if samples.entering.ndim == 2 else "spikes"
    arrays: dict[str, Any] = {name: samples.entering, "labels": samples.labels}
    np.savez_compressed(written, **arrays)
    return written.getvalue()


def read_samples(path: Path, network: Network) -> Samples:
    """Return the samples of a file.

    Parameters
    ----------
    path : Path
        The file; of any origin. No more is unpacked of it than `MOST_SAMPLES` samples have.
    network : Network
        What they are for.

    Raises
    ------
    DataError
        If it is no such file, or an array is missing, too many, or of another shape, dtype or range.
    """
    events = network.input.takes == "events"
    name, inputs = ("spikes" if events else "images"), network.input.inputs
    shape = (MOST_SAMPLES, MAX_TIMESTEPS, inputs) if events else (MOST_SAMPLES, inputs)
    with at(path):
        arrays = _unpacked(read_bytes(path), {name: shape, "labels": (MOST_SAMPLES,)})
        entering, labels = arrays[name], arrays["labels"]
        if entering.shape[-1] != inputs:
            raise DataError(f"{name}: must have {inputs} inputs, as {network.name}, not {entering.shape[-1]}")
        integers(name, entering, 0, 1 if events else 255)
        if not len(entering):
            raise DataError(f"{name}: must be at least one")
        check_labels(labels, len(entering), network.classes)
    return Samples(entering, labels)


def _unpacked(data: bytes, wanted: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """Return the arrays of an archive, each of uint8 and at most as large as ``wanted``."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = [info.filename.removesuffix(".npy") for info in packed.infolist()]
            for name in wanted:
                if names.count(name) != 1:
                    raise DataError(f"{name}: must be there once, among {', '.join(names[:8]) or 'nothing'}")
            if strange := next((name for name in names if name not in wanted), None):
                raise DataError(f"has an array {strange!r}, which is none of {', '.join(wanted)}")
            return {
                info.filename.removesuffix(".npy"): _array(packed, info, wanted) for info in packed.infolist()
            }
    except BROKEN as error:
        raise DataError(f"is no archive of numpy, as numpy.savez_compressed writes it: {error}") from error


def _array(packed: zipfile.ZipFile, info: zipfile.ZipInfo, wanted: dict[str, tuple[int, ...]]) -> np.ndarray:
    """Return an array of an archive; its header is looked at before anything is unpacked."""
    name = info.filename.removesuffix(".npy")
    most = wanted[name]
    if info.flag_bits & ENCRYPTED or info.compress_type not in METHODS:
        raise DataError(f"{name}: is packed in another way than numpy.savez_compressed packs")
    with packed.open(info) as file:
        start = io.BytesIO(file.read(HEADER))
        if np.lib.format.read_magic(start) != (1, 0):
            raise DataError(f"{name}: is an array of another version of numpy's format than 1.0")
        shape, columns_first, dtype = np.lib.format.read_array_header_1_0(start)
        if dtype != np.uint8 or columns_first:
            raise DataError(f"{name}: must be uint8 in rows, not {dtype}{' in columns' * columns_first}")
        if len(shape) != len(most) or any(size > limit for size, limit in zip(shape, most, strict=True)):
            limits = ", ".join(map(str, most))
            raise DataError(f"{name}: must have shape [{limits}] at most, not {list(shape)}")
        count = math.prod(shape)
        content = start.read() + file.read(count)
    if len(content) < count:
        raise DataError(f"{name}: ends after {len(content)} of {count} bytes")
    return np.frombuffer(content[:count], np.uint8).reshape(shape)
