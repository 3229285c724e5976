"""What can be seen of a top: results, cycles, skipped work, and whether its tables are whole."""

from __future__ import annotations

from amaranth.hdl import Module, Signal, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.counting import counter
from accelgen.rtl.words import BEAT_BITS

__all__ = ["Watch"]


class Watch(wiring.Component):
    """Count what passes.

    Parameters
    ----------
    table_words : int
        Words of a table frame; 0 if tables are not loaded, and always whole.
    work : int
        Activations that would meet their weights in an image, or a timestep, were none of them zero; 0 if
        nobody counts.

    Members
    -------
    input_ends, result_ends : In(1)
        The last beat of an input frame, or of a result, passes.
    table_passes, table_ends : In(1)
        A table word passes; it has ``tlast``.
    met, ended : In(1)
        An activation meets its weights; an image, or a timestep, has ended.
    images, cycles, latency : Out(32)
        Results; cycles since reset; cycles from the latest end of an input frame to the latest result.
    skipped : Out(32)
        What has not met its weights, of all images, or timesteps, that have ended.
    ready : Out(1)
        The latest table frame had as many words as it should, and no other has begun: as `TableLoader` sees
        it.
    begun : Out(1)
        A table frame has begun and not ended.
    """

    def __init__(self, table_words: int, work: int = 0):
        self.table_words = table_words
        self.work = work
        word = unsigned(BEAT_BITS)
        events = ("input_ends", "result_ends", "table_passes", "table_ends", "met", "ended")
        super().__init__(
            {
                **{name: In(1) for name in events},
                **{name: Out(word) for name in ("images", "cycles", "latency", "skipped")},
                "ready": Out(1, init=not table_words),
                "begun": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        since = Signal(BEAT_BITS)  # the latest end of an input frame
        m.d.sync += [self.cycles.eq(self.cycles + 1), since.eq(since + 1)]
        with m.If(self.input_ends):
            m.d.sync += since.eq(1)
        with m.If(self.result_ends):
            m.d.sync += [self.images.eq(self.images + 1), self.latency.eq(since)]
        if self.work:
            left = Signal(BEAT_BITS, init=self.work)  # of this image or timestep, and not met so far
            m.d.sync += left.eq(left - self.met)
            with m.If(self.ended):  # nothing meets anything between the last sum and the next image
                m.d.sync += [self.skipped.eq(self.skipped + left), left.eq(self.work)]
        if self.table_words:
            passed = Signal(counter(self.table_words + 1))  # stops at the number that is too many
            with m.If(self.table_passes):
                m.d.sync += [
                    self.ready.eq(0),
                    self.begun.eq(~self.table_ends),
                    passed.eq(passed + (passed != self.table_words)),
                ]
                with m.If(self.table_ends):
                    m.d.sync += [self.ready.eq(passed == self.table_words - 1), passed.eq(0)]
        return m
