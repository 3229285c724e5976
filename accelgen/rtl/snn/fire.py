"""The fire scan: which neurons of a pass fire, and what their membranes keep."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, Value, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.network.spiking import Neuron
from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Accumulators, Activations
from accelgen.rtl.snn.plan import SpikingPlan

__all__ = ["Fire"]


class Fire(wiring.Component):
    """Compare, leak and reset all membranes of a pass: see the equations in `accelgen.network.spiking`.

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
    passes : In(stream.Signature(Accumulators(lanes, accumulator_bits)))
        Membranes of finished passes.
    spikes : Out(stream.Signature(Activations(lanes, 1)))
        Which neurons fire.
    left : Out(WriteSignature(membrane_words, lanes * membrane_bits))
        What the membranes keep; only if some membrane lives on.
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
        kept = []
        for lane in range(plan.lanes):
            membrane = self.passes.p.sums[lane]
            # One subtraction tells whether the neuron fires, and is what a reset by subtraction leaves.
            excess = Signal(signed(plan.accumulator_bits + 1), name=f"excess{lane}")
            fires = Signal(name=f"fires{lane}")
            m.d.comb += [
                excess.eq(membrane - threshold),
                fires.eq(~excess[-1]),
                self.spikes.p["values"][lane].eq(fires),
            ]
            after = Mux(fires, Mux(subtract, excess, 0), membrane)
            kept.append((after - _lost(membrane, leak, leaks, fires & ~subtract))[: plan.membrane_bits])
        if plan.membrane_words:
            self._keep(m, moves & living, Cat(kept))
        return m

    def _keep(self, m: Module, valid: Value, word: Value) -> None:
        """Write the membranes of each pass to the address of its start values."""
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


def _numbered(rules: list[Neuron]) -> dict[tuple[int, int], int]:
    """Return a number above 0 for each leak, by its shift and multiplier: the shift itself if that is all."""
    leaks = sorted({(neuron.leak, neuron.multiplier) for neuron in rules if neuron.leak})
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
