"""Some real samples beside a network, ``samples.npz``: what enters it, and the right classes if it has such.

The file is an archive of numpy (``numpy.savez_compressed``) of one array to three:

- ``images``, uint8[samples, pixels]: raw pixels, or codes of 8 bits of features, 0 to 255 (signed ones in
  two's complement), row by row, as `accelgen.golden.run` takes them; or ``spikes``,
  uint8[samples, timesteps, inputs]: 0 or 1, as `accelgen.golden.run_spikes` takes them, if events enter the
  network;
- ``labels``, uint8[samples] or uint16[samples]: the right class of each, 0 to the classes less one, if the
  scores of the network are those of classes;
- ``data_sha256``, uint8[32], if the samples are of somebody's own data: the digest of those, as the
  provenance of the network has it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from accelgen.data.formats.arrays import Array
from accelgen.data.formats.npz import arrays_of
from accelgen.data.images import Images
from accelgen.data.recorded import OWN
from accelgen.errors import DataError, at
from accelgen.golden.run import check_labels
from accelgen.network.network import Network
from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.values import integers

__all__ = ["MOST_SAMPLES", "SAMPLES_FILE", "Samples", "archive", "picked", "read_samples"]

SAMPLES_FILE = "samples.npz"
#: Samples of a file, at most: it is a few, and no data set.
MOST_SAMPLES = 512
#: Samples that `picked` takes, and bytes that they may have before they are packed.
PICKED, ROOM = 256, 1 << 22
DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Some samples of a data set.

    Attributes
    ----------
    entering : uint8[samples, pixels] or uint8[samples, timesteps, inputs]
        Raw images, or spikes of a network that takes events.
    labels : uint8[samples], uint16[samples] or None
        The right classes; None of a network that has another task, of which nothing is claimed by them.
    data_sha256 : str
        Digest of somebody's own data that they are of, in hex; "" of others.
    """

    entering: np.ndarray
    labels: np.ndarray | None
    data_sha256: str = ""

    def __len__(self) -> int:
        return len(self.entering)

    def first(self, count: int) -> Samples:
        """Return the first ``count`` of them."""
        labels = None if self.labels is None else self.labels[:count]
        return Samples(self.entering[:count], labels, self.data_sha256)


def picked(images: Images, data_sha256: str = "", *, classes: bool = True) -> Samples:
    """Return some of the ``images``, evenly from first to last, for data are often sorted by class.

    Their labels are left out unless they are ``classes``.
    """
    row = images.spikes(0, 1).nbytes if images.events else images.pixels[:1].nbytes
    count = min(len(images), PICKED, max(ROOM // max(row, 1), 1))
    chosen = [n * len(images) // count for n in range(count)]
    entering = (
        np.concatenate([images.spikes(n, n + 1) for n in chosen]) if images.events else images.pixels[chosen]
    )
    if not classes:
        return Samples(entering, None, data_sha256)
    labels = images.labels[chosen]
    return Samples(entering, labels.astype("|u1" if labels.max() < 1 << 8 else "<u2"), data_sha256)


def archive(samples: Samples) -> bytes:
    """Return what is written into the file; the same samples give the same bytes."""
    written = io.BytesIO()
    name = "images" if samples.entering.ndim == 2 else "spikes"
    arrays: dict[str, Any] = {name: samples.entering}
    if samples.labels is not None:
        arrays["labels"] = samples.labels
    if samples.data_sha256:
        arrays[OWN] = np.frombuffer(bytes.fromhex(samples.data_sha256), np.uint8)
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
        If it is no such file, an array is missing, too many, or of another shape, dtype or range, or the
        samples are of other data than ``network`` was trained on.
    """
    events = network.input.takes == "events"
    name, inputs = ("spikes" if events else "images"), network.input.inputs
    shape = (MOST_SAMPLES, MAX_TIMESTEPS, inputs) if events else (MOST_SAMPLES, inputs)
    arrays, needed = arrays_of(path), [name] if network.task else [name, "labels"]
    with at(path):
        for wanted in needed:
            if wanted not in arrays:
                raise DataError(f"{wanted}: is missing: it holds {', '.join(list(arrays)[:8]) or 'nothing'}")
        if strange := next((one for one in arrays if one not in (*needed, OWN)), None):
            raise DataError(f"has an array {strange!r}, which is none of {', '.join(needed)} and {OWN}")
        entering = _unpacked(name, arrays[name], shape, ("|u1",))
        if entering.shape[-1] != inputs:
            raise DataError(f"{name}: must have {inputs} inputs, as {network.name}, not {entering.shape[-1]}")
        integers(name, entering, 0, 1 if events else 255)
        if not len(entering):
            raise DataError(f"{name}: must be at least one")
        labels = None
        if network.task is None:
            labels = _unpacked("labels", arrays["labels"], (MOST_SAMPLES,), ("|u1", "<u2"))
            check_labels(labels, len(entering), network.classes)
        mark = _unpacked(OWN, arrays[OWN], (DIGEST_BYTES,), ("|u1",)).tobytes().hex() if OWN in arrays else ""
        if mark and mark != network.provenance.get(OWN):
            raise DataError(f"{OWN}: the samples are of other data than {network.name} was trained on")
    return Samples(entering, labels, mark)


def _unpacked(name: str, array: Array, most: tuple[int, ...], kinds: tuple[str, ...]) -> np.ndarray:
    """Return the values of an array of one of some ``kinds``, if it is at most as large as ``most``."""
    turned = array.turned and len(array.shape) > 1
    if array.dtype.str not in kinds or turned:
        wanted = " or ".join(np.dtype(kind).name for kind in kinds)
        raise DataError(f"{name}: must be {wanted} in rows, not {array.dtype}{' in columns' * turned}")
    sizes = zip(array.shape, most, strict=False)
    if len(array.shape) != len(most) or any(size > limit for size, limit in sizes):
        limits = ", ".join(map(str, most))
        raise DataError(f"{name}: must have shape [{limits}] at most, not {list(array.shape)}")
    return array.whole()
