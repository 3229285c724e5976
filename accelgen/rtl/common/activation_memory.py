"""Ping-pong activation memory that knows which of its words are all zero."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.flagged_memory import FlaggedMemory
from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.counting import counter

__all__ = ["ActivationMemory"]


class ActivationMemory(wiring.Component):
    """Two banks of activation words. A layer reads one bank while its results enter the other.

    A word of zeros is known by its flag alone: see `FlaggedMemory`. Throughput: one read and one write in
    each bank per cycle. Latency: one cycle for ``data``, none for ``occupied``.

    Parameters
    ----------
    bank_words : tuple of int
        Words of bank 0 and of bank 1.
    width : int
        Bits of a word.

    Members
    -------
    bank : In(1)
        The bank that is read; ``results`` enter the other.
    enable : In(1)
        Read the word at ``address``; otherwise ``data`` keeps its word.
    address : In(range(words))
        Word to read.
    data : Out(width)
        The word read last, if it was occupied.
    query : In(range(words))
        Word that ``occupied`` is about.
    occupied : Out(1)
        The word at ``query`` holds something nonzero.
    results : In(WriteSignature(words, width))
        Results of the layer that is running.
    frame : In(WriteSignature(bank_words[0], width))
        Words of the next image, always into bank 0.
    """

    def __init__(self, bank_words: tuple[int, int], width: int):
        self.bank_words = bank_words
        self.width = width
        words = max(bank_words)
        super().__init__(
            {
                "bank": In(1),
                "enable": In(1),
                "address": In(counter(words)),
                "data": Out(unsigned(width)),
                "query": In(counter(words)),
                "occupied": Out(1),
                "results": In(WriteSignature(words, width)),
                "frame": In(WriteSignature(bank_words[0], width)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        banks = [FlaggedMemory(words, self.width) for words in self.bank_words]
        for number, bank in enumerate(banks):
            m.submodules[f"bank{number}"] = bank
            m.d.comb += [
                bank.enable.eq(self.enable & (self.bank == number)),
                bank.address.eq(self.address),
                bank.query.eq(self.query),
                bank.write.valid.eq(self.results.valid & (self.bank != number)),
                bank.write.address.eq(self.results.address),
                bank.write.data.eq(self.results.data),
            ]
        # A frame enters bank 0 only while no layer writes it: see LayerControl.
        with m.If(self.frame.valid):
            m.d.comb += [
                banks[0].write.valid.eq(1),
                banks[0].write.address.eq(self.frame.address),
                banks[0].write.data.eq(self.frame.data),
            ]
        m.d.comb += [
            self.data.eq(Mux(self.bank, banks[1].data, banks[0].data)),
            self.occupied.eq(Mux(self.bank, banks[1].occupied, banks[0].occupied)),
        ]
        return m
