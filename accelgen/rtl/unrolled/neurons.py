"""Neurons as gates, each with a membrane of its own in a register.

What a register holds is how far its membrane is above the threshold. So the sign of one addition, that of the
current, says whether a neuron fires, and nothing is compared:

    U[t] = R[t-1] + I[t],   s[t] = 1 if U[t] >= 0,   R[t] = left(U[t] + threshold, s[t]) - threshold

where ``left`` is `Neuron.left`, and R[-1] = -threshold is a membrane of zero. A current that lasts has a
register of its own, of what its timestep leaves of it.
"""

from __future__ import annotations

from typing import cast

from amaranth.hdl import Module, Mux, Signal, Value, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.errors import InvalidNetwork
from accelgen.network.spiking import Neuron, Spiking
from accelgen.network.synapse import Synapse
from accelgen.network.widths import current_ranges, membrane_ranges, signed_bits
from accelgen.rtl.unrolled.multiplied import multiplied

__all__ = ["Neurons", "register_bits"]


class Neurons(wiring.Component):
    """Integrate, fire, leak and reset all neurons of a layer whose membranes live on.

    Throughput: a timestep each cycle. Latency of ``spikes``: none (combinational). No back-pressure: what
    does not move changes nothing.

    Parameters
    ----------
    layer : Spiking
        Its neuron, and the weights and biases that bound its membranes.
    current_bits : int
        Bits of a current, signed.

    Members
    -------
    currents : In(outputs * current_bits)
        Of this timestep, that of neuron 0 in the low bits.
    moves : In(1)
        The timestep is one, and the next cycle is that of the one after it.
    clear : In(1)
        The next timestep that moves is the first of its sample.
    spikes : Out(outputs)
        Which neurons fire.

    Raises
    ------
    InvalidNetwork
        If membranes do not live on.
    """

    def __init__(self, layer: Spiking, current_bits: int):
        if not layer.lives:
            raise InvalidNetwork(f"{layer.name}: neuron: its membranes must live on to be registers")
        self.layer = layer
        self.current_bits = current_bits
        super().__init__(
            {
                "currents": In(layer.outputs * current_bits),
                "moves": In(1),
                "clear": In(1),
                "spikes": Out(layer.outputs),
            }
        )

    def elaborate(self, platform):
        m = Module()
        neuron = cast(Neuron, self.layer.rule)
        lasting = current_ranges(self.layer).T.tolist() if neuron.synapse else []
        for number, (excess_bits, kept_bits) in enumerate(register_bits(self.layer)):
            current = self.currents.word_select(number, self.current_bits).as_signed()
            if neuron.synapse:
                current = self._lasting(m, number, neuron.synapse, current, lasting[number])
            membrane = Signal(signed(kept_bits), name=f"membrane{number}", reset_less=True)
            excess = Signal(signed(excess_bits), name=f"excess{number}")
            fires = self.spikes[number]
            m.d.comb += [excess.eq(membrane + current), fires.eq(~excess[-1])]
            with m.If(self.moves):
                m.d.sync += membrane.eq(_left(neuron, excess, fires))
            # A reset of registers, which is free: it is known one cycle ahead.
            with m.If(self.clear):
                m.d.sync += membrane.eq(-neuron.threshold)
        return m

    def _lasting(self, m: Module, number: int, synapse: Synapse, current: Value, bounds: list[int]) -> Value:
        """Return the current of a neuron with what is left of those before it; see `current_ranges`."""
        low, high, least, most = bounds
        kept_bits = signed_bits(min(least, 0), max(most, 0))
        left = Signal(signed(kept_bits), name=f"current{number}", reset_less=True)
        total = Signal(signed(signed_bits(low, high)), name=f"total{number}")
        m.d.comb += total.eq(left + current)
        moves, clear = self.moves, self.clear
        with m.If(moves):
            m.d.sync += left.eq(total - _leaked(total, synapse))
        with m.If(clear):
            m.d.sync += left.eq(0)
        return total


def register_bits(layer: Spiking) -> list[tuple[int, int]]:
    """Return the signed bits of what each neuron has above its threshold: integrating, and kept.

    They are those of `membrane_ranges`, and of a membrane of zero.
    """
    threshold = cast(Neuron, layer.rule).threshold
    ranges = (membrane_ranges(layer) - threshold).T.tolist()
    return [
        (signed_bits(low, high), signed_bits(min(least, -threshold), max(most, -threshold)))
        for low, high, least, most in ranges
    ]


def _leaked(value: Value, rule: Neuron | Synapse) -> Value:
    """Return what a leak takes of a value."""
    return (multiplied(value, rule.multiplier, 0) if rule.multiplies else value) >> rule.leak


def _left(neuron: Neuron, excess: Value, fires: Value) -> Value:
    """Return what a timestep leaves, above the threshold, of a membrane that is ``excess`` above it."""
    kept = excess
    if neuron.leak:
        membrane = excess + neuron.threshold
        kept = excess - _leaked(membrane, neuron)
    if neuron.reset == "zero":
        return Mux(fires, -neuron.threshold, kept)
    return kept - Mux(fires, neuron.threshold, 0)
