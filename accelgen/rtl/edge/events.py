"""Address-event streams into frames of spikes, and nothing else: bad samples end here."""

from __future__ import annotations

from amaranth.hdl import C, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.rtl.common.flagged_memory import FlaggedMemory
from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.counting import counter
from accelgen.rtl.edge.axi_stream import AxiStream, flat_ports
from accelgen.rtl.words import EVENT_BITS

__all__ = ["EventReceiver"]


class EventReceiver(wiring.Component):
    """Collect the events of a timestep, and hand them over as words of spikes when it ends.

    A word of the stream is an event (input block above position) or, with its highest bit set, the end of
    a timestep; ``tlast`` comes with the end of the last timestep. The queue is a bit for each address, so
    it cannot overflow, and an event that is repeated within a timestep counts once. Events of the next
    timestep are collected while the engine works; ``tready`` is low while a finished timestep waits to be
    handed over.

    A sample is dropped from its first error on, and reported: an address that does not exist or a stray
    bit (``range_``), ``tlast`` on an event (``short``), more than 16 timesteps (``long``). The next sample
    is received as if nothing had happened.

    Throughput: one event per cycle, two where an earlier event of the timestep fell into the same block
    and others came between them; a cycle per block for each timestep. Sorted events never wait.

    Parameters
    ----------
    inputs, block_in : int
        Addresses, and addresses of a block.
    words, word : int
        Words of bank 0 and spikes of each.

    Members
    -------
    tdata, tvalid, tready, tlast : AXI4-Stream, receiving
        32 bits wide.
    may_begin : In(1)
        A sample may begin; one that has begun goes on.
    open : Out(1)
        A sample has begun, and its last timestep has not been handed over.
    may_load, loaded, consumed : In, Out, In(1)
        Hand-over of a timestep: see `LayerControl`.
    first, final : Out(1)
        It is the first, or the last, of its sample.
    stopped : In(1)
        The sample has its class: the rest of it is not wanted.
    cancel : Out(1)
        The sample that runs is being dropped, for one cycle.
    frame : Out(WriteSignature(words, word))
        Words of spikes for bank 0.
    short, long, range_ : Out(1)
        The reason, for one cycle.
    """

    def __init__(self, inputs: int, block_in: int, words: int, word: int):
        self.inputs = inputs
        self.block_in = block_in
        self.blocks = -(-inputs // block_in)
        self.words = words
        self.word = word
        super().__init__(
            {
                **flat_ports(AxiStream(EVENT_BITS).flip()),
                "may_begin": In(1),
                "open": Out(1),
                "may_load": In(1),
                "loaded": Out(1),
                "consumed": In(1),
                "first": Out(1),
                "final": Out(1),
                "stopped": In(1),
                "cancel": Out(1),
                "frame": Out(WriteSignature(words, word)),
                "short": Out(1),
                "long": Out(1),
                "range_": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.queue = memory = FlaggedMemory(self.blocks, self.block_in)

        # Events gather in `bits`, the word of block `block`; it returns to memory when another block's
        # turn comes. A block that is occupied is read back first, which takes a cycle (`fetching`).
        timestep = Signal(counter(MAX_TIMESTEPS + 1))
        gathering = Signal()
        fetching = Signal()
        block = Signal(counter(self.blocks))
        bits = Signal(self.block_in)
        waiting = Signal()  # for bank 0
        final = Signal()

        mark, its_block, its_bit, bad = self._word(m)
        same = gathering & (block == its_block)
        listening = Signal()
        offered = Signal()
        taken = Signal()
        spoilt = Signal()
        # The word on offer is of a block that was left with events in it, and is not back yet.
        over = timestep == MAX_TIMESTEPS
        must_fetch = self.tvalid & ~mark & ~bad & ~same & ~fetching & memory.occupied & ~over
        m.d.comb += [
            offered.eq(self.tvalid & listening),
            taken.eq(offered & ~must_fetch),
            self.long.eq(taken & over),
            self.range_.eq(taken & bad & ~self.long),
            self.short.eq(taken & self.tlast & ~mark),
            spoilt.eq(self.long | self.range_ | self.short),
            memory.query.eq(its_block),
            memory.address.eq(its_block),
            memory.enable.eq(offered & must_fetch),
            memory.write.address.eq(block),
            memory.write.data.eq(bits),
        ]
        with m.If(offered & ~mark & ~bad & ~same & ~fetching):
            m.d.comb += memory.write.valid.eq(gathering)
            m.d.sync += gathering.eq(0)
        m.d.sync += fetching.eq(offered & must_fetch)
        with m.If(taken):
            m.d.sync += self.open.eq(1)
        with m.If(taken & ~mark):
            m.d.sync += [
                gathering.eq(1),
                block.eq(its_block),
                bits.eq(Mux(same, bits, Mux(fetching, memory.data, 0)) | its_bit),
            ]

        last = self._hand_over(m, memory, timestep, waiting, final)
        given_up = self._given_up(m, spoilt)
        with m.If(given_up):
            m.d.comb += memory.clear.eq(1)
            m.d.sync += [signal.eq(0) for signal in (timestep, gathering, fetching, self.open)]

        with m.FSM() as phase:
            with m.State("COLLECT"):
                m.d.comb += [
                    listening.eq(self.may_begin | self.open),
                    self.tready.eq(listening & ~must_fetch),
                ]
                with m.If(taken & mark):
                    m.d.sync += final.eq(self.tlast)
                    m.next = "PUT BACK"
                with m.If(given_up):
                    m.next = "DROP"
                    with m.If(taken & self.tlast):
                        m.next = "COLLECT"
            self._timestep_ends(m, memory, gathering, final, last, given_up)
            with m.State("DROP"):
                m.d.comb += self.tready.eq(1)
                with m.If(self.tvalid & self.tlast):
                    m.next = "COLLECT"
        m.d.comb += waiting.eq(phase.ongoing("HAND OVER"))
        return m

    def _given_up(self, m, spoilt):
        """Return whether the sample that is being collected is given up: it is bad, or has its class."""
        # Frames that wait or run belong to the sample that is being collected (`own`), unless a final one
        # still waits: then they are of the sample before. `mine` says that some frame of theirs was
        # consumed and more are to come, so that `stopped` means that sample.
        mine = Signal()
        own = ~(self.loaded & self.final)
        abandoned = self.stopped & mine
        m.d.comb += self.cancel.eq(spoilt & own & (mine | self.consumed))
        with m.If(self.consumed):
            m.d.sync += mine.eq(~self.final)
        with m.If(abandoned | (spoilt & own)):
            m.d.sync += [self.loaded.eq(0), mine.eq(0)]
        return spoilt | (abandoned & own)

    def _timestep_ends(self, m, memory, gathering, final, last, given_up):
        """States from the end of a timestep until its words are in bank 0."""
        with m.State("PUT BACK"):
            m.d.comb += memory.write.valid.eq(gathering)
            m.d.sync += gathering.eq(0)
            m.next = "HAND OVER"
            with m.If(given_up):
                m.next = "DROP"
            with m.If(given_up & final):
                m.next = "COLLECT"
        with m.State("HAND OVER"):
            with m.If(given_up):
                m.next = "DROP"
            # Nothing of a sample is left to drop after the end of its last timestep.
            with m.If((given_up & final) | (last & ~given_up)):
                m.next = "COLLECT"

    def _word(self, m):
        """Return the parts of the word on offer: is it a mark, its block, its bit, is it bad."""
        position_bits = (self.block_in - 1).bit_length()
        block_bits = max((self.blocks - 1).bit_length(), 1)
        in_last = self.inputs - (self.blocks - 1) * self.block_in
        position = self.tdata[:position_bits] if position_bits else C(0, 1)
        block = self.tdata[position_bits:-1]
        mark = self.tdata[-1]
        bad = Signal()
        beyond = (block > self.blocks - 1) | (
            position >= Mux(block == self.blocks - 1, in_last, self.block_in)
        )
        m.d.comb += bad.eq(Mux(mark, self.tdata[:-1].any(), beyond))
        bit = (C(1, self.block_in) << position)[: self.block_in]
        return mark, block[:block_bits], bit, bad

    def _hand_over(self, m, memory, timestep, waiting, final):
        """Copy the words of a finished timestep into bank 0, zeros included, and forget them.

        Returns whether the last of them goes there.
        """
        walking = Signal()
        copying = Signal()
        number = Signal(counter(self.blocks))
        address = Signal(counter(self.blocks))
        occupied = Signal()
        last = Signal()
        m.d.comb += [
            walking.eq(waiting & self.may_load & ~self.loaded & ~last),
            self.frame.valid.eq(copying & waiting),
            self.frame.address.eq(address),
            self.frame.data.eq(Mux(occupied, memory.data, 0)),
            last.eq(waiting & copying & (address == self.blocks - 1)),
        ]
        with m.If(walking):
            m.d.comb += [
                memory.query.eq(number),
                memory.address.eq(number),
                memory.enable.eq(memory.occupied),
            ]
            m.d.sync += [occupied.eq(memory.occupied), address.eq(number), number.eq(number + 1)]
        m.d.sync += copying.eq(walking)
        with m.If(self.consumed):
            m.d.sync += self.loaded.eq(0)
        with m.If(last):
            m.d.comb += memory.clear.eq(1)
            m.d.sync += [
                self.loaded.eq(1),
                self.first.eq(~timestep.any()),
                self.final.eq(final),
                timestep.eq(Mux(final, 0, timestep + 1)),
                self.open.eq(~final),
            ]
        with m.If(~waiting | last):
            m.d.sync += [number.eq(0), copying.eq(0)]
        return last
