"""Activation memory of a network with convolutions: whole images in banks, with a flag for each word."""

from __future__ import annotations

from amaranth.hdl import Array, C, Cat, Module, Value, unsigned
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.table_memory import NEVER_READ_WHILE_WRITTEN, WriteSignature
from accelgen.rtl.conv.word_flags import ImageShape, WordFlags
from accelgen.rtl.counting import counter
from accelgen.rtl.plan import Plan

__all__ = ["ImageMemory", "image_shape"]


def image_shape(plan: Plan, number: int) -> dict:
    """Return the `ImageShape` of what a layer reads."""
    part = plan.windows[number]
    if part.window is None:
        return {"last_word": 0, "last_pixel": 0, "flagged": 0}
    return {"last_word": part.words - 1, "last_pixel": part.window.width - 1, "flagged": 1}


class ImageMemory(wiring.Component):
    """Banks of activation words. A layer reads one bank while its results enter another.

    Banks take turns as in `ActivationMemory`, and a bank is as wide as what the layers that read it need. An
    image is whole before a window looks at it, so a window needs no line buffer: its words are fetched by
    address, once for every pass and kept block that sees them, and words of zeros never. What that costs, in
    three convolutions like those of `mnist_conv` on 16 lanes: a word that is not zero is read 25, 5 and 3
    times, 9,300 reads of 4 to 24 bits an image; weights are 13,000 reads of 48 bits. Lines that hold every
    word for its next use would be 2,700 bits of registers. Throughput: one read and one write in each bank
    per cycle. Latency: one cycle for ``data`` and ``lit``.

    Parameters
    ----------
    plan : Plan
        Banks and images.

    Members
    -------
    bank : In(range(banks))
        The bank that is read; ``results`` enter bank 2 from bank 1, else bank 1.
    enable, address, data : In, In, Out
        Read a word; otherwise ``data`` keeps its word. Positions that a bank does not have are zero.
    look, row, lit : In, In, Out
        Read flags: see `WordFlags`.
    shape : In(ImageShape(...))
        The image that ``results`` are.
    results : In(WriteSignature(words, width))
        Results of the layer that is running.
    frame : In(WriteSignature(bank_words[0], width))
        Words of the next image, always into bank 0.
    """

    def __init__(self, plan: Plan):
        self.plan = plan
        self.shapes = plan.bank_shapes
        words, width = max(plan.bank_words), plan.word * plan.activation_bits
        super().__init__(
            {
                "bank": In(counter(len(plan.bank_words))),
                "enable": In(1),
                "address": In(counter(words)),
                "data": Out(unsigned(width)),
                "look": In(1),
                "row": In(counter(plan.windows.flag_rows)),
                "lit": Out(unsigned(plan.windows.width)),
                "shape": In(ImageShape(plan.windows.words, plan.windows.width)),
                "results": In(WriteSignature(words, width)),
                "frame": In(WriteSignature(plan.bank_words[0], width)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        found, lit = [], []
        for number, words in enumerate(self.plan.bank_words):
            block, bits = self.shapes[number]
            memory = Memory(
                shape=unsigned(block * bits), depth=max(words, 2), init=[], attrs=NEVER_READ_WHILE_WRITTEN
            )
            m.submodules[f"bank{number}"] = memory
            read, write = memory.read_port(), memory.write_port()
            source = self.results if number else self.frame
            mine = (self.bank == 1) == (number == 2) if number else C(1, 1)
            flags, wanted = self._flags(m, number, source, mine)
            lit.append(flags)
            m.d.comb += [
                read.en.eq(self.enable & (self.bank == number)),
                read.addr.eq(self.address),
                write.en.eq(source.valid & mine & wanted),
                write.addr.eq(source.address),
                write.data.eq(Cat(self._field(source.data, n)[:bits] for n in range(block))),
            ]
            spare = C(0, self.plan.activation_bits - bits)
            found.append(Cat(Cat(read.data.word_select(n, bits), spare) for n in range(block)))
        m.d.comb += [self.data.eq(Array(found)[self.bank]), self.lit.eq(Array(lit)[self.bank])]
        return m

    def _field(self, word: Value, number: int) -> Value:
        return word.word_select(number, self.plan.activation_bits)

    def _flags(self, m: Module, number: int, source, mine: Value) -> tuple[Value, Value]:
        """Return the flags of a bank, if a convolution reads it, and whether a word must be written."""
        plan = self.plan
        if number not in plan.flag_shapes:
            return C(0, 1), C(1, 1)
        rows, width = plan.flag_shapes[number]
        words = plan.windows[0].words if not number else plan.windows.words
        m.submodules[f"flags{number}"] = flags = WordFlags(rows, width, words, skip_zeros=plan.skip_zeros)
        shape = self.shape if number else ImageShape(words, width).const(image_shape(plan, 0))
        something = source.data.any()
        m.d.comb += [
            flags.shape.last_word.eq(shape.last_word),
            flags.shape.last_pixel.eq(shape.last_pixel),
            flags.shape.flagged.eq(shape.flagged),
            flags.enable.eq(source.valid & mine),
            flags.first.eq(~source.address.any()),
            flags.something.eq(something),
            flags.look.eq(self.look & (self.bank == number)),
            flags.row.eq(self.row),
        ]
        wanted = something | ~flags.shape.flagged if plan.skip_zeros else C(1, 1)
        return Cat(C(0, plan.windows.width - width), flags.lit), wanted
