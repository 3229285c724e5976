"""A layer as operations in order, each on inputs or on what came before: registers can go between them.

The levels of an operation are additions, one after the other: what a chain takes is of the same order for
all of them, and no more than an order is needed to place registers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from amaranth.hdl import C, Cat, Mux, Shape, Value, signed, unsigned

from accelgen.network.dense import Dense
from accelgen.network.multiply import Multiply
from accelgen.network.rule import Requantise
from accelgen.network.thresholds import Thresholds
from accelgen.network.widths import accumulator_bits, signed_bits
from accelgen.rtl.common.requantised import reached, requantised
from accelgen.rtl.unrolled.adder_graph import Adder, AdderGraph
from accelgen.rtl.unrolled.carries import remainders
from accelgen.rtl.unrolled.multiplied import multiplied
from accelgen.rtl.unrolled.weighted_sum import signed_digits, weighted_sum

__all__ = ["Operation", "operations", "result_bits"]

#: Bits of which a table is a few lookup tables.
TABLE_BITS = 5


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that gates compute.

    Attributes
    ----------
    name : str
        Of the signal that it becomes.
    operands : tuple of int
        Inputs, or after them the operations, by number.
    levels : int
        How deep it is.
    shape : Shape
        Of its result.
    make : callable
        Takes the operands as values, and returns the result as one.
    apart : bool
        It is an addition that stays one, even where another reads it alone: of many together synthesis makes
        a compressor, two lookup tables a bit, where two carry chains take one each.
    """

    name: str
    operands: tuple[int, ...]
    levels: int
    shape: Shape
    make: Callable[[Sequence[Value]], Value]
    apart: bool = False


def result_bits(layer: Dense, input_bits: int) -> int:
    """Return the bits of an activation of a layer or, of one that gives scores, of a signed score."""
    return layer.rule.bits_out if layer.rule else accumulator_bits(layer, input_bits)


def operations(layer: Dense, input_bits: int, graph: AdderGraph | None) -> list[Operation]:
    """Return the operations of a layer, the last of them its outputs in order.

    Parameters
    ----------
    layer : Dense
        Its weights, biases and rule.
    input_bits : int
        Bits of an input.
    graph : AdderGraph or None
        How its sums share additions; without one each output is a sum of its own.
    """
    if graph is None:
        totals = [_alone(layer, input_bits, number, row) for number, row in enumerate(layer.weights.dense())]
        return totals + [_end_of_alone(layer, input_bits, number) for number in range(layer.outputs)]
    steps = [_added(graph, number) for number in range(len(graph.adders))]
    whole = [_whole(layer, graph, *pair) for pair in enumerate(remainders(graph, layer.bias.tolist()))]
    # What two operations make ends with a signal between them: a sum of which parts are asked for would be
    # written, and built, once for each part.
    first = layer.inputs + len(steps)
    added = [(number, part) for number, part in enumerate(whole) if part.more]
    steps += [_plus(number, part) for number, part in added]
    places = {number: first + place for place, (number, _) in enumerate(added)}
    ends = (_output(layer, input_bits, number, part, places.get(number)) for number, part in enumerate(whole))
    return steps + list(ends)


def _alone(layer: Dense, input_bits: int, number: int, row: np.ndarray) -> Operation:
    """Return one sum of the inputs of an output, which synthesis compresses."""
    kept = np.flatnonzero(row).tolist()
    weights, bias, top = row[kept].tolist(), int(layer.bias[number]), (1 << input_bits) - 1
    levels = sum(1 for weight in weights for _ in signed_digits(weight)).bit_length()
    low, high = (bias + top * sum(pick(weight, 0) for weight in weights) for pick in (min, max))

    def make(values: Sequence[Value]) -> Value:
        return weighted_sum(values, weights, bias)

    return Operation(f"total{number}", tuple(kept), levels, signed(signed_bits(low, high)), make)


