"""CIFAR-10: 50,000 colour images to learn from, 10,000 to test with, of ten classes.

The authors publish the MD5 of their archive and no other digest; an archive is checked against that. Their
images may also be at hand recompressed as JPEG, which changes them, and so every figure obtained on them:
the name of what is read says so.
"""

from __future__ import annotations

import io
import os
import tarfile
import zlib
from pathlib import Path

import numpy as np

from accelgen.data.fetch import cache_folder, download, file_md5
from accelgen.data.images import Images
from accelgen.data.split import Part, split
from accelgen.errors import DataError, at
from accelgen.optional import needed

__all__ = [
    "ARCHIVE",
    "ARCHIVE_MD5",
    "CLASSES",
    "HOME",
    "SHAPE",
    "cifar10_folder",
    "load_cifar10",
    "load_cifar10_training",
]

#: Height, width and channels of an image.
SHAPE = (32, 32, 3)
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
HOME = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
ARCHIVE_MD5 = "c32a1d4ab5d03f1284b67883e8d87530"
ARCHIVE, BATCHES, JPEG = "cifar-10-binary.tar.gz", "cifar-10-batches-bin", "cifar10_jpeg.npz"
TRAIN_FILES = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST_FILES = ("test_batch.bin",)
IMAGES_PER_FILE = 10_000
VALIDATION_IMAGES = 5000
PIXELS = 32 * 32 * 3


def cifar10_folder(data: Path | None = None) -> Path:
    """Return a folder that holds CIFAR-10, fetching it if nobody named one.

    Parameters
    ----------
    data : Path, optional
        The folder that holds ``cifar10/``; by default ``ACCELGEN_DATA``, else the cache, into which the
        archive is fetched. It has the folder ``cifar-10-batches-bin``, the archive
        ``cifar-10-binary.tar.gz`` or the recompressed images ``cifar10_jpeg.npz``; the first of these counts.

    Raises
    ------
    DataError
        If a named folder has none of these, or nothing could be fetched.
    """
    named = data or os.environ.get("ACCELGEN_DATA")
    folder = (Path(named) if named else cache_folder()) / "cifar10"
    if any((folder / name).exists() for name in (BATCHES, ARCHIVE, JPEG)):
        return folder
    if named:
        raise DataError(f"{folder}: neither {BATCHES}, {ARCHIVE} nor {JPEG} is there")
    try:
        download([HOME], ARCHIVE_MD5, folder / ARCHIVE, digest=file_md5)
    except DataError as error:
        raise DataError(
            f"CIFAR-10 is out of reach: {error}; name a folder with --data or ACCELGEN_DATA"
        ) from None
    return folder


def load_cifar10(data: Path | None = None, part: Part = "test") -> Images:
    """Read a part of CIFAR-10, pixels in the order (y, x, channel): uint8[images, 3072].

    Parameters
    ----------
    data : Path, optional
        See `cifar10_folder`.
    part : "train", "validation" or "test"
        45,000 and 5,000 of the official training images, or the 10,000 official test images.

    Raises
    ------
    DataError
        If the files are missing or damaged, or the archive is not the published one.
    """
    if part not in ("train", "validation", "test"):
        raise ValueError(f"part must be 'train', 'validation' or 'test', not {part!r}")
    if part == "test":
        return _official(data, "test")
    return load_cifar10_training(data)[part == "validation"]


def load_cifar10_training(data: Path | None = None) -> tuple[Images, Images]:
    """Read the official training images once, and return those to train on and those to validate with.

    See `load_cifar10`.
    """
    both = _official(data, "train")
    parts = zip(("train", "validation"), split(len(both), VALIDATION_IMAGES), strict=True)
    title = both.name.removesuffix(" train set")
    train, validation = (
        Images(both.pixels[n], both.labels[n], f"{title} {part} images", True) for part, n in parts
    )
    return train, validation


