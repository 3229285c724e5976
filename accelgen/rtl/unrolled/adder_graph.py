"""Sums that share additions: a constant matrix times a vector, as a graph of adders with two operands.

Weights are written in signed digits, so that an output is a sum of inputs, each shifted and perhaps
subtracted. A pair of terms that several outputs have in common, up to one shift and one sign of both, is
added once: the pair that spares most is taken first, then counted anew, until none occurs twice (Hartley,
1996; Hosangadi, Fallah and Kastner, 2005). What is left of an output is added pair by pair.

The graph says nothing of gates; it carries the exact range of every sum, and is compared with the matrix.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from accelgen.network.widths import signed_bits
from accelgen.rtl.unrolled.weighted_sum import signed_digits

__all__ = ["Adder", "AdderGraph", "Term", "adder_graph", "digits"]

#: Pairs of terms that are counted at once, at most: columns of larger matrices are searched in groups, so
#: that the search takes as long for each weight of a large matrix as for one of a small.
MOST_PAIRS = 400_000

#: How often outputs may be made of others, one after the other, for matrices of so many digits at most: the
#: graph with the fewest bits is taken.
DEPTHS = ((3_000, (0, 1, 2, 3)), (20_000, (0, 1)))

#: Bits of an address of a lookup table.
MOST_TABLE = 4

#: A node of a graph, how far it is shifted to the left, and 1 or -1.
Term = tuple[int, int, int]
#: Two nodes, how far the second is shifted against the first, and the product of their signs.
Pair = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Adder:
    """A sum of two terms and perhaps of a small constant.

    Attributes
    ----------
    left, right : Term
        What is added; one of the two has no shift, and the left one is positive.
    """

    left: Term
    right: Term

    @property
    def free(self) -> int:
        """Low bits of the sum that are those of one term, because the other begins above them."""
        return max(self.right[1], self.left[1] if self.right[2] > 0 else 0)


class AdderGraph:
    """Adders over the inputs of a layer.

    Parameters
    ----------
    inputs : int
        Nodes 0 to ``inputs - 1``; adders follow in their order.
    least, most : int
        The range of an input.

    Attributes
    ----------
    adders : list of Adder
        Each after those it needs.
    outputs : list of Term or None
        The sums; None is of no input.
    constants : list of int
        What is added with each adder.
    apart : bool
        Adders are chains of their own, and not to be compressed together.
    offsets : list of int
        By how much each node is more than its inputs make it, for that reason.
    """

    def __init__(self, inputs: int, least: int, most: int):
        self.inputs = inputs
        self.least = least
        self.most = most
        self.adders: list[Adder] = []
        self.outputs: list[Term | None] = []
        self.constants: list[int] = []
        self.offsets = [0] * inputs
        self.apart = False
        self._weights: list[dict[int, int]] = [{n: 1} for n in range(inputs)]
        self._ranges: list[tuple[int, int]] = [(least, most)] * inputs

    def add(self, left: Term, right: Term) -> int:
        """Append an adder, and return its node. The sign of ``left`` is 1."""
        weights: dict[int, int] = {}
        for node, shift, sign in (left, right):
            for place, weight in self._weights[node].items():
                weights[place] = weights.get(place, 0) + sign * (weight << shift)
        self.adders.append(Adder(left, right))
        self.constants.append(0)
        self.offsets.append(0)
        self._weights.append({place: weight for place, weight in weights.items() if weight})
        values = self._weights[-1].values()
        low = sum(weight * (self.least if weight > 0 else self.most) for weight in values)
        high = sum(weight * (self.most if weight > 0 else self.least) for weight in values)
        self._ranges.append((low, high))
        return len(self._weights) - 1

    def add_constants(self, constants: Sequence[int]) -> None:
        """Say what is added with each adder."""
        self.constants = list(constants)
        for node, (adder, more) in enumerate(zip(self.adders, constants, strict=True), self.inputs):
            self.offsets[node] = more + sum(
                sign * (self.offsets[operand] << shift) for operand, shift, sign in (adder.left, adder.right)
            )

    def table_bits(self, adder: Adder) -> int:
        """Return the bits of the right term of an adder if it is an input that a table can look up, or 0."""
        bits = self.most.bit_length()
        return bits if adder.right[0] < self.inputs and not self.least and bits <= MOST_TABLE else 0

    def range(self, node: int) -> tuple[int, int]:
        """Return the least and the greatest value of a node as it is built."""
        low, high = self._ranges[node]
        return low + self.offsets[node], high + self.offsets[node]

    @property
    def bits(self) -> int:
        """Bits of all adders, without those that are wires."""
        return sum(
            signed_bits(*self.range(node)) - (self.range(node)[0] >= 0) - adder.free
            for node, adder in enumerate(self.adders, self.inputs)
        )

    def check(self, matrix: np.ndarray) -> None:
        """Raise `ArithmeticError` unless the outputs are int[outputs, inputs] ``matrix`` times inputs."""
        found = np.zeros(matrix.shape, np.int64)
        for row, output in zip(found, self.outputs, strict=True):
            if output is not None:
                node, shift, sign = output
                for place, weight in self._weights[node].items():
                    row[place] = sign * (weight << shift)
        if (found != matrix).any():
            raise ArithmeticError("an adder graph computes another matrix than it was made for")


def adder_graph(matrix: np.ndarray, least: int, most: int) -> AdderGraph:
    """Return a graph of few adders that multiplies ``matrix`` by a vector of inputs.

    Parameters
    ----------
    matrix : int[outputs, inputs]
        Weights.
    least, most : int
        The range of an input.

    Raises
    ------
    ArithmeticError
        If the graph computes anything else: it never should.
    """
    terms = digits(matrix).sum()
    depths = next((depths for limit, depths in DEPTHS if terms <= limit), (0,))
    tried = [_graph(matrix, (least, most), depth) for depth in depths]
    return min(tried, key=lambda graph: graph.bits)


def _graph(matrix: np.ndarray, inputs: tuple[int, int], depth: int) -> AdderGraph:
    """Return a graph whose outputs may be made of others, ``depth`` times one after the other."""
    graph = AdderGraph(matrix.shape[1], *inputs)
    parents, steps = _family(matrix, depth)
    rows: list[list[Term]] = [[] for _ in matrix]
    for columns in _groups(steps):
        for row, found in zip(rows, _Search(graph, steps, columns).run(), strict=True):
            row.extend(found)
    outputs: list[Term | None] = [None] * len(rows)
    for number, (parent, sign) in parents.items():
        base = outputs[parent] if parent >= 0 else None
        more = [(base[0], base[1], base[2] * sign)] if base else []
        outputs[number] = _joined(graph, rows[number] + more)
    graph.outputs = outputs
    graph.check(matrix)
    return graph


def _family(matrix: np.ndarray, depth: int) -> tuple[dict[int, tuple[int, int]], np.ndarray]:
    """Say which outputs are made of another one, because little lies between them (Prim, 1957).

    Returns
    -------
    dict of int to (int, int)
        By output, each after the one it is made of: that one or -1, and its sign.
    int[outputs, inputs]
        What has to be added to it.
    """
    steps, levels = matrix.copy(), {-1: 0}
    parents: dict[int, tuple[int, int]] = {}
    # What an output costs so far, and of which it is then made: at first of none.
    best = {number: (int(count), -1, 1) for number, count in enumerate(digits(matrix).sum(axis=1))}
    while best:
        number = min(best, key=lambda one: (best[one][0], one))
        cost, parent, sign = best.pop(number)
        parents[number] = (parent, sign)
        if parent >= 0:
            steps[number] = matrix[number] - sign * matrix[parent]
        levels[number] = levels[parent] + (parent >= 0)
        if levels[number] == depth or not best:
            continue
        others = list(best)
        for sign in (1, -1):
            costs = digits(matrix[others] - sign * matrix[number]).sum(axis=1) + 1
            for other, cost in zip(others, costs.tolist(), strict=True):
                if cost < best[other][0]:
                    best[other] = (cost, number, sign)
    return parents, steps


def digits(matrix: np.ndarray) -> np.ndarray:
    """Return how many signed digits each weight has: those of 3 w xor w, every one a pair of unequal bits."""
    magnitude = np.abs(matrix).astype(np.int64)
    return np.bitwise_count(magnitude ^ (3 * magnitude)).astype(np.int64)


def _groups(matrix: np.ndarray) -> Iterator[range]:
    """Yield columns side by side whose pairs of terms are `MOST_PAIRS` at most, or a single column."""
    found = digits(matrix)
    start, terms = 0, np.zeros(len(matrix), np.int64)
    for column in range(matrix.shape[1]):
        more = terms + found[:, column]
        if column > start and (more * (more - 1) // 2).sum() > MOST_PAIRS:
            yield range(start, column)
            start, more = column, found[:, column]
        terms = more
    yield range(start, matrix.shape[1])


class _Search:
    """The search for common pairs in some columns of a matrix."""

    def __init__(self, graph: AdderGraph, matrix: np.ndarray, columns: Sequence[int]):
        self.graph = graph
        self.rows: list[dict[tuple[int, int], int]] = [{} for _ in matrix]
        self.users: dict[int, set[int]] = {}
        for column in columns:
            for number in np.flatnonzero(matrix[:, column]).tolist():
                self.users.setdefault(column, set()).add(number)
                for sign, shift in signed_digits(int(matrix[number, column])):
                    self.rows[number][column, shift] = sign
        self.counts: dict[Pair, int] = {}
        for row in self.rows:
            for one, other in combinations(sorted(row.items()), 2):
                pair = _pair(one, other)
                self.counts[pair] = self.counts.get(pair, 0) + 1
        self.queue = [(self._order(pair), pair) for pair, count in self.counts.items() if count > 1]
        heapq.heapify(self.queue)

    def run(self) -> list[list[Term]]:
        """Add what is common, and return the terms of each output."""
        while self.queue:
            order, pair = heapq.heappop(self.queue)
            if self.counts.get(pair, 0) < 2:
                continue
            if order != (now := self._order(pair)):  # counted less often than when it was queued
                heapq.heappush(self.queue, (now, pair))
                continue
            places = self._places(pair)
            if sum(map(len, places.values())) < 2:  # those of one node overlap
                self.counts[pair] = 0
                continue
            self._take(pair, places)
        return [[(node, shift, sign) for (node, shift), sign in sorted(row.items())] for row in self.rows]

    def _order(self, pair: Pair) -> tuple[int, int]:
        """Return what a pair is taken by, the least first: the bits it spares, then how little it adds."""
        bits = self._bits(pair)
        return -(self.counts[pair] - 1) * bits, bits

    def _bits(self, pair: Pair) -> int:
        """Return the bits in which the two terms of a pair overlap, which are those of an adder."""
        first, second, shift, _ = pair
        ends = [
            moved + signed_bits(*self.graph.range(node))
            for node, moved in ((first, max(-shift, 0)), (second, max(shift, 0)))
        ]
        return max(1, max(ends) - abs(shift))

    def _places(self, pair: Pair) -> dict[int, list[tuple[int, int]]]:
        """Return by row the shifts of the first and of the second node of a pair, none of them used twice."""
        first, second, shift, product = pair
        places: dict[int, list[tuple[int, int]]] = {}
        for number in sorted(self.users[first] & self.users[second]):
            row, used = self.rows[number], set[tuple[int, int]]()
            for (node, at), sign in sorted(row.items()):
                other = (second, at + shift)
                if node != first or row.get(other) != sign * product or used & {(node, at), other}:
                    continue
                used |= {(node, at), other}
                places.setdefault(number, []).append((at, at + shift))
        return places

    def _take(self, pair: Pair, places: dict[int, list[tuple[int, int]]]) -> None:
        """Make an adder of a pair, and let all rows use it."""
        first, second, shift, product = pair
        node = self.graph.add((first, max(-shift, 0), 1), (second, max(shift, 0), product))
        self.users[node] = set(places)
        for number, shifts in places.items():
            row = self.rows[number]
            for at, other in shifts:
                sign = row[first, at]
                for gone in ((first, at), (second, other)):
                    del row[gone]
                    self._count(row, (gone, sign if gone == (first, at) else sign * product), -1)
                new = (node, min(at, other))
                self._count(row, (new, sign), 1)
                row[new] = sign
            for old in (first, second):
                if not any(place == old for place, _ in row):
                    self.users[old].discard(number)

    def _count(self, row: dict[tuple[int, int], int], term: tuple[tuple[int, int], int], change: int) -> None:
        """Note that the pairs of a term with all of ``row`` came or went."""
        for other in row.items():
            pair = _pair(term, other) if term < other else _pair(other, term)
            self.counts[pair] = count = self.counts.get(pair, 0) + change
            if change > 0 and count > 1:
                heapq.heappush(self.queue, (self._order(pair), pair))


def _pair(one: tuple[tuple[int, int], int], other: tuple[tuple[int, int], int]) -> Pair:
    """Return what two terms are up to one shift and one sign, the lower first."""
    (first, start), sign = one
    (second, end), other_sign = other
    return first, second, end - start, sign * other_sign


def _joined(graph: AdderGraph, terms: list[Term]) -> Term | None:
    """Add terms, those that end lowest first, and return the sum."""
    if not terms:
        return None

    def entry(term: Term) -> tuple[int, Term]:
        low, high = graph.range(term[0])
        return max(high, -low) << term[1], term

    queue = [entry(term) for term in terms]
    heapq.heapify(queue)
    while len(queue) > 1:
        (_, one), (_, other) = heapq.heappop(queue), heapq.heappop(queue)
        # What is subtracted comes second and, of two that are added, an input.
        if (one[2], one[0] >= graph.inputs) < (other[2], other[0] >= graph.inputs):
            one, other = other, one
        moved = min(one[1], other[1])
        left, right = (one[0], one[1] - moved, 1), (other[0], other[1] - moved, one[2] * other[2])
        heapq.heappush(queue, entry((graph.add(left, right), moved, one[2])))
    return queue[0][1]
