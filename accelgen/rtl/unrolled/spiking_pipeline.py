"""The unrolled engine of a spiking network: layers one behind the other, a timestep entering each clock.

::

    spikes ─► rank ─► currents 0 ─► neurons 0 ─► rank ─► ... ─► last layer ─► scores ─► rank ─► tally
                                     │    ▲                                  │    ▲
                                     membranes                              scores so far

What comes back, a membrane or a score, comes back within one neuron and one clock; between layers spikes only
go forward. So each layer is a timestep behind the one before, and a sample may follow another at once: its
first timestep clears what the one before has left, layer by layer. More ranks may lie within the sums of a
layer, see `accelgen.rtl.unrolled.ranks`. When a tally waits, the end of the next sample does, and
what is behind it.
"""

from __future__ import annotations

from typing import cast

from amaranth.hdl import Cat, Module, Signal, Value, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.network.layer import Layer
from accelgen.network.spiking import MAX_TIMESTEPS, Spiking, synapse_of
from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Tally, Timestep
from accelgen.rtl.unrolled.neurons import Neurons
from accelgen.rtl.unrolled.operations import result_bits
from accelgen.rtl.unrolled.pipeline import PipelinedLayer, levels_of
from accelgen.rtl.unrolled.ranks import depth, spread
from accelgen.rtl.unrolled.spiking_plan import SpikingUnrolledPlan
from accelgen.rtl.unrolled.winner import tournament

__all__ = ["SpikingPipeline", "timestep_ranks"]

#: Levels of a neuron after the sums: the membrane, and what it leaves.
NEURON_LEVELS = 2
#: And that of a current that lasts, before them.
CURRENT_LEVELS = 1


