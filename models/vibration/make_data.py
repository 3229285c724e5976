"""Make ``vibration.npz``: windows of a made-up accelerometer on a machine that turns, always the same ones.

A window has 64 samples at 1 kHz, in counts of an 8-bit converter (40 counts are 1 g). The shaft turns 30
to 40 times a second and starts at any angle; noise of 0.25 g is on everything.

- ``normal``: 0.25 g at the shaft's frequency;
- ``unbalance``: 0.5 to 1.2 g at the shaft's frequency;
- ``misalignment``: 0.3 g at the shaft's frequency, 0.4 to 1 g at twice and a third of that at three times;
- ``bearing``: as normal, and 3.6 knocks a turn of 0.7 to 1.4 g, each ringing at 220 Hz for about 4 ms.

``python models/vibration/make_data.py`` writes the file beside this one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

CLASSES = ("normal", "unbalance", "misalignment", "bearing")
SAMPLES, RATE, COUNTS, SEED = 64, 1000.0, 40.0, 20
TRAINING, TEST = 600, 150  # windows of each class


def window(kind: str, rng: np.random.Generator) -> np.ndarray:
    """Return a window in g, float64[64]."""
    time = np.arange(SAMPLES) / RATE
    turns, angle = rng.uniform(30, 40), rng.uniform(0, 1)
    shaft = 2 * np.pi * (turns * time + angle)
    first = {"unbalance": rng.uniform(0.5, 1.2), "misalignment": 0.3}.get(kind, 0.25)
    wave = first * np.sin(shaft) + rng.normal(0, 0.25, SAMPLES)
    if kind == "misalignment":
        second, lag = rng.uniform(0.4, 1.0), rng.uniform(0, 2 * np.pi)
        wave += second * np.sin(2 * shaft + lag) + second / 3 * np.sin(3 * shaft)
    if kind == "bearing":
        apart = 1 / (3.6 * turns)
        for knock in np.arange(-2 * apart + rng.uniform(0, apart), SAMPLES / RATE, apart):
            since = time - knock
            ringing = np.exp(-since / 0.004) * np.sin(2 * np.pi * 220 * since)
            wave += np.where(since >= 0, rng.uniform(0.7, 1.4) * ringing, 0)
    return wave


def windows() -> dict[str, np.ndarray]:
    """Return the arrays of the file: ``x`` int8[windows, 64] and ``y`` uint8[windows], mixed."""
    rng = np.random.default_rng(SEED)
    arrays = {}
    for part, count in (("train", TRAINING), ("test", TEST)):
        labels = rng.permutation(np.repeat(np.arange(len(CLASSES), dtype=np.uint8), count))
        waves = np.stack([window(CLASSES[label], rng) for label in labels])
        arrays[f"x_{part}"] = np.clip(np.rint(waves * COUNTS), -128, 127).astype(np.int8)
        arrays[f"y_{part}"] = labels
    return arrays


if __name__ == "__main__":
    np.savez_compressed(Path(__file__).with_name("vibration.npz"), **windows())
