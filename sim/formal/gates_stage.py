"""Unrolled stage of a pipeline: every image leaves once, in order, as its own activations or scores."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Array, Assert, Assume, Cat, Cover, Module, Mux, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from accelgen.network import Dense, Network, PixelInput, Requantise
from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.pipelined.gates_stage import GatesStage
from accelgen.rtl.pipelined.plan import GatesPlan, PipelinedPlan
from sim.formal.networks import sparse
from sim.formal.proof import Mutant, Proof, inside

__all__ = ["PROOFS"]

#: Images that are in a stage at most: one in its registers, and one whose results leave.
MOST = 2


def plan_of(number: int) -> GatesPlan:
    """Return the plan of a layer of four bits in two words: three words of a bit leave, or two scores."""
    rule, rows = Requantise(0, 1), [[1, -2, 1, 0], [0, 1, -1, 1], [-1, 0, 1, 1]]
    if number:  # it is the last layer
        first, lanes = Dense("a", sparse(np.eye(4, dtype=int), np.eye(2), 2, 2), _bias(0, 4), rule), (1, 0)
        last = Dense("b", sparse(rows[:2], np.ones((2, 2)), 1, 2), _bias(-1, 2), None)
    else:
        first, lanes = Dense("a", sparse(rows, np.ones((3, 2)), 1, 2), _bias(-1, 3), rule), (0, 1)
        last = Dense("b", sparse([[1, -1, 1], [-2, 1, 0]], np.ones((1, 3)), 2, 1), _bias(0, 2), None)
    network = Network("gates", PixelInput(4, 1), (first, last))
    stage = PipelinedPlan(network, Datapath(pipelined=True, layer_lanes=lanes)).stages[number]
    if not isinstance(stage, GatesPlan):
        raise TypeError("the layer has an engine")
    return stage


def _bias(value: int, count: int) -> np.ndarray:
    return np.full(count, value, np.int32)


class Entering(wiring.Component):
    """`GatesStage` beside a queue of the images that have entered.

    Words come in any order, and as often as their sender likes, while they may; an image may wait for its
    turn, and is handed over once all its words are there.
    """

    number: int

    def __init__(self):
        self.plan = plan_of(self.number)
        frame = WriteSignature(self.plan.bank_words[0], self.plan.frame_bits)
        super().__init__({"frame": In(frame), "loaded": In(1), "room": In(1)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.dut = dut = GatesStage(self.plan)
        self.local = inside(dut)
        words, bits = self.plan.bank_words[0], self.plan.frame_bits
        m.d.comb += [
            dut.frame.valid.eq(self.frame.valid),
            dut.frame.address.eq(self.frame.address),
            dut.frame.data.eq(self.frame.data),
            dut.loaded.eq(self.loaded),
            Assume(~ResetSignal()),
        ]
        sent = [Signal(bits, name=f"sent{n}") for n in range(words)]  # with the word that comes
        kept = [Signal(bits, name=f"kept{n}", reset_less=True) for n in range(words)]
        come, known = Signal(words), Signal(words)
        for number, (now, before) in enumerate(zip(sent, kept, strict=True)):
            writes = self.frame.valid & (self.frame.address == number)
            m.d.comb += [now.eq(Mux(writes, self.frame.data, before)), come[number].eq(writes)]
            m.d.sync += before.eq(now)
        m.d.sync += known.eq(Mux(dut.consumed, 0, known | come))
        with m.If(self.frame.valid):
            m.d.comb += Assume(dut.may_load & (self.frame.address < words))
        with m.If(self.loaded & dut.may_load):
            m.d.comb += Assume((known | come).all())

        self.count, self.oldest = count, oldest = Signal(range(MOST + 1)), Signal(words * bits)
        gone = self.leaves(m, dut)
        images = [Signal(words * bits, name=f"image{n}") for n in range(MOST)]  # the oldest first
        m.d.sync += count.eq(count + dut.consumed - gone)
        after = count - gone
        for number, image in enumerate(images):
            older = images[number + 1] if number + 1 < MOST else image
            m.d.sync += image.eq(Mux(dut.consumed & (after == number), Cat(sent), Mux(gone, older, image)))
        m.d.comb += oldest.eq(images[0])
        full = self.local["full"]
        m.d.comb += [
            Assert(dut.consumed == (self.loaded & dut.may_load)),
            Assert(dut.idle == ~count.any()),
            Assert(count <= MOST),
            Assert(count == full + self.holds(m, dut)),
            # What the registers mean.
            Assert(dut.may_load == ~full),
        ]
        newest = Mux(count == MOST, images[1], images[0])
        standing = self.local["layer"].values
        m.d.comb += Assert(~full | (standing == newest[: len(standing)]))
        for number in range(words):
            place = slice(number * bits, (number + 1) * bits)
            m.d.comb += Assert(~known[number] | (standing[place] == kept[number]))
        m.d.comb += Assert(~full | ~known.any())
        return m

    def sums(self, image):
        """Return the sums of an image by the equations alone."""
        layer = self.plan.layer
        return [
            sum((code * image[n] for n, code in enumerate(row)), start=bias)
            for row, bias in zip(layer.weights.dense().tolist(), layer.bias.tolist(), strict=True)
        ]


class Words(Entering):
    """Its words leave, one each cycle, when there is room for all."""

    number = 0

    def leaves(self, m, dut):
        """Show what leaves; return whether the last word of an image does."""
        count = self.plan.leaving.words
        place, images = Signal(range(count)), Signal(2)
        answer = Cat(total > 0 for total in self.sums(self.oldest))
        gone = dut.words.valid & (place == count - 1)
        may_begin = Signal()  # an image was there, and room
        m.d.comb += dut.may_give.eq(self.room)
        m.d.sync += may_begin.eq(self.count.any() & ~dut.words.valid & self.room)
        with m.If(dut.words.valid):
            m.d.sync += place.eq(Mux(gone, 0, place + 1))
            m.d.comb += [
                Assert(place.any() | may_begin),
                Assert(dut.words.address == place),
                Assert(dut.words.data == answer.bit_select(place, 1)),
                Assert(self.local["results"] == answer),
            ]
        with m.Else():
            m.d.comb += [Assert(place == 0), Assert(~may_begin)]
        m.d.comb += [Assert(place < count), Assert(dut.given == gone), Assert(self.local["place"] == place)]
        with m.If(gone & ~images.all()):
            m.d.sync += images.eq(images + 1)
        m.d.comb += Cover((images == 2) & gone & (self.count == MOST) & answer.any() & ~answer.all())
        return gone

    def holds(self, m, dut):
        """Return whether there are results of an image that have not left."""
        return dut.words.valid


class Scores(Entering):
    """Its scores leave, whatever the pauses of their reader."""

    number = 1

    def leaves(self, m, dut):
        """Show what leaves; return whether the last score of an image does."""
        classes = self.plan.shape.classes
        place, images = Signal(range(classes)), Signal(2)
        moves = dut.scores.valid & self.room
        gone = moves & (place == classes - 1)
        m.d.comb += dut.scores.ready.eq(self.room)
        silent = Signal(2)
        m.d.sync += silent.eq(Mux(self.count.any() & ~dut.scores.valid, silent + 1, 0))
        m.d.comb += Assert(silent < 2)  # an image waits for the one before, and for the reader
        with m.If(dut.scores.valid):
            scores = Array(self.sums(self.oldest))
            m.d.comb += [
                Assert(self.count.any()),
                Assert(dut.scores.p.value == scores[place]),
                Assert(dut.scores.p.last == (place == classes - 1)),
            ]
        with m.If(moves):
            m.d.sync += place.eq(Mux(gone, 0, place + 1))
        with m.If(gone & ~images.all()):
            m.d.sync += images.eq(images + 1)
        m.d.comb += Cover((images == 2) & gone & (self.count == MOST) & self.oldest.any())
        return gone

    def holds(self, m, dut):
        """Return whether there are results of an image that have not left."""
        return self.local["held"]


FILE = "pipelined/gates_stage.py"
PROOFS = [
    Proof(
        "every image leaves once, in order, as its own activations, and when there is room",
        "GatesStage of words",
        Words,
        "induction",
        2,
        Mutant(FILE, "leaves.eq(full & ~held & self.may_give)", "leaves.eq(full & self.may_give)"),
        covers=18,
        short=True,
    ),
    Proof(
        "every image leaves once, in order, as its own scores, whatever the pauses",
        "GatesStage of scores",
        Scores,
        "bounded",
        20,
        Mutant(FILE, "leaves.eq(full & (~held | drain.passes.ready))", "leaves.eq(full)"),
        short=True,
    ),
]
