"""Small data of one's own, in every form."""

from __future__ import annotations

from pathlib import Path

import numpy as np

NAMES = ("long", "short", "round")


def blobs(
    count: int = 60, features: int = 4, classes: int = 3, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Return features float64[count, features] and classes int64[count] that are easily told apart."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    middle = 4 * rng.normal(size=(classes, features))
    return middle[labels] + rng.normal(size=(count, features)), labels


def write_csv(path: Path, x: np.ndarray, y: np.ndarray, label: str = "label") -> Path:
    """Write a table with the columns a, b, c, ... and one of labels."""
    columns = [chr(ord("a") + n) for n in range(x.shape[1])]
    lines = [",".join([*columns, label])]
    lines += [",".join([*map(repr, row), str(one)]) for row, one in zip(x.tolist(), y.tolist(), strict=True)]
    path.write_text("\n".join(lines) + "\n")
    return path


def write_npz(path: Path, x: np.ndarray, y: np.ndarray) -> Path:
    """Write an archive of ``x`` and ``y``."""
    np.savez(path, x=x, y=y)
    return path


def write_pictures(folder: Path, count: int = 6, size: tuple[int, int] = (6, 8), mode: str = "L") -> Path:
    """Write pictures of noise, height x width, of the classes dark and light."""
    from PIL import Image

    rng = np.random.default_rng(0)
    for number, name in enumerate(("dark", "light")):
        (folder / name).mkdir(parents=True)
        for n in range(count):
            shape = size if mode == "L" else (*size, 3)
            pixels = rng.integers(128 * number, 128 * number + 128, shape, np.uint8)
            Image.fromarray(pixels, mode).save(folder / name / f"{n}.png")
    return folder
