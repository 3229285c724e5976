"""Images turned into events: a digit moved in saccades before pixels that report changes.

It follows how N-MNIST was recorded (Orchard et al., "Converting static image datasets to spiking
neuromorphic datasets using saccades", 2015): an image stands still in the world and the sensor looks at it
in three saccades along a triangle. A pixel remembers the brightness at its last event; when the
brightness has risen or fallen by `CONTRAST` since, it sends one event with the sign and remembers anew
(Lichtsteiner et al., 2008). The moves are small, a quarter of a pixel or two, so that a timestep shows a few
fragments of the digit and no more: a network must put them together. Pixels also send events without a
cause, at `NOISE_RATE`.

Everything is integer arithmetic and depends on the image alone, so torch, golden model and hardware see the
same events, in any batch.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from accelgen.network.encoding import EventInput, check_images

__all__ = ["CONTRAST", "NOISE_RATE", "SACCADES", "TIMESTEPS", "saccades"]

#: Where the events come from.
SACCADES = EventInput(width=32, height=32, polarities=2)
#: Moves of a recording, four to a saccade.
TIMESTEPS = 12
#: Change of brightness that a pixel reports, of 0 to 255.
CONTRAST = 64
#: Share of pixels, polarities and timesteps with an event of noise, as one over this.
NOISE_RATE = 512

#: Pixels of the image, on a side.
SIDE = 28
#: Corners of the triangle, in quarter pixels right and down of the middle.
CORNERS = ((0, 0), (2, 4), (4, 0), (0, 0))
MIDDLE = (-2, -2)
NOISE_SEED = 2015
NOISE_FRAMES = 251


def saccades(images: np.ndarray) -> np.ndarray:
    """Record images.

    Parameters
    ----------
    images : integer[n, 784]
        Raw, 0 to 255, row-major.

    Returns
    -------
    uint8[n, 12, 2048]
        1 where an address of `SACCADES` has an event in a timestep.

    Raises
    ------
    DataError
        If the images are of another kind, range or shape.
    """
    images = check_images(images, SIDE * SIDE)
    scene = images.reshape(-1, SIDE, SIDE).astype(np.int16)
    path = _path()
    remembered = _seen(scene, *path[0])
    events = np.zeros((len(scene), TIMESTEPS, 2, *remembered.shape[1:]), np.uint8)
    for step, place in enumerate(path[1:]):
        change = _seen(scene, *place) - remembered
        events[:, step, 0] = change <= -CONTRAST
        events[:, step, 1] = change >= CONTRAST
        remembered += np.where(abs(change) >= CONTRAST, change, 0).astype(np.int16)
    events = events.reshape(len(scene), TIMESTEPS, -1)
    return events | _noise(images)


@cache
def _path() -> list[tuple[int, int]]:
    """Return the places of the image, in quarter pixels right and down: one more than there are moves."""
    moves = TIMESTEPS // (len(CORNERS) - 1)
    places = [CORNERS[0]]
    for (x0, y0), (x1, y1) in zip(CORNERS, CORNERS[1:], strict=False):
        for move in range(1, moves + 1):
            # Whole quarters, halves rounded up.
            places.append(
                (
                    x0 + (2 * (x1 - x0) * move + moves) // (2 * moves),
                    y0 + (2 * (y1 - y0) * move + moves) // (2 * moves),
                )
            )
    return [(x + MIDDLE[0], y + MIDDLE[1]) for x, y in places]


def _seen(scene: np.ndarray, right: int, down: int) -> np.ndarray:
    """Return what the sensor sees of a moved image, int16[n, 32, 32], interpolated between its pixels."""
    margin = (SACCADES.height - SIDE) // 2
    (x, part_x), (y, part_y) = divmod(right, 4), divmod(down, 4)
    seen = np.zeros((len(scene), SACCADES.height + 1, SACCADES.width + 1), np.int16)
    top, left = margin + y, margin + x
    for dy, weight_y in ((0, 4 - part_y), (1, part_y)):
        for dx, weight_x in ((0, 4 - part_x), (1, part_x)):
            if weight := weight_y * weight_x:
                seen[:, top + dy : top + dy + SIDE, left + dx : left + dx + SIDE] += scene * np.int16(weight)
    return seen[:, : SACCADES.height, : SACCADES.width] >> 4


def _noise(images: np.ndarray) -> np.ndarray:
    """Return the noise of each image, uint8[n, 12, 2048]: frames of a bank, picked by the image."""
    mark = images.astype(np.int64) @ _marks()
    frames = (mark[:, None] + np.arange(TIMESTEPS) * 97) % NOISE_FRAMES
    return _bank()[frames]


@cache
def _marks() -> np.ndarray:
    return np.random.default_rng(NOISE_SEED).integers(1, NOISE_FRAMES, SIDE * SIDE)


@cache
def _bank() -> np.ndarray:
    rng = np.random.default_rng(NOISE_SEED + 1)
    return (rng.integers(0, NOISE_RATE, (NOISE_FRAMES, SACCADES.inputs)) == 0).astype(np.uint8)
