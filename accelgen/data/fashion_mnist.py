"""Fashion-MNIST: pictures of clothes in the form of MNIST, 60,000 to learn from and 10,000 to test with.

The files are accepted as they were published, gzipped: the MD5 of each is in the authors' own README, and the
SHA-256 here is that of the same files.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from accelgen.data.fetch import cache_folder, download, file_sha256
from accelgen.data.idx import read_idx
from accelgen.data.images import Images
from accelgen.data.split import Part, split
from accelgen.errors import DataError, at
from accelgen.reading import read_bytes

__all__ = ["CLASSES", "FILES", "HOMES", "fashion_mnist_folder", "load_fashion_mnist"]

HOMES = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)
#: SHA-256 of the four files.
FILES = {
    "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}
CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
VALIDATION_IMAGES = 6000


def fashion_mnist_folder(data: Path | None = None) -> Path:
    """Return a folder with the four files, fetching them if nobody named one.

    Parameters
    ----------
    data : Path, optional
        The folder that holds ``fashion_mnist/``; by default ``ACCELGEN_DATA``, else the cache, into which the
        files are fetched.

    Raises
    ------
    DataError
        If a named folder lacks a file, or one could not be fetched.
    """
    named = data or os.environ.get("ACCELGEN_DATA")
    folder = (Path(named) if named else cache_folder()) / "fashion_mnist"
    missing = [name for name in FILES if not (folder / name).is_file()]
    if named and missing:
        raise DataError(f"{folder}: {missing[0]} is not there: accelgen data get fashion_mnist fetches it")
    try:
        for name in missing:
            download([f"{home}{name}" for home in HOMES], FILES[name], folder / name, file_sha256)
    except DataError as error:
        raise DataError(
            f"Fashion-MNIST is out of reach: {error}; name a folder with --data or ACCELGEN_DATA"
        ) from None
    return folder


def load_fashion_mnist(data: Path | None = None, part: Part = "test", **_: Any) -> Images:
    """Read a part of Fashion-MNIST.

    Parameters
    ----------
    data : Path, optional
        See `fashion_mnist_folder`.
    part : "train", "validation" or "test"
        54,000 and 6,000 of the official training images, the same places as those of MNIST, or the 10,000
        official test images.

    Raises
    ------
    DataError
        If the files are missing, damaged, or not the published ones.
    """
    if part not in ("train", "validation", "test"):
        raise ValueError(f"part must be 'train', 'validation' or 'test', not {part!r}")
    folder = fashion_mnist_folder(data)
    if part == "test":
        return _read(folder, "t10k", "Fashion-MNIST test set")
    both = _read(folder, "train", "Fashion-MNIST training set")
    chosen = split(len(both), VALIDATION_IMAGES)[part == "validation"]
    return Images(both.pixels[chosen], both.labels[chosen], f"Fashion-MNIST {part} images", True)


def _read(folder: Path, stem: str, title: str) -> Images:
    arrays = []
    for name in (f"{stem}-images-idx3-ubyte.gz", f"{stem}-labels-idx1-ubyte.gz"):
        path = folder / name
        with at(path):
            if file_sha256(read_bytes(path)) != FILES[name]:
                raise DataError("is not the published file (its SHA-256 differs)")
        arrays.append(read_idx(path))
    pixels, labels = arrays
    return Images(pixels.reshape(len(pixels), -1), labels, title, True)
