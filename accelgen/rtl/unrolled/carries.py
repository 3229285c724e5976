"""Constants with few gates: biases that leave a graph of adders as part of additions that are there anyway.

A chain may begin with a carry, the low bits of a shifted term are free, and an input of few bits plus a
constant is a table. What is added where is searched for, so that as many outputs as possible need nothing
added at their ends: of a bias that a shift follows only the bits below the shift count, because those above
join the clamp.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from accelgen.rtl.unrolled.adder_graph import Adder, AdderGraph

__all__ = ["remainders", "settle"]

#: Moves that are tried, those without progress after which none are, and what all of them may look at.
MOVES, IDLE, MOST_LOOKS = 6000, 400, 100_000_000
SEED = 0
#: Bits of a constant that is added at the end of an output, about.
WHOLE = 8
#: How often a move is any, not the best, in a hundred.
ANY = 8


def remainders(graph: AdderGraph, biases: Sequence[int]) -> list[int]:
    """Return what has still to be added to each output of a graph.

    A negative output is used as the inverse of its node, which is one less: ``-x = ~x + 1``.
    """
    found = []
    for output, bias in zip(graph.outputs, biases, strict=True):
        node, shift, sign = output or (0, 0, 1)
        offset = graph.offsets[node] << shift if output else 0
        found.append(bias - offset if sign > 0 else bias + 1 + offset)
    return found


def settle(graph: AdderGraph, biases: Sequence[int], modulus: int) -> None:
    """Choose what is added with each adder of a graph.

    Parameters
    ----------
    graph : AdderGraph
        Its outputs are there; nothing is added yet.
    biases : sequence of int
        What is added to each output.
    modulus : int
        Remainders that it divides count as none; 0 if only 0 does.
    """
    choices = [(n, *choice) for n, adder in enumerate(graph.adders) for choice in _choices(graph, adder)]
    looks = len(graph.outputs) * len(choices)
    if not looks or looks > MOST_LOOKS:
        return
    places, amounts, prices = (np.array(column, np.int64) for column in zip(*choices, strict=True))
    effects = _effects(graph)
    left = np.array(remainders(graph, biases), np.int64)
    dice = np.random.default_rng(SEED)
    now = np.zeros((2, len(graph.adders)), np.int64)  # what is added with each adder, and its price
    best, kept, idle = None, now[0], 0
    for _ in range(min(MOVES, MOST_LOOKS // looks)):
        wrong = np.flatnonzero(_rest(left, modulus))
        cost = WHOLE * len(wrong) + now[1].sum()
        if best is None or cost < best:
            best, kept, idle = cost, now[0].copy(), 0
        idle += 1
        if not cost or idle > IDLE:
            break
        if len(wrong):  # something that reaches one that is wrong
            near = np.flatnonzero((effects[dice.choice(wrong)] != 0)[places])
        else:  # something that is paid for
            near = np.flatnonzero(places == dice.choice(np.flatnonzero(now[1])))
        if not len(near):
            continue
        change = amounts[near] - now[0, places[near]]
        moved = left[:, None] - effects[:, places[near]] * change
        costs = WHOLE * np.count_nonzero(_rest(moved, modulus), axis=0) + prices[near] - now[1, places[near]]
        costs[change == 0] = WHOLE * len(left)
        chosen = dice.choice(near if dice.integers(100) < ANY else near[costs == costs.min()])
        place = places[chosen]
        left = left - effects[:, place] * (amounts[chosen] - now[0, place])
        now[:, place] = amounts[chosen], prices[chosen]
    graph.add_constants(kept.tolist())


def _choices(graph: AdderGraph, adder: Adder) -> list[tuple[int, int]]:
    """Return what may be added with an adder, and how many lookup tables that takes."""
    free, moved, sign = adder.free, adder.left[1], adder.right[2]
    if sign < 0 and moved:
        found = {amount: 0 for amount in range(-1, 1 << moved)}
    else:
        found = {0: 0, sign << free: 0} | {sign * amount: free for amount in range(1, 1 << free)}
    if (bits := graph.table_bits(adder)) and not free and not moved:
        for amount in range(-(1 << bits), (2 << bits) + 1):
            found.setdefault(sign * amount, bits + 1 if amount % (1 << bits) else 1)
    return sorted(found.items())


def _rest(values: np.ndarray, modulus: int) -> np.ndarray:
    return values % modulus if modulus else values


def _effects(graph: AdderGraph) -> np.ndarray:
    """Return what one more in each adder takes off the remainder of each output, int64[outputs, adders]."""
    effects = np.zeros((len(graph.outputs), graph.inputs + len(graph.adders)), np.int64)
    for number, output in enumerate(graph.outputs):
        if output:
            node, shift, sign = output
            effects[number, node] += sign << shift
    for place in range(len(graph.adders) - 1, -1, -1):
        adder = graph.adders[place]
        for operand, shift, sign in (adder.left, adder.right):
            effects[:, operand] += sign * (effects[:, graph.inputs + place] << shift)
    return effects[:, graph.inputs :]
