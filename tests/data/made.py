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


def write_wav(
    path: Path, samples: np.ndarray, *, rate: int = 8000, bits: int = 16, kind: int = 1, extra: bytes = b""
) -> Path:
    """Write integer[n] or integer[n, channels] of ``bits`` bits as a WAV file."""
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    width = bits // 8
    if bits == 8:
        data = (samples + 128).astype(np.uint8).tobytes()
    else:
        wide = samples.astype("<i4").reshape(-1, 1).view(np.uint8)
        data = np.ascontiguousarray(wide[:, :width]).tobytes()
    form = b"".join(
        n.to_bytes(size, "little")
        for n, size in (
            (kind, 2),
            (channels, 2),
            (rate, 4),
            (rate * channels * width, 4),
            (channels * width, 2),
            (bits, 2),
        )
    )
    form += extra
    body = b"WAVE" + b"fmt " + len(form).to_bytes(4, "little") + form
    body += b"LIST" + (3).to_bytes(4, "little") + b"abc\0"
    body += b"data" + len(data).to_bytes(4, "little") + data
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)
    return path


def write_tones(folder: Path, count: int = 10, rate: int = 8000, seconds: float = 0.25) -> Path:
    """Write tones of some loudness and noise in folders named after them: high, low, and middle."""
    rng = np.random.default_rng(0)
    length = int(rate * seconds)
    for name, hertz in (("high", 2500), ("low", 400), ("middle", 1200)):
        for n in range(count):
            angle = 2 * np.pi * (hertz * rng.uniform(0.9, 1.1) * np.arange(length) / rate + rng.random())
            sound = rng.uniform(2000, 20000) * np.sin(angle) + rng.normal(0, 200, length)
            write_wav(folder / name / f"{n}.wav", np.rint(sound).astype(np.int64), rate=rate)
    return folder


def recording(rng: np.random.Generator, kind: int, side: int = 8, count: int = 40) -> dict[str, np.ndarray]:
    """Return events of a bar that moves down, or across if ``kind`` is 1: t to 1000, x, y and p."""
    t = np.sort(rng.integers(0, 1000, count))
    along, across = t * side // 1000, rng.integers(0, side, count)
    x, y = (along, across) if kind else (across, along)
    return {"t": t, "x": x, "y": y, "p": rng.integers(0, 2, count)}


def write_events(folder: Path, count: int = 12) -> Path:
    """Write recordings of 8 x 8 pixels in folders of classes, and data.toml."""
    rng = np.random.default_rng(0)
    for kind, name in enumerate(("down", "right")):
        (folder / name).mkdir(parents=True)
        for n in range(count):
            np.savez(folder / name / f"{n}.npz", **recording(rng, kind))
    (folder / "data.toml").write_text("[events]\nwidth = 8\nheight = 8\nduration = 1000\ntimesteps = 4\n")
    return folder
