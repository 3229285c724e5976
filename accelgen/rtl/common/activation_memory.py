"""Activation memory in banks, which knows which of its words are all zero."""

from __future__ import annotations

from amaranth.hdl import Array, Module, unsigned
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out, connect

from accelgen.rtl.common.flagged_bank import FlaggedBank
from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.counting import counter

__all__ = ["ActivationMemory"]


class ActivationMemory(wiring.Component):
    """Banks of activation words. A layer reads one bank while its results enter another.

    Images enter bank 0, which the first layer reads; from there on banks 1 and 2 take turns. So the next
    image enters while the layers after the first one run. Networks of one or two layers have no bank 2.

    Words enter a bank in order, up to its last one; a word of zeros is known by its flag alone: see
    `FlaggedBank`. Throughput: one read, two looks and one write in each bank per cycle. Latency: one cycle.

    Parameters
    ----------
    bank_words : tuple of int
        Words of each bank, two or three.
    width : int
        Bits of a word.
    compact : bool
        Flags are in memories: see `FlaggedBank`.

    Members
    -------
    bank : In(range(banks))
        The bank that is read; ``results`` enter bank 2 from bank 1, else bank 1.
    enable : In(1)
        Read the word at ``address``; otherwise ``data`` keeps its word.
    address : In(range(words))
        Word to read.
    data : Out(width)
        The word read last, if it was occupied.
    look : In(1)
        Read the flags of ``queries``; otherwise ``occupied`` keeps what it is.
    queries : In(ArrayLayout(range(words), 2))
        Words to ask about.
    occupied : Out(2)
        Which of the two words asked about last hold something nonzero.
    results : In(WriteSignature(words, width))
        Results of the layer that is running.
    frame : In(WriteSignature(bank_words[0], width))
        Words of the next image, always into bank 0.
    """

    def __init__(self, bank_words: tuple[int, ...], width: int, *, compact: bool = False):
        self.bank_words = bank_words
        self.compact = compact
        self.width = width
        words = max(bank_words)
        super().__init__(
            {
                "bank": In(counter(len(bank_words))),
                "enable": In(1),
                "address": In(counter(words)),
                "data": Out(unsigned(width)),
                "look": In(1),
                "queries": In(data.ArrayLayout(counter(words), 2)),
                "occupied": Out(2),
                "results": In(WriteSignature(words, width)),
                "frame": In(WriteSignature(bank_words[0], width)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        banks = [FlaggedBank(words, self.width, compact=self.compact) for words in self.bank_words]
        for number, bank in enumerate(banks):
            m.submodules[f"bank{number}"] = bank
            m.d.comb += [
                bank.enable.eq(self.enable & (self.bank == number)),
                bank.address.eq(self.address),
                *(bank.queries[n].eq(self.queries[n]) for n in range(2)),
            ]
        connect(m, wiring.flipped(self.frame), banks[0].write)
        for number, bank in enumerate(banks[1:], 1):
            m.d.comb += [
                bank.write.valid.eq(self.results.valid & ((self.bank == 1) == (number == 2))),
                bank.write.address.eq(self.results.address),
                bank.write.data.eq(self.results.data),
            ]
        m.d.comb += [
            self.data.eq(Array(bank.data for bank in banks)[self.bank]),
        ]
        occupied = Array(bank.occupied for bank in banks)[self.bank]
        if self.compact:
            m.d.comb += [
                self.occupied.eq(occupied),
                *(bank.look.eq(self.look & (self.bank == number)) for number, bank in enumerate(banks)),
            ]
            return m
        with m.If(self.look):
            m.d.sync += self.occupied.eq(occupied)
        return m
