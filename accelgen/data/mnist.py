"""MNIST: 60,000 images to learn from, 10,000 to test with, and a sample that travels with the code."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from accelgen.data.fetch import cache_folder, content_digest, download
from accelgen.data.idx import read_idx
from accelgen.data.images import Images
from accelgen.data.split import Part, split
from accelgen.errors import DataError
from accelgen.shipped import SIM

__all__ = ["FILES", "HOMES", "SAMPLE", "load_mnist", "mnist_folder"]

HOMES = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
#: SHA-256 of the four files, gunzipped.
FILES = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
#: The first 256 official test images, committed as test vectors.
SAMPLE = SIM / "vectors" / "mnist"
VALIDATION_IMAGES = 6000


def mnist_folder(data: Path | None = None, last_resort: Callable[[Path], None] | None = None) -> Path:
    """Return a folder with the four files, fetching them if nobody named one.

    Parameters
    ----------
    data : Path, optional
        The folder that holds ``mnist/``; by default ``ACCELGEN_DATA``, else the cache, into which the
        files are fetched.
    last_resort : callable, optional
        Called with the folder if the public homes are out of reach; it fills it or raises `DataError`.

    Raises
    ------
    DataError
        If a named folder lacks a file, or nothing could be fetched.
    """
    named = data or os.environ.get("ACCELGEN_DATA")
    folder = (Path(named) if named else cache_folder()) / "mnist"
    missing = [name for name in FILES if _find(folder, name) is None]
    if not missing:
        return folder
    if named:
        raise DataError(f"{folder}: {missing[0]} (or .gz) is not there")
    try:
        for name in missing:
            download([f"{home}{name}.gz" for home in HOMES], FILES[name], folder / f"{name}.gz")
    except DataError as error:
        try:
            if last_resort is None:
                raise
            last_resort(folder)
        except DataError as other:
            reason = error if other is error else f"{error}; {other}"
            raise DataError(
                f"MNIST is out of reach: {reason}; name a folder with --data or ACCELGEN_DATA"
            ) from None
    return folder


def load_mnist(
    data: Path | None = None,
    part: Part = "test",
    *,
    sample: Literal["never", "fallback", "only"] = "never",
    last_resort: Callable[[Path], None] | None = None,
) -> Images:
    """Read a part of MNIST.

    Parameters
    ----------
    data, last_resort
        See `mnist_folder`.
    part : "train", "validation" or "test"
        54,000 and 6,000 of the official training images, or the 10,000 official test images.
    sample : "never", "fallback" or "only"
        Whether the committed test images may stand in for the test set, or are all that is wanted.

    Raises
    ------
    DataError
        If the files are missing, damaged, or not the published ones.
    ValueError
        If ``part`` or ``sample`` is another word.
    """
    if part not in ("train", "validation", "test"):
        raise ValueError(f"part must be 'train', 'validation' or 'test', not {part!r}")
    if sample not in ("never", "fallback", "only"):
        raise ValueError(f"sample must be 'never', 'fallback' or 'only', not {sample!r}")
    if sample == "only":
        return _read(SAMPLE, "t10k", "first 256 MNIST test images", full=False)
    try:
        folder = mnist_folder(data, last_resort)
    except DataError:
        if sample == "never" or part != "test" or data is not None:
            raise
        return _read(SAMPLE, "t10k", "first 256 MNIST test images", full=False)
    if part == "test":
        return _read(folder, "t10k", "MNIST test set", full=True)
    both = _read(folder, "train", "MNIST training set", full=True)
    train, validation = split(len(both), VALIDATION_IMAGES)
    chosen = train if part == "train" else validation
    return Images(both.pixels[chosen], both.labels[chosen], f"MNIST {part} images", True)


def _find(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / f"{name}.gz", folder / name) if path.is_file()), None)


def _read(folder: Path, stem: str, title: str, full: bool) -> Images:
    arrays = []
    for name in (f"{stem}-images-idx3-ubyte", f"{stem}-labels-idx1-ubyte"):
        path = _find(folder, name)
        if path is None:
            raise DataError(f"{folder}: {name} (or .gz) is not there")
        if full and content_digest(path.read_bytes()) != FILES[name]:
            raise DataError(f"{path}: is not the published file (its SHA-256 differs)")
        arrays.append(read_idx(path))
    pixels, labels = arrays
    if pixels.ndim != 3 or labels.shape != pixels.shape[:1]:
        raise DataError(f"{folder}: {stem} has {pixels.shape[0]} images and {len(labels)} labels")
    return Images(pixels.reshape(len(pixels), -1), labels, title, full)
