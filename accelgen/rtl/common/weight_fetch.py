"""Fetch the weight word of each entry."""

from __future__ import annotations

from amaranth.hdl import Module, Signal, unsigned
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Ends, Entry, Operand

__all__ = ["WeightFetch"]


class WeightFetch(wiring.Component):
    """Turn entries into operands, one weight word each.

    Throughput: one operand per cycle. Latency: one cycle. Back-pressure on ``operands`` stops the
    reads: the memory's output register is the only buffer. The rare entry of value 0, which ends a pass
    of zeros, reads like any other: codes that were never read would be unknown in simulation.

    Parameters
    ----------
    lanes : int
        Codes of a word.
    weight_bits, bits : int
        Bits of a code and of an activation.
    weight_words : int
        Words of weight memory.
    ends : StructLayout
        What may end with an entry.

    Members
    -------
    entries : In(stream.Signature(Entry(weight_words, bits)))
        Activations and the addresses of their weights.
    enable, address, word : weight memory
        Read port, one cycle of latency; ``word`` stays while ``enable`` is low.
    operands : Out(stream.Signature(Operand(lanes, weight_bits, bits)))
        Activations and their codes.
    """

    def __init__(
        self, lanes: int, weight_bits: int, bits: int, weight_words: int, ends: data.StructLayout = Ends
    ):
        self.lanes = lanes
        self.weight_bits = weight_bits
        self.bits = bits
        self.weight_words = weight_words
        self.ends = ends
        super().__init__(
            {
                "entries": In(stream.Signature(Entry(weight_words, bits, ends))),
                "enable": Out(1),
                "address": Out(counter(weight_words)),
                "word": In(unsigned(lanes * weight_bits)),
                "operands": Out(stream.Signature(Operand(lanes, weight_bits, bits, ends))),
            }
        )

    def elaborate(self, platform):
        m = Module()
        held = Signal()
        value = Signal(self.bits)
        ends = Signal(self.ends)
        m.d.comb += [
            self.entries.ready.eq(~held | self.operands.ready),
            self.enable.eq(self.entries.valid & self.entries.ready),
            self.address.eq(self.entries.p.address),
            self.operands.valid.eq(held),
            self.operands.p.codes.eq(self.word),
            self.operands.p.value.eq(value),
            self.operands.p.ends.eq(ends),
        ]
        with m.If(self.entries.ready):
            m.d.sync += held.eq(self.entries.valid)
            with m.If(self.entries.valid):
                m.d.sync += [value.eq(self.entries.p.value), ends.eq(self.entries.p.ends)]
        return m
