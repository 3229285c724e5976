"""Which blocks a layer keeps: drawn before training, or learned by it.

A mask is ``bool[block_rows, input_blocks]`` with the same number of blocks kept in every row.
"""

from __future__ import annotations

import numpy as np

__all__ = ["fixed_mask", "spread_mask", "strongest_mask"]

#: What of its strength a block has left for other rows, each time that a row has kept it.
AGAIN = 0.4


def fixed_mask(rows: int, columns: int, kept: int, rng: np.random.Generator) -> np.ndarray:
    """Draw ``kept`` of ``columns`` blocks for each row, at random but evenly.

    Each row takes the blocks that were taken least so far, ties broken at random, so two columns never
    differ by more than one use.

    Parameters
    ----------
    rows, columns, kept : int
        Block rows, input blocks, and blocks kept in a row, at least 1.
    rng : numpy.random.Generator
        Random generator.

    Returns
    -------
    bool[rows, columns]
    """
    mask = np.zeros((rows, columns), bool)
    for row in range(rows):
        uses = mask.sum(axis=0)
        mask[row, np.lexsort((rng.random(columns), uses))[:kept]] = True
    return mask


def strongest_mask(strength: np.ndarray, kept: int) -> np.ndarray:
    """Keep the ``kept`` strongest blocks of each row; the leftmost wins a tie.

    Parameters
    ----------
    strength : float[rows, columns]
        Magnitude of each block.
    kept : int
        Blocks kept in a row, at least 1.

    Returns
    -------
    bool[rows, columns]
    """
    order = np.argsort(-strength, axis=1, kind="stable")
    mask = np.zeros(strength.shape, bool)
    np.put_along_axis(mask, order[:, :kept], True, axis=1)
    return mask


def spread_mask(strength: np.ndarray, kept: int, again: float = AGAIN) -> np.ndarray:
    """Keep strong blocks of each row, a block the rather the fewer rows have it already.

    Rows of a trained layer often agree on which blocks are the strongest. Where all kept the same ones,
    inputs of the others would be read by nobody, and what they say would be lost to the whole network.

    Parameters
    ----------
    strength : float[rows, columns]
        Magnitude of each block.
    kept : int
        Blocks kept in a row, at least 1.
    again : float
        What of its strength a block has left each time that a row has kept it; 1 is `strongest_mask`.

    Returns
    -------
    bool[rows, columns]
    """
    mask = np.zeros(strength.shape, bool)
    share = strength / np.maximum(strength.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    for _ in range(kept):
        waiting = list(range(len(mask)))
        while waiting:
            left = np.where(mask, -1, share * again ** mask.sum(axis=0))[waiting]
            # Whose first choice is furthest ahead of its second goes first.
            best = np.sort(left, axis=1)[:, -2:]
            row = waiting.pop(int(np.argmax(best[:, -1] - best[:, 0])))
            mask[row, np.argmax(np.where(mask[row], -1, share[row] * again ** mask.sum(axis=0)))] = True
    return mask