def _end_of_alone(layer: Dense, input_bits: int, number: int) -> Operation:
    """Return what the rule of a layer makes of the sum of an output."""

    def make(values: Sequence[Value]) -> Value:
        return _ruled(layer, number, values[0], 0)

    return Operation(f"result{number}", (layer.inputs + number,), 1, _shape_of(layer, input_bits), make)


def _added(graph: AdderGraph, number: int) -> Operation:
    """Return an addition of two terms."""
    adder, (low, high) = graph.adders[number], graph.range(graph.inputs + number)
    width = signed_bits(low, high)
    shape = signed(width) if low < 0 else unsigned(max(width - 1, 1))

    def make(values: Sequence[Value]) -> Value:
        left, right, constant = values[0], values[1], graph.constants[number]
        if (bits := graph.table_bits(adder)) and not adder.free and not adder.left[1]:
            inside = (0, adder.right[2])
            if constant not in inside:
                right, constant = _moved(right, adder.right[2] * constant, bits), 0
        return _sum(adder, left, right, shape, constant)

    apart = graph.apart and not adder.free
    return Operation(f"sum{number}", (adder.left[0], adder.right[0]), 1, shape, make, apart)


def _moved(value: Value, amount: int, bits: int) -> Value:
    """Return a value of few bits plus a constant, as a table."""
    low, high = amount, (1 << bits) - 1 + amount
    width = signed_bits(low, high)
    if not amount % (1 << bits):
        total = Cat(value, C(amount >> bits, max(width - bits, 1)))
    else:
        total = _chosen(value, [(amount + code) % (1 << width) for code in range(1 << bits)], width)
    return total.as_signed()


def _sum(adder: Adder, left: Value, right: Value, shape: Shape, constant: int) -> Value:
    """Return a sum of two terms and a constant; low bits that only one term has are wires.

    A carry into a chain is said by an inversion: synthesis knows that ``a - ~b`` is ``a + b + 1``.
    """
    free, moved, sign = adder.free, adder.left[1], adder.right[2]
    if sign > 0 and moved:
        left, right, moved = right, left, 0
    carried = constant == sign << free and not (sign < 0 and moved)
    carried |= constant == -1 and sign < 0 and moved > 0
    if constant and not carried:
        if moved:
            left, moved = _signed_as(left, Cat(C(constant, moved), left)), 0
        else:
            right, free = _signed_as(right, Cat(C(sign * constant, free), right)), 0
    width = shape.width - free
    upper = _wide(Cat(C(0, moved), left) if moved else left[free:], left, width)
    other = _wide(right, right, width)
    if sign > 0:
        total = upper - ~other if carried else upper + other
    else:
        total = upper + ~other if carried else upper - other
    total = Cat(_wide(left[:free], left, free), total[:width]) if free else total[:width]
    return total.as_signed() if shape.signed else total


def _wide(value: Value, source: Value, width: int) -> Value:
    """Return the low bits of a value as wide as asked, with the sign of ``source`` if that has one."""
    missing = width - len(value)
    if missing <= 0:
        return value[:width]
    return Cat(value, source[-1].replicate(missing) if source.shape().signed else C(0, missing))


def _signed_as(source: Value, value: Value) -> Value:
    """Return a value as a signed one if ``source`` is."""
    return value.as_signed() if source.shape().signed else value


def _signed(value: Value) -> Value:
    """Return a value as a signed one."""
    return value if value.shape().signed else Cat(value, C(0, 1)).as_signed()


@dataclass(frozen=True, slots=True)
class _Whole:
    """A sum that a graph ends with: its node, if it is of any input, what becomes of it, and its range.

    ``more`` has still to be added by a chain; ``offset`` is what else the bias has left, for the rule.
    """

    node: int | None
    shift: int
    sign: int
    low: int
    high: int
    more: int
    offset: int

    def of(self, values: Sequence[Value]) -> Value:
        """Return the sum, signed; a negative one is inverted, and so one less than what it stands for."""
        if self.node is None:
            return C(0, signed(1))
        moved = Cat(C(0, self.shift), values[0]) if self.shift else values[0]
        moved = moved.as_signed() if values[0].shape().signed else _signed(moved)
        return (moved if self.sign > 0 else ~moved)[: signed_bits(self.low, self.high)].as_signed()


