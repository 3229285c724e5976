"""Ranks of registers between operations, each as late as the depth between two ranks allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from amaranth.hdl import Module, Signal, Value

from accelgen.rtl.unrolled.operations import Operation

__all__ = ["between", "depth", "placed", "spread", "wired"]


def depth(inputs: int, steps: Sequence[Operation]) -> int:
    """Return the levels of the longest way through operations."""
    ends = [0] * inputs
    for step in steps:
        ends.append(max((ends[n] for n in step.operands), default=0) + step.levels)
    return max(ends, default=0)


def placed(inputs: int, steps: Sequence[Operation], most: int) -> list[int]:
    """Return how many ranks come before each operation if ``most`` levels fit between two of them.

    An operation that is deeper by itself has a rank before it.
    """
    ranks, ends = [0] * inputs, [0] * inputs
    for step in steps:
        rank = max((ranks[n] for n in step.operands), default=0)
        end = max((ends[n] for n in step.operands if ranks[n] == rank), default=0) + step.levels
        if end > most and end > step.levels:
            rank, end = rank + 1, step.levels
        ranks.append(rank)
        ends.append(end)
    return ranks[inputs:]


def between(inputs: int, steps: Sequence[Operation], ranks: int) -> list[int]:
    """Return `placed` for as few levels between two ranks as ``ranks`` of them allow."""
    for most in range(1, depth(inputs, steps) + 1):
        found = placed(inputs, steps, most)
        if max(found, default=0) <= ranks:
            return found
    return [0] * len(steps)


def spread(levels: Sequence[int], ranks: int) -> list[int]:
    """Return the ranks of each part of ``levels``: the next goes where most levels lie between two.

    Each part has one at least, all together ``ranks``.
    """
    found = [1] * len(levels)
    while sum(found) < ranks:
        found[max(range(len(found)), key=lambda n: levels[n] / found[n])] += 1
    return found


def wired(
    m: Module, values: Sequence[Value], steps: Sequence[Operation], results: int, moves: Sequence[Value]
) -> list[Value]:
    """Add operations to a module, with a rank of registers for each of ``moves``.

    Parameters
    ----------
    m : Module
        Of the component.
    values : sequence of Value
        Inputs.
    steps : sequence of Operation
        In order.
    results : int
        How many of the last operations are asked for.
    moves : sequence of Value
        What enters each rank is to be kept.

    Returns
    -------
    list of Value
        What the last operations give, all after the last rank.
    """
    now: list[dict[int, Value]] = [{0: value} for value in values]

    def at(number: int, rank: int) -> Value:
        """Return a value as it is after a rank, where registers hold it if it is older."""
        known = now[number]
        if rank not in known:
            before = at(number, rank - 1)
            known[rank] = held = Signal.like(before, name=f"{names[number]}_{rank}", reset_less=True)
            with m.If(moves[rank - 1]):
                m.d.sync += held.eq(before)
        return known[rank]

    names = [f"input{n}" for n in range(len(values))] + [step.name for step in steps]
    readers = Counter(operand for step in steps for operand in step.operands)
    for step, rank in zip(steps, between(len(values), steps, len(moves)), strict=True):
        # Of sums that are read once synthesis would make one sum of many: see `Operation`.
        apart = step.apart and readers[len(now)] == 1
        result = Signal(step.shape, name=step.name, attrs={"keep": 1} if apart else {})
        m.d.comb += result.eq(step.make([at(operand, rank) for operand in step.operands]))
        now.append({rank: result})
    return [at(number, len(moves)) for number in range(len(now) - results, len(now))]
