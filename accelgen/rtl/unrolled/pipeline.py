"""The unrolled engine as a pipeline: an image may enter with every clock, and its result leaves whole.

::

    image ─► layer 0 ─► rank ─► ... ─► last layer ─► rank ─► class ─► rank ─► result

A rank of registers ends each layer and the class; more of them may lie within, see
`accelgen.rtl.unrolled.ranks`. When a result waits, everything does: no register is there to hold what a
neighbour would lose.
"""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.network.dense import Dense
from accelgen.rtl.unrolled.adder_graph import AdderGraph
from accelgen.rtl.unrolled.operations import Operation, operations, result_bits
from accelgen.rtl.unrolled.plan import UnrolledPlan
from accelgen.rtl.unrolled.ranks import depth, spread, wired
from accelgen.rtl.unrolled.winner import ending

__all__ = ["PipelinedEngine", "PipelinedLayer", "as_word", "levels_of", "ranks_of", "same_score"]


class PipelinedEngine(wiring.Component):
    """Run images through all layers, one behind the other.

    Throughput: an image per cycle. Latency: a cycle for each rank. Back-pressure on ``result`` stops all
    ranks at once, and ``image`` with them; places without an image are not closed up.

    Parameters
    ----------
    plan : UnrolledPlan
        What to build.

    Members
    -------
    image : In(stream.Signature(pixels * activation_bits))
        Pixels, the first in the low bits.
    result : Out(stream.Signature(results * accumulator_bits))
        The words of a result, signed, the first in the low bits.
    """

    def __init__(self, plan: UnrolledPlan):
        self.plan = plan
        pixels, results = plan.network.pixel_input.pixels, plan.network.results
        super().__init__(
            {
                "image": In(stream.Signature(pixels * plan.activation_bits)),
                "result": Out(stream.Signature(results * plan.word_bits)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        ranks = ranks_of(plan)
        # held[n]: rank n holds something of an image.
        held, moves, go = Signal(sum(ranks)), Signal(sum(ranks)), Signal()
        m.d.comb += [
            go.eq(self.result.ready | ~held[-1]),
            moves.eq(Cat(self.image.valid, held[:-1]) & go.replicate(len(held))),
            self.image.ready.eq(go),
            self.result.valid.eq(held[-1]),
        ]
        with m.If(go):
            m.d.sync += held.eq(Cat(self.image.valid, held[:-1]))
        values: Value = self.image.payload
        first = 0
        layers = zip(plan.layers, plan.network.input_bits, plan.graphs, ranks, strict=False)
        for number, (layer, bits, graph, count) in enumerate(layers):
            inner, last = moves[first : first + count - 1], moves[first + count - 1]
            m.submodules[f"layer{number}"] = cloud = PipelinedLayer(layer, bits, graph, count - 1)
            m.d.comb += cloud.values.eq(values)
            if count > 1:
                m.d.comb += cloud.moves.eq(inner)
            values = self._rank(m, f"after{number}", cloud.results, last)
            first += count
        m.d.comb += self.result.payload.eq(self._answered(m, values, moves[first:]))
        return m

    def _rank(self, m, name: str, values: Value, moves: Value) -> Signal:
        """Return values as they are in the next cycle, or held."""
        held = Signal(len(values), name=name, reset_less=True)
        with m.If(moves):
            m.d.sync += held.eq(values)
        return held

    def _answered(self, m, scores: Value, moves: Value) -> Value:
        """Return the words of a result: scores, and what follows them after ranks of its own."""
        plan = self.plan
        bits, words = plan.accumulator_bits, plan.word_bits
        each = [scores.word_select(n, bits).as_signed() for n in range(plan.classes)]
        steps = ending(plan.network.task, plan.classes, bits)
        if steps:
            # The scores go along: they are the first of what is asked for, the end is the last.
            carried = [same_score(n, bits) for n in range(plan.classes)]
            found = wired(m, each, [*steps[:-1], *carried, steps[-1]], plan.classes + 1, moves[:-1])
            held = self._rank(m, "answer", Cat(*found), moves[-1])
            each = [held.word_select(n, bits).as_signed() for n in range(plan.classes)]
            each.append(held[plan.classes * bits :])
        return Cat(as_word(value, words) for value in each)


class PipelinedLayer(wiring.Component):
    """Compute a layer, with ``ranks`` ranks of registers within.

    Parameters
    ----------
    layer : Dense
        Its weights, biases and rule.
    input_bits : int
        Bits of an input.
    graph : AdderGraph or None
        How its sums share additions.
    ranks : int
        Ranks within; after none of them it is combinational.

    Members
    -------
    values : In(inputs * input_bits)
        Unsigned, input 0 in the low bits.
    moves : In(ranks)
        What enters each rank is to be kept. Only if there are any.
    results : Out(outputs * bits)
        Activations, or the signed scores of a layer that gives scores, output 0 in the low bits.
    """

    def __init__(self, layer: Dense, input_bits: int, graph: AdderGraph | None, ranks: int = 0):
        self.layer = layer
        self.input_bits = input_bits
        self.graph = graph
        members = {
            "values": In(layer.inputs * input_bits),
            "results": Out(layer.outputs * result_bits(layer, input_bits)),
        }
        super().__init__(members | ({"moves": In(ranks)} if ranks else {}))

    def elaborate(self, platform):
        m = Module()
        layer = self.layer
        values = [self.values.word_select(n, self.input_bits) for n in range(layer.inputs)]
        steps = operations(layer, self.input_bits, self.graph)
        moves = list(getattr(self, "moves", ()))
        m.d.comb += self.results.eq(Cat(*wired(m, values, steps, layer.outputs, moves)))
        return m


def ranks_of(plan: UnrolledPlan) -> list[int]:
    """Return the ranks of each layer and of the end: the next goes where most levels lie between two."""
    if plan.stages == len(plan.ends):
        return [1] * len(plan.ends)
    steps = ending(plan.network.task, plan.classes, plan.accumulator_bits)
    return spread(levels_of(plan) + ([depth(plan.classes, steps)] if steps else []), plan.stages)


def levels_of(plan: UnrolledPlan) -> list[int]:
    """Return how deep the sums of each layer are; see `depth`."""
    return [
        depth(layer.inputs, operations(layer, bits, graph))
        for layer, bits, graph in zip(plan.layers, plan.network.input_bits, plan.graphs, strict=True)
    ]


def same_score(number: int, bits: int) -> Operation:
    """Return the operation that does nothing to a score."""
    return Operation(f"score{number}", (number,), 0, C(0, bits).as_signed().shape(), lambda values: values[0])


def as_word(value: Value, bits: int) -> Value:
    """Return a value as a word, with its sign if it has one."""
    missing = bits - len(value)
    return Cat(value, value[-1].replicate(missing) if value.shape().signed else C(0, missing))