def _whole(layer: Dense, graph: AdderGraph, number: int, remainder: int) -> _Whole:
    """Return what an output is, and which part of its bias has to be added to it."""
    node, shift, sign = graph.outputs[number] or (None, 0, 1)
    low, high = (end << shift for end in graph.range(node)) if node is not None else (0, 0)
    if sign < 0:
        low, high = ~high, ~low
    rule, more = layer.rule, remainder
    if isinstance(rule, Thresholds):
        more = 0
    elif isinstance(rule, Requantise):
        kept = signed_bits(low, high) - rule.shift
        more = remainder if remainder % (1 << rule.shift) or kept > TABLE_BITS else 0
    return _Whole(node, shift, sign, low, high, more, remainder - more)


def _plus(number: int, whole: _Whole) -> Operation:
    """Return the addition of a constant."""
    shape = signed(signed_bits(whole.low + whole.more, whole.high + whole.more))

    def make(values: Sequence[Value]) -> Value:
        return (whole.of(values) + whole.more)[: shape.width].as_signed()

    return Operation(f"biased{number}", (whole.node,) if whole.node is not None else (), 1, shape, make)


def _output(layer: Dense, input_bits: int, number: int, whole: _Whole, biased: int | None) -> Operation:
    """Return an output whose sum is there: what its rule makes of it."""
    rule = layer.rule
    node = whole.node if biased is None else biased

    def make(values: Sequence[Value]) -> Value:
        sums = whole.of(values) if biased is None else values[0]
        if isinstance(rule, Requantise) and biased is None:
            return _looked_up(sums.shift_right(rule.shift), whole.offset >> rule.shift, rule.bits)
        return _ruled(layer, number, sums, whole.offset)

    shape = _shape_of(layer, input_bits)
    return Operation(f"result{number}", (node,) if node is not None else (), 1, shape, make)


def _shape_of(layer: Dense, input_bits: int) -> Shape:
    """Return the shape of an output."""
    bits = result_bits(layer, input_bits)
    return unsigned(bits) if layer.rule else signed(bits)


def _ruled(layer: Dense, number: int, sums: Value, offset: int) -> Value:
    """Return what the rule of a layer makes of a signed sum, to which ``offset`` would have to be added."""
    rule = layer.rule
    if isinstance(rule, Thresholds):
        levels = rule.levels[number % len(rule.levels)]
        return reached(sums, [level - offset for level in levels])
    if isinstance(rule, Multiply):
        sums = multiplied(sums, rule.multipliers[number], rule.offsets[number])
    if isinstance(rule, Requantise | Multiply):
        width = max(len(sums), rule.shift + rule.bits + 1)
        total = Cat(sums, sums[-1].replicate(width - len(sums))).as_signed()
        even = isinstance(rule, Multiply) and rule.even
        return requantised(total, rule.shift, rule.bits, even=even)
    return sums


def _looked_up(value: Value, offset: int, bits: int) -> Value:
    """Return ``clamp(value + offset, 0, 2**bits - 1)`` of a signed value as a table."""
    codes = 1 << len(value)
    numbers = [code - (codes if code >= codes // 2 else 0) + offset for code in range(codes)]
    return _chosen(value, [min(max(number, 0), (1 << bits) - 1) for number in numbers], bits)


def _chosen(value: Value, table: list[int], bits: int) -> Value:
    """Return an entry of a table, asking only for the bits of its address that matter."""
    if len(set(table)) == 1:
        return C(table[0], bits)
    half = len(table) // 2
    return Mux(
        value[len(value) - 1],
        _chosen(value[:-1], table[half:], bits),
        _chosen(value[:-1], table[:half], bits),
    )
