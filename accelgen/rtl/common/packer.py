"""The packer: activations leave the lanes a pass at a time and enter memory a word at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.conv.window import WindowPlans
from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Activations, ends_of
from accelgen.rtl.plan import LayerPlan

__all__ = ["PackRule", "Packer", "Packing", "pack_rule"]


class Packing(Protocol):
    """What a packer must know of a plan: see `accelgen.rtl.plan.Plan`."""

    @property
    def lanes(self) -> int:
        """Activations of a pass."""

    @property
    def granule(self) -> int:
        """Activations that divide every pass and every word."""

    @property
    def word(self) -> int:
        """Activations of a word."""

    @property
    def activation_bits(self) -> int:
        """Bits of an activation."""

    @property
    def bank_words(self) -> tuple[int, ...]:
        """Words of each bank that is written."""

    @property
    def windows(self) -> WindowPlans:
        """Of a network with convolutions; none of any other."""

    @property
    def layers(self) -> Sequence[LayerPlan]:
        """The layers that are packed, at least."""

    def first_word(self, number: int) -> int:
        """Return the address of the first word that a layer reads."""


class PackRule(data.StructLayout):
    """How a layer is packed, in granules, each number one less than what it counts.

    ``first`` is the address of its first word, if that is not always 0: see `FlaggedBank`.
    """

    def __init__(self, plan: Packing):
        most = -(-max(plan.lanes, plan.word) // plan.granule)
        super().__init__(
            {
                "full_pass": counter(most),
                "row_pass": counter(most),
                "word": counter(most),
                **({"first": counter(max(plan.bank_words))} if _late(plan) else {}),
            }
        )


def pack_rule(plan: Packing, number: int) -> dict[str, int]:
    """Return the `PackRule` of a layer that is not the last."""
    layer = plan.layers[number]
    return {
        "full_pass": -(-plan.lanes // plan.granule) - 1,
        "row_pass": layer.last_pass // plan.granule - 1,
        "word": layer.block_next // plan.granule - 1,
        **({"first": plan.first_word(number + 1)} if _late(plan) else {}),
    }


def _late(plan: Packing) -> bool:
    """Return whether some layer writes words that do not begin at address 0."""
    return any(plan.first_word(number) for number in range(len(plan.layers)))


class Packer(wiring.Component):
    """Cut passes into words of the next layer.

    Outputs follow one another across passes and block rows, so a word may hold the end of one pass and
    the start of the next; but the pixels of an image each begin a word. Whole words are written; positions
    that no output fills are zero. Throughput: one granule per cycle, and one pass per cycle where a pass is
    one granule. Latency: one cycle. Back-pressure: a pass is accepted when the one before has left.

    Parameters
    ----------
    plan : Packing
        Widths, and the granule that divides every pass and every word.

    Members
    -------
    start : In(1)
        A layer starts, and so do its words.
    rule : In(PackRule(plan))
        The layer; constant while it runs.
    activations : In(stream.Signature(Activations(lanes, activation_bits)))
        Passes, in order.
    results : Out(WriteSignature(words, word * activation_bits))
        Words, in order.
    done : Out(1)
        The last word of the layer is being written.
    """

    def __init__(self, plan: Packing):
        self.plan = plan
        self.ends = ends_of(plan)
        words = max(plan.bank_words)
        super().__init__(
            {
                "start": In(1),
                "rule": In(PackRule(plan)),
                "activations": In(stream.Signature(Activations(plan.lanes, plan.activation_bits, self.ends))),
                "results": Out(WriteSignature(words, plan.word * plan.activation_bits)),
                "done": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        granule_bits = plan.granule * plan.activation_bits
        slots = -(-plan.word // plan.granule)

        # `waiting` shifts right by a granule each cycle; the granule at its low end joins the word at
        # `slot`. The word is written in the cycle in which it becomes whole.
        held = Signal()
        waiting = Signal(plan.lanes * plan.activation_bits)
        left = Signal.like(self.rule.full_pass)
        ends = Signal(self.ends)
        slot = Signal(counter(slots))
        partial = [Signal(granule_bits, name=f"slot{number}") for number in range(slots)]
        address = Signal.like(self.results.address)

        last_granule = ~left.any()
        flush = ends.pixel_end if plan.windows else ends.layer_end
        complete = held & ((slot == self.rule.word) | (last_granule & flush))
        here = [slot == number if number else ~slot.any() for number in range(slots)]
        granule = waiting[:granule_bits]
        whole = Cat(Mux(here[number], granule, partial[number]) for number in range(slots))
        m.d.comb += [
            self.activations.ready.eq(~held | last_granule),
            self.results.valid.eq(complete),
            self.results.address.eq(address),
            self.results.data.eq(whole[: plan.word * plan.activation_bits]),
            self.done.eq(held & last_granule & ends.layer_end),
        ]
        with m.If(held):
            m.d.sync += [left.eq(left - 1), slot.eq(slot + 1)]
            for number, signal in enumerate(partial):
                with m.If(here[number]):
                    m.d.sync += signal.eq(granule)
        with m.If(complete):
            m.d.sync += [slot.eq(0), address.eq(address + 1)]
            m.d.sync += [signal.eq(0) for signal in partial]
        taken = Signal()
        m.d.comb += taken.eq(self.activations.valid & self.activations.ready)
        with m.If(taken | held):  # one enable for all bits, so that one gate can hold their clock
            m.d.sync += waiting.eq(Mux(taken, self.activations.p["values"], waiting >> granule_bits))
        with m.If(self.activations.ready):
            m.d.sync += held.eq(self.activations.valid)
            with m.If(self.activations.valid):
                row_end = self.activations.p.ends.row_end
                m.d.sync += [
                    ends.eq(self.activations.p.ends),
                    left.eq(Mux(row_end, self.rule.row_pass, self.rule.full_pass)),
                ]
        with m.If(self.start):
            m.d.sync += address.eq(self.rule.first if _late(plan) else 0)
        return m