def _official(data: Path | None, part: str) -> Images:
    """Return the official images of ``part``, "train" or "test"."""
    folder = cifar10_folder(data)
    if (folder / BATCHES).exists() or (folder / ARCHIVE).exists():
        return Images(*_binary(folder, part), f"CIFAR-10 {part} set", True)
    title = f"CIFAR-10 recompressed as JPEG quality 75, {part} set"
    return Images(*_jpeg(folder / JPEG, part), title, True)


def _binary(folder: Path, official: str) -> tuple[np.ndarray, np.ndarray]:
    """Return pixels and labels of the authors' files: a byte for the label, then the planes of a colour."""
    names = TEST_FILES if official == "test" else TRAIN_FILES
    if (folder / BATCHES).exists():
        parts = [_file(folder / BATCHES / name) for name in names]
    else:
        parts = _members(folder / ARCHIVE, names)
    length = 1 + PIXELS
    for name, part in zip(names, parts, strict=True):
        if len(part) != IMAGES_PER_FILE * length:
            raise DataError(f"{folder}: {name} must have {IMAGES_PER_FILE * length} bytes, not {len(part)}")
    records = np.frombuffer(b"".join(parts), np.uint8).reshape(-1, length)
    with at(folder):
        labels = _labels(records[:, 0])
    planes = records[:, 1:].reshape(-1, SHAPE[2], *SHAPE[:2])
    return planes.transpose(0, 2, 3, 1).reshape(-1, PIXELS), labels


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from error


def _members(path: Path, names: tuple[str, ...]) -> list[bytes]:
    """Return files of the archive by their exact names; nothing is unpacked onto the disk."""
    whole = _file(path)
    if file_md5(whole) != ARCHIVE_MD5:
        raise DataError(f"{path}: is not the published file (its MD5 differs)")
    try:
        with tarfile.open(fileobj=io.BytesIO(whole), mode="r:gz") as archive:
            return [_member(archive, f"{BATCHES}/{name}") for name in names]
    except (KeyError, tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: is damaged: {error}") from error


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    if member is None:
        raise tarfile.TarError(f"{name} is no file")
    return member.read()


def _jpeg(path: Path, official: str) -> tuple[np.ndarray, np.ndarray]:
    """Return pixels and labels of the recompressed images.

    ``<part>_jpeg`` holds the JPEG files one after the other, ``<part>_offsets`` where each begins and ends.
    """
    with at(path):
        try:
            with np.load(path, allow_pickle=False) as arrays:
                stream, ends, labels = (arrays[f"{official}_{n}"] for n in ("jpeg", "offsets", "labels"))
        except Exception as error:  # numpy and zipfile raise many kinds of errors for a damaged file
            raise DataError(f"is damaged: {' '.join(str(error).split())}") from error
        fits = stream.dtype == labels.dtype == np.uint8 and ends.dtype == np.int64
        if not fits or ends.shape != (len(labels) + 1,) or ends[0] != 0 or ends[-1] != len(stream):
            raise DataError(f"{official}_jpeg, {official}_offsets and {official}_labels do not fit together")
        if (np.diff(ends) <= 0).any():
            raise DataError(f"{official}_offsets: must rise")
        whole = stream.tobytes()
        ends = ends.tolist()
        images = [_picture(whole[start:end]) for start, end in zip(ends, ends[1:], strict=False)]
        return np.stack(images).reshape(-1, PIXELS), _labels(labels)


def _picture(data: bytes) -> np.ndarray:
    """Return the pixels of a JPEG file, uint8[32, 32, 3]."""
    with needed():
        from PIL import Image
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
            if (*picture.size[::-1], len(picture.getbands())) != SHAPE:
                raise DataError(f"an image must be 32 x 32 in colour, not {picture.size} {picture.mode}")
            return np.asarray(picture)
    except DataError:
        raise
    except Exception as error:  # a damaged picture makes pillow raise almost anything
        raise DataError(f"an image is damaged: {error}") from error


def _labels(labels: np.ndarray) -> np.ndarray:
    if not labels.size or labels.max() >= len(CLASSES):
        raise DataError(f"labels must be 0 to {len(CLASSES) - 1}")
    return labels.copy()
