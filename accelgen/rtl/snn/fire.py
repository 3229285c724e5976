"""The fire scan: which neurons of a pass fire, and what their membranes keep."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import C, Cat, Module, Mux, Signal, Value, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.network.spiking import Neuron
from accelgen.network.synapse import Synapse
from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Accumulators, Activations
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.snn.potentials import Potentials

__all__ = ["Fire"]


class Fire(wiring.Component):
    """Compare, leak and reset all membranes of a pass: see the equations in `accelgen.network.spiking`.

    Where currents last, sums are not membranes but currents: they leak too, are what a pass leaves to start
    from, and are added to membranes, which this unit keeps.

    Throughput: one pass per cycle. Latency: none (combinational). Back-pressure passes straight
    through; membranes are written in the cycle in which the spikes move.

    Parameters
    ----------
    plan : SpikingPlan
        Lanes, widths and neurons. Layers without a neuron never come here.

    Members
    -------
    restart : In(1)
        A timestep starts.
    layer : In(range(layers))
        The layer that runs.
    first : In(1)
        This is the first timestep: nothing was left. Only if some current lasts.
    passes : In(stream.Signature(Accumulators(lanes, accumulator_bits)))
        Membranes of finished passes, or currents that last.
    spikes : Out(stream.Signature(Activations(lanes, 1)))
        Which neurons fire.
    left : Out(WriteSignature(membrane_words, lanes * membrane_bits))
        What the membranes keep, or the currents that last; only if some membrane lives on.
    """

    def __init__(self, plan: SpikingPlan):
        self.plan = plan
        members = {
            "restart": In(1),
            "layer": In(counter(len(plan.layers))),
            "passes": In(stream.Signature(Accumulators(plan.lanes, plan.accumulator_bits))),
            "spikes": Out(stream.Signature(Activations(plan.lanes, 1))),
        }
        if plan.membrane_words:
            members["left"] = Out(WriteSignature(plan.membrane_words, plan.lanes * plan.membrane_bits))
        if plan.potential_words:
            members["first"] = In(1)
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        moves = Signal()
        m.d.comb += [
            self.spikes.valid.eq(self.passes.valid),
            self.passes.ready.eq(self.spikes.ready),
            self.spikes.p.ends.eq(self.passes.p.ends),
            moves.eq(self.spikes.valid & self.spikes.ready),
        ]
        rules = [neuron for neuron in plan.neurons if neuron]
        threshold = Signal(counter(max(neuron.threshold for neuron in rules) + 1))
        leaks = _numbered(rules)
        leak = Signal(counter(max(leaks.values(), default=0) + 1))
        subtract = Signal()
        living = Signal()
        with m.Switch(self.layer):
            for number, neuron in enumerate(plan.neurons):
                if neuron:
                    with m.Case(number):
                        m.d.comb += [
                            threshold.eq(neuron.threshold),
                            leak.eq(leaks.get((neuron.leak, neuron.multiplier), 0)),
                            subtract.eq(neuron.reset == "subtract"),
                            living.eq(neuron.continuous),
                        ]
        currents = _Currents(m, self, moves) if plan.potential_words else None
        kept = []
        for lane in range(plan.lanes):
            total = self.passes.p.sums[lane]
            membrane = currents.integrated(m, lane, total) if currents else total
            # One subtraction tells whether the neuron fires, and is what a reset by subtraction leaves.
            excess = Signal(signed(plan.integral_bits + 1), name=f"excess{lane}")
            fires = Signal(name=f"fires{lane}")
            m.d.comb += [
                excess.eq(membrane - threshold),
                fires.eq(~excess[-1]),
                self.spikes.p["values"][lane].eq(fires),
            ]
            after = Mux(fires, Mux(subtract, excess, 0), membrane)
            left = after - _lost(membrane, leak, leaks, fires & ~subtract)
            kept.append((currents.left(total, left) if currents else left)[: plan.membrane_bits])
        if plan.membrane_words:
            number = self._keep(m, moves & living, Cat(kept))
            if currents:
                currents.keep(m, number)
        return m

    def _keep(self, m: Module, valid: Value, word: Value) -> Signal:
        """Write what each pass keeps to the address of its start values; return the number of a pass."""
        number = Signal(counter(self.plan.passes))
        m.d.comb += [
            self.left.valid.eq(valid),
            self.left.address.eq(number),
            self.left.data.eq(word),
        ]
        with m.If(self.passes.valid & self.passes.ready):
            m.d.sync += number.eq(number + 1)
        with m.If(self.restart):
            m.d.sync += number.eq(0)
        return number


class _Currents:
    """What currents that last add to a fire unit: a leak of their own, and membranes of their own memory."""

    def __init__(self, m: Module, fire: Fire, moves: Value):
        self.plan, self.fire, self.moves = fire.plan, fire, moves
        rules = [neuron.synapse if neuron else None for neuron in self.plan.neurons]
        self.leaks = _numbered([rule for rule in rules if rule])
        self.leak = Signal(counter(max(self.leaks.values()) + 1), name="current_leak")
        every = all(neuron.synapse for neuron in self.plan.neurons if neuron)
        self.lasting = C(1, 1) if every else Signal(name="lasting")
        with m.Switch(fire.layer):
            for number, rule in enumerate(rules):
                if rule:
                    with m.Case(number):
                        m.d.comb += self.leak.eq(self.leaks[rule.leak, rule.multiplier])
                        m.d.comb += [] if every else [self.lasting.eq(1)]
        m.submodules.potentials = self.potentials = Potentials(self.plan)
        self.words: list[Value] = []

    def integrated(self, m: Module, lane: int, current: Value) -> Value:
        """Return the membrane of a lane: ``current`` with what it kept, or ``current`` if that is it."""
        membrane = Signal(signed(self.plan.integral_bits), name=f"membrane{lane}")
        m.d.comb += membrane.eq(current + Mux(self.lasting, self.potentials.value[lane], 0))
        return membrane

    def left(self, current: Value, membrane: Value) -> Value:
        """Note what a ``membrane`` keeps, and return what its lane leaves to start from."""
        self.words.append(membrane[: self.plan.potential_bits])
        lasts = current - _lost(current, self.leak, self.leaks, C(0, 1))
        return Mux(self.lasting, lasts, membrane)

    def keep(self, m: Module, number: Signal) -> None:
        """Read and write the membranes of passes, of which ``number`` leaves."""
        potentials = self.potentials
        m.d.comb += [
            potentials.restart.eq(self.fire.restart),
            potentials.moves.eq(self.moves),
            potentials.number.eq(number),
            potentials.first.eq(self.fire.first),
            potentials.left.valid.eq(self.moves & self.lasting),
            potentials.left.address.eq(number),
            potentials.left.data.eq(Cat(self.words)),
        ]


def _numbered(rules: Sequence[Neuron | Synapse]) -> dict[tuple[int, int], int]:
    """Return a number above 0 for each leak, by its shift and multiplier: the shift itself if that is all."""
    leaks = sorted({(rule.leak, rule.multiplier) for rule in rules if rule.leak})
    if all(multiplier == 1 for _, multiplier in leaks):
        return {leak: leak[0] for leak in leaks}
    return {leak: number for number, leak in enumerate(leaks, 1)}


def _lost(membrane: Value, leak: Signal, leaks: dict[tuple[int, int], int], nothing: Value) -> Value:
    """Return what a membrane leaks, given the layer's ``leak`` among ``leaks``; 0 after a reset to zero.

    A multiplier is a constant of its layer, so its product is a few additions.
    """
    lost = 0
    for (shift, multiplier), number in leaks.items():
        product = membrane * multiplier if multiplier > 1 else membrane
        lost = Mux(leak == number, product >> shift, lost)
    return Mux(nothing, 0, lost) if leaks else 0
