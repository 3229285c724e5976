"""Ping-pong activation memory that knows which of its words are all zero."""

from __future__ import annotations

from amaranth.hdl import C, Module, Mux, Signal, unsigned
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.table_memory import NEVER_READ_WHILE_WRITTEN, WriteSignature
from accelgen.rtl.counting import counter

__all__ = ["ActivationMemory"]


class ActivationMemory(wiring.Component):
    """Two banks of activation words. A layer reads one bank while its results enter the other.

    A flag for each word says whether any activation in it is nonzero, so that words of zeros are
    skipped without being read. Throughput: one read and one write in each bank per cycle. Latency: one
    cycle for ``data``, none for ``occupied``.

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
        The word read last.
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
        data, occupied = [], []
        for number, words in enumerate(self.bank_words):
            bank = Memory(
                shape=unsigned(self.width), depth=max(words, 2), init=[], attrs=NEVER_READ_WHILE_WRITTEN
            )
            m.submodules[f"bank{number}"] = bank
            flags = Signal(words, name=f"occupied{number}")
            read, write = bank.read_port(), bank.write_port()
            m.d.comb += [
                read.en.eq(self.enable & (self.bank == number)),
                read.addr.eq(self.address),
                write.en.eq(self.results.valid & (self.bank != number)),
                write.addr.eq(self.results.address),
                write.data.eq(self.results.data),
            ]
            if number == 0:
                # A frame enters bank 0 only while no layer writes it: see LayerControl.
                with m.If(self.frame.valid):
                    m.d.comb += [
                        write.en.eq(1),
                        write.addr.eq(self.frame.address),
                        write.data.eq(self.frame.data),
                    ]
            with m.If(write.en):
                chosen = (C(1, words) << write.addr)[:words]
                m.d.sync += flags.eq(Mux(write.data.any(), flags | chosen, flags & ~chosen))
            data.append(read.data)
            queried = Signal(words, name=f"queried{number}")
            m.d.comb += queried.eq(flags >> self.query)
            occupied.append(queried[0])
        m.d.comb += [
            self.data.eq(Mux(self.bank, data[1], data[0])),
            self.occupied.eq(Mux(self.bank, occupied[1], occupied[0])),
        ]
        return m
