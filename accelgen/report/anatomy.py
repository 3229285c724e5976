"""A network as a picture: which blocks each layer keeps, and which pixels the first one reads."""

from __future__ import annotations

import math

import numpy as np

from accelgen.network.blocks import BlockSparse
from accelgen.report.svg import element, strip

__all__ = ["blocks_kept", "pixels_read", "strengths"]

#: More rows and columns than this are drawn together.
MOST_ROWS, MOST_COLUMNS = 64, 196


def strengths(weights: BlockSparse) -> np.ndarray:
    """Return the mean magnitude of each kept block, as a share of the largest code; NaN where none is kept.

    Returns
    -------
    float[block_rows, input_blocks]
    """
    found = np.full((weights.block_rows, weights.input_blocks), np.nan)
    largest = max(int(np.abs(weights.codes).max()), 1)
    means = np.abs(weights.codes.astype(np.int32)).mean(axis=(2, 3)) / largest
    found[np.arange(weights.block_rows)[:, None], weights.index] = means
    return found


def blocks_kept(title: str, weights: BlockSparse) -> str:
    """Return the blocks of a layer: a row for each block of outputs, the darker the larger its weights.

    Neighbours are drawn as one in a layer with very many blocks, the darker the more of them are kept.
    """
    shares = strengths(weights)
    rows, columns = shares.shape
    joined_rows, joined_columns = -(-rows // MOST_ROWS), -(-columns // MOST_COLUMNS)
    if joined_rows * joined_columns > 1:
        shares = _joined(np.nan_to_num(shares), joined_rows, joined_columns)
        shares = np.where(shares > 0, shares / shares.max(), np.nan)
    body = [
        element("rect", x=0, y=0, width=shares.shape[1], height=shares.shape[0], class_="ground"),
        *(
            element(
                "rect",
                x=int(c),
                y=int(r),
                width=1,
                height=1,
                class_="s0",
                fill_opacity=_opacity(shares[r, c]),
            )
            for r, c in np.argwhere(~np.isnan(shares))
        ),
    ]
    return strip(title, shares.shape[1], shares.shape[0], body, "strip blocks")


def pixels_read(title: str, weights: BlockSparse) -> str | None:
    """Return how many block rows read each pixel, as the image lies; None if the inputs are no square."""
    side = math.isqrt(weights.inputs)
    if side * side != weights.inputs:
        return None
    uses = np.bincount(weights.index.ravel(), minlength=weights.input_blocks)
    pixels = np.repeat(uses, weights.block_in)[: weights.inputs].reshape(side, side) / weights.block_rows
    body = [element("rect", x=0, y=0, width=side, height=side, class_="ground")]
    for r, line in enumerate(pixels):
        # Neighbours that are alike are one rectangle.
        edges = [0, *(np.flatnonzero(np.diff(line)) + 1).tolist(), side]
        for start, end in zip(edges, edges[1:], strict=False):
            if line[start]:
                share = f"{line[start]:.0%} of the block rows"
                body.append(
                    element("rect", element("title", share), x=start, y=r, width=end - start, height=1,
                            class_="s0", fill_opacity=_opacity(line[start] / pixels.max()))
                )  # fmt: skip
    return strip(title, side, side, body, "square")


def _joined(shares: np.ndarray, rows: int, columns: int) -> np.ndarray:
    height, width = -(-shares.shape[0] // rows), -(-shares.shape[1] // columns)
    padded = np.zeros((height * rows, width * columns))
    padded[: shares.shape[0], : shares.shape[1]] = shares
    return padded.reshape(height, rows, width, columns).mean(axis=(1, 3))


def _opacity(share: float) -> float:
    return round(0.2 + 0.8 * min(float(share) * 1.5, 1.0), 2)
