"""Fetch the weight word of each entry, and widen its codes."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Signal, Value, unsigned
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Ends, Entry, Operand

__all__ = ["WeightFetch"]


class WeightFetch(wiring.Component):
    """Turn entries into operands, one weight word each.

    A word of memory holds one weight word of the widest layers, and 2, 4 or 8 of layers whose codes are
    narrow enough: the low bits of the address of an entry then choose among them.

    Throughput: one operand per cycle. Latency: one cycle. Back-pressure on ``operands`` stops the
    reads: the memory's output register is the only buffer. The rare entry of value 0, which ends a pass
    of zeros, reads like any other: codes that were never read would be unknown in simulation.

    Parameters
    ----------
    lanes : int
        Codes of a weight word.
    weight_bits, bits : int
        Bits of a code and of an activation.
    weight_words : int
        Words of weight memory.
    addresses : int
        Addresses of weight words; as many as words of memory if each holds one.
    formats : list of (bits, slots)
        Bits of a code in memory, and weight words in a word of memory: all that layers have.
    ends : StructLayout
        What may end with an entry.

    Members
    -------
    format : In(range(len(formats)))
        Format of the layer that runs; only if there is more than one.
    entries : In(stream.Signature(Entry(addresses, bits)))
        Activations and the addresses of their weights.
    enable, address, word : weight memory
        Read port, one cycle of latency; ``word`` stays while ``enable`` is low.
    operands : Out(stream.Signature(Operand(lanes, weight_bits, bits)))
        Activations and their codes.
    """

    def __init__(
        self,
        lanes: int,
        weight_bits: int,
        bits: int,
        weight_words: int,
        addresses: int | None = None,
        *,
        formats: list[tuple[int, int]] | None = None,
        ends: data.StructLayout = Ends,
    ):
        self.lanes = lanes
        self.weight_bits = weight_bits
        self.bits = bits
        self.formats = formats or [(weight_bits, 1)]
        self.ends = ends
        members = {
            "entries": In(stream.Signature(Entry(addresses or weight_words, bits, ends))),
            "enable": Out(1),
            "address": Out(counter(weight_words)),
            "word": In(unsigned(lanes * weight_bits)),
            "operands": Out(stream.Signature(Operand(lanes, weight_bits, bits, ends))),
        }
        if len(self.formats) > 1:
            members["format"] = In(counter(len(self.formats)))
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        held = Signal()
        value = Signal(self.bits)
        ends = Signal(self.ends)
        m.d.comb += [
            self.entries.ready.eq(~held | self.operands.ready),
            self.enable.eq(self.entries.valid & self.entries.ready),
        ]
        if len(self.formats) == 1:
            m.d.comb += [self.address.eq(self.entries.p.address), self.operands.p.codes.eq(self.word)]
        else:
            self._unpack(m)
        m.d.comb += [
            self.operands.valid.eq(held),
            self.operands.p.value.eq(value),
            self.operands.p.ends.eq(ends),
        ]
        with m.If(self.entries.ready):
            m.d.sync += held.eq(self.entries.valid)
            with m.If(self.entries.valid):
                m.d.sync += [value.eq(self.entries.p.value), ends.eq(self.entries.p.ends)]
        return m

    def _unpack(self, m: Module) -> None:
        """Read the word of memory that holds the weight word of an entry, and take its slot."""
        slot = Signal(range(max(slots for _, slots in self.formats)))
        with m.If(self.enable):
            m.d.sync += slot.eq(self.entries.p.address)
        with m.Switch(self.format):
            for number, (bits, slots) in enumerate(self.formats):
                width, low = self.lanes * bits, slots.bit_length() - 1
                with m.Case(number):
                    m.d.comb += self.address.eq(self.entries.p.address >> low)
                    with m.Switch(slot[:low]):
                        for place in range(slots):
                            with m.Case(place):
                                chosen = self.word[place * width : (place + 1) * width]
                                codes = [chosen[n * bits : (n + 1) * bits] for n in range(self.lanes)]
                                m.d.comb += self.operands.p.codes.eq(Cat(map(self._widened, codes)))

    def _widened(self, code: Value) -> Value:
        """Return a code in as many bits as the widest; one bit is the sign of a weight of magnitude 1."""
        if len(code) == self.weight_bits:
            return code
        if len(code) == 1:
            return Cat(C(1, 1), code.replicate(self.weight_bits - 1))
        return Cat(code, code[-1].replicate(self.weight_bits - len(code)))
