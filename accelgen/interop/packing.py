"""The order of neurons that fills blocks: those that read alike stand together.

The outputs of a hidden layer may stand in any order, if whoever reads them knows it. Their order decides
which rows share a block of this layer, and which columns share one of the next. Where weights are zeros one
by one, few blocks are empty; rows are grouped by what they read, then pairs are swapped as long as bits are
saved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from accelgen.interop.blocks import best_cut, bits_of, matrix_of
from accelgen.interop.layers import IntegerLayer

__all__ = ["packed"]

#: Share of zeros from which on an order is looked for.
SPARSE = 0.25
#: Pairs that are swapped to see if that saves bits.
SWAPS = 600
#: Inputs of a block by which rows are grouped.
GROUPED = (1, 4, 16)


def packed(layers: Sequence[IntegerLayer], shape: tuple[int, ...]) -> tuple[IntegerLayer, ...]:
    """Return the layers with the outputs of hidden dense ones in the order that costs least.

    Parameters
    ----------
    layers : sequence of IntegerLayer
        In the order in which they run.
    shape : tuple of int
        Of what enters, in the source.
    """
    found = list(layers)
    for number, (layer, after) in enumerate(zip(layers, layers[1:], strict=False)):
        if layer.window is not None or after.window is not None:
            continue
        mine = matrix_of(found[number], found[number - 1].shape if number else shape) != 0
        theirs = matrix_of(after, layer.shape) != 0
        if mine.mean() > 1 - SPARSE and theirs.mean() > 1 - SPARSE:
            continue
        order = _order(mine, theirs, bits_of(layer.weights), bits_of(after.weights))
        found[number], found[number + 1] = _moved(found[number], after, order)
    return tuple(found)


def _order(mine: np.ndarray, theirs: np.ndarray, bits: int, their_bits: int) -> np.ndarray:
    """Return which output stands in each place; ``mine`` has them as rows, ``theirs`` as columns."""

    def cost(order: np.ndarray) -> int:
        return best_cut(mine[order], bits).cost + best_cut(theirs[:, order], their_bits).cost

    as_it_is = np.arange(len(mine))
    tried = [as_it_is, *(_grouped(mine, best_cut(mine, bits).block_out, block_in) for block_in in GROUPED)]
    best = _swapped(min(tried, key=cost), cost)
    return best if cost(best) < cost(as_it_is) else as_it_is


def _grouped(nonzero: np.ndarray, block_out: int, block_in: int) -> np.ndarray:
    """Return rows in groups of ``block_out``: each group takes the row that adds fewest blocks to it."""
    outputs, inputs = nonzero.shape
    columns = -(-inputs // block_in)
    padded = np.zeros((outputs, columns * block_in), bool)
    padded[:, :inputs] = nonzero
    blocks = np.asarray(padded.reshape(outputs, columns, block_in).any(axis=2))
    left, order = list(range(outputs)), list[int]()
    while left:
        seen = np.zeros(columns, bool)
        for place in range(min(block_out, len(left))):
            more = (blocks[left] & ~seen).sum(axis=1)
            # The fullest row begins a group; then the fewest new blocks, and of equals the fullest.
            rank = -more if place == 0 else more * columns - blocks[left].sum(axis=1)
            row = left.pop(int(np.argmin(rank)))
            order.append(row)
            seen |= blocks[row]
    return np.array(order)


def _swapped(order: np.ndarray, cost: Callable[[np.ndarray], int]) -> np.ndarray:
    """Return ``order`` after swaps that cost no more, drawn from a seed."""
    rng, least = np.random.default_rng(0), cost(order)
    for one, other in rng.integers(0, len(order), (SWAPS, 2)):
        swapped = order.copy()
        swapped[[one, other]] = swapped[[other, one]]
        if (found := cost(swapped)) <= least:
            order, least = swapped, found
    return order


def _moved(layer: IntegerLayer, after: IntegerLayer, order: np.ndarray) -> tuple[IntegerLayer, IntegerLayer]:
    """Return a layer with its outputs in ``order``, and the one that reads them."""
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return (
        replace(
            layer,
            weights=layer.weights[order],
            stairs=[layer.stairs[row] for row in order],
            gives=layer.gives[order],
        ),
        replace(after, reads=place[after.reads]),
    )