class SpikingPipeline(wiring.Component):
    """Run timesteps through all layers, one behind the other.

    A sample that has no last timestep, for it was malformed, gives no tally. Throughput: a timestep per
    cycle. Latency: a cycle for each rank, after the last timestep. Back-pressure on ``tally`` stops all ranks
    at once, and ``timesteps`` with them, when the last timestep of the next sample has come; places without a
    timestep are not closed up.

    Parameters
    ----------
    plan : SpikingUnrolledPlan
        What to build.

    Members
    -------
    timesteps : In(stream.Signature(Timestep(inputs)))
        What enters.
    tally : Out(stream.Signature(Tally(classes, score_bits, MAX_TIMESTEPS)))
        Scores of each sample.
    idle : Out(1)
        No timestep is under way, and no tally waits.
    """

    def __init__(self, plan: SpikingUnrolledPlan):
        self.plan = plan
        super().__init__(
            {
                "timesteps": In(stream.Signature(Timestep(plan.network.input.inputs))),
                "tally": Out(stream.Signature(Tally(plan.classes, plan.score_bits, MAX_TIMESTEPS))),
                "idle": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        plan, offered = self.plan, self.timesteps
        ranks, _ = timestep_ranks(plan)
        # held[n]: rank n holds a timestep, which is the first or the last of its sample; what the last rank
        # holds is a tally.
        last = sum(ranks) - 1
        held, first, final = (Signal(last, name=name) for name in ("held", "first", "final"))
        ended, ending, go = Signal(), Signal(), Signal()
        moves, begins = Signal(last + 1), Signal(last + 1)
        m.d.comb += [
            ending.eq(held[-1] & final[-1]),
            go.eq(self.tally.ready | ~ended | ~ending),
            moves.eq(Cat(offered.valid, held) & go.replicate(last + 1)),
            begins.eq(moves & Cat(offered.p.first, first)),
            offered.ready.eq(go),
            self.tally.valid.eq(ended),
            self.idle.eq(~held.any() & ~ended),
        ]
        with m.If(go):
            m.d.sync += [
                held.eq(Cat(offered.valid, held[:-1])),
                first.eq(Cat(offered.p.first, first[:-1])),
                final.eq(Cat(offered.p.final, final[:-1])),
            ]
        with m.If(self.tally.ready):
            m.d.sync += ended.eq(0)
        with m.If(go & ending):
            m.d.sync += ended.eq(1)
        spikes = self._rank(m, "entered", offered.p.spikes, moves[0])
        at = 1
        for number, count in enumerate(ranks[1:]):
            end = at + count - 1
            found = self._layer(m, number, spikes, moves[at:end], moves[end], begins[end - 1])
            at += count
            if number < len(plan.layers) - 1:
                spikes = self._rank(m, f"after{number}", found, moves[end])
        self._read_out(m, found, moves[last], begins[last - 1], final[-1])
        return m

    def _rank(self, m, name: str, values: Value, moves: Value) -> Signal:
        """Return values as they are in the next cycle, or held."""
        held = Signal(len(values), name=name, reset_less=True)
        with m.If(moves):
            m.d.sync += held.eq(values)
        return held

    def _layer(self, m, number: int, spikes: Value, inner: Value, moves: Value, clear: Value) -> Value:
        """Return the spikes of a layer or, of one without neurons, its currents."""
        plan = self.plan
        layer = plan.layers[number]
        m.submodules[f"layer{number}"] = cloud = PipelinedLayer(layer, 1, plan.graphs[number], len(inner))
        m.d.comb += cloud.values.eq(spikes)
        if len(inner):
            m.d.comb += cloud.moves.eq(inner)
        if not plan.network.layers[number].lives:
            return cloud.results
        spiking = cast(Spiking, plan.network.layers[number])
        m.submodules[f"neurons{number}"] = neurons = Neurons(spiking, result_bits(layer, 1))
        m.d.comb += [
            neurons.currents.eq(cloud.results),
            neurons.moves.eq(moves),
            neurons.clear.eq(clear),
        ]
        return neurons.spikes

    def _read_out(self, m, found: Value, moves: Value, clear: Value, final: Value) -> None:
        """Add up what the last layer gives, until the last timestep of a sample."""
        plan, tally = self.plan, self.tally.p
        bits = 1 if plan.counting else result_bits(plan.layers[-1], 1)
        used, now = Signal(counter(MAX_TIMESTEPS + 1)), Signal(counter(MAX_TIMESTEPS + 1))
        counts = [(used, now, 1, tally.used)]
        for number in range(plan.classes):
            more = found.word_select(number, bits)
            score = Signal(signed(plan.score_bits), name=f"score{number}", reset_less=True)
            total = Signal(signed(plan.score_bits), name=f"total{number}")
            counts.append((score, total, more if plan.counting else more.as_signed(), tally.scores[number]))
        for so_far, total, more, told in counts:
            m.d.comb += total.eq(so_far + more)
            with m.If(moves):
                m.d.sync += so_far.eq(total)
            with m.If(clear):
                m.d.sync += so_far.eq(0)
            with m.If(moves & final):
                m.d.sync += told.eq(total)


def timestep_ranks(plan: SpikingUnrolledPlan) -> tuple[list[int], int]:
    """Return the ranks of the spikes that enter and of each layer, and those of the class after them."""
    pairs = zip(levels_of(plan), plan.network.layers, strict=True)
    levels = [deep + _behind_sums(layer) for deep, layer in pairs]
    after = [depth(plan.classes, tournament(plan.classes, plan.score_bits))] if plan.interval else []
    # Nothing is computed before the spikes that enter: no second rank goes there.
    ranks = spread([0, *levels, *after], plan.stages)
    return ranks[: len(levels) + 1], sum(ranks[len(levels) + 1 :])


def _behind_sums(layer: Layer) -> int:
    """Return the levels of a layer after its sums: those of its neurons, or of what adds up scores."""
    if not layer.lives:
        return int(layer.rule is None)
    return NEURON_LEVELS + CURRENT_LEVELS * (synapse_of(layer) is not None)
