"""What follows scores that are all there at once: a class, by a tournament in which the lower wins a draw."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import C, Cat, Mux, Value, signed, unsigned

from accelgen.network.task import Task
from accelgen.rtl.unrolled.operations import Operation

__all__ = ["ending", "tournament"]


def ending(task: Task | None, scores: int, bits: int) -> list[Operation]:
    """Return the operations that make of signed scores what follows them; none if nothing does."""
    if task is None:
        return tournament(scores, bits)
    if task.kind != "threshold":
        return []
    (least,) = task.thresholds

    def reached(values: Sequence[Value]) -> Value:
        return values[0] >= least

    return [Operation("reached", (0,), 1, unsigned(1), reached)]


def tournament(classes: int, bits: int) -> list[Operation]:
    """Return the operations that find the first of the highest of ``classes`` signed scores.

    Parameters
    ----------
    classes : int
        Scores, the inputs of the operations.
    bits : int
        Of a score.

    Returns
    -------
    list of Operation
        The last one is the class, unsigned.
    """
    steps: list[Operation] = []

    def step(name: str, operands: tuple[int, ...], shape, make) -> int:
        steps.append(Operation(name, operands, 1, shape, make))
        return classes + len(steps) - 1

    def winner(first: int, count: int) -> tuple[int, int | None, int]:
        """Return the best of some scores, its place among them, and the bits of that."""
        if count == 1:
            return first, None, 0
        half = 1 << ((count - 1).bit_length() - 1)
        one, place, width = winner(first, half)
        other, late_place, late_width = winner(first + half, count - half)
        name = f"{first}_to_{first + count - 1}"
        later = step(f"later{name}", (one, other), unsigned(1), _later)
        best = one
        if count < classes:  # the last match is about the place alone
            best = step(f"best{name}", (later, one, other), signed(bits), _chosen)
        if place is None:
            return best, later, 1
        operands = (later, place) if late_place is None else (later, place, late_place)
        at = step(f"place{name}", operands, unsigned(width + 1), lambda values: _place(values, width))
        return best, at, width + 1

    if classes == 1:
        return [Operation("class", (), 0, unsigned(1), lambda values: C(0, 1))]
    winner(0, classes)
    return steps


def _later(values: Sequence[Value]) -> Value:
    """Return whether the second of two scores is more: what the first less the second borrows.

    With their signs turned round, scores are unsigned in the same order.
    """
    one, other = (Cat(value[:-1], ~value[-1]) for value in values)
    return (one - other)[len(one)]


def _chosen(values: Sequence[Value]) -> Value:
    later, one, other = values
    return Mux(later, other, one).as_signed()


def _place(values: Sequence[Value], width: int) -> Value:
    later, place, *late = values
    other = Cat(late[0], C(0, width - len(late[0]))) if late else C(0, width)
    return Cat(Mux(later, other, place), later)
