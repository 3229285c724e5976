"""Every payload that travels on a stream inside the hardware, by name."""

from __future__ import annotations

from amaranth.hdl import Shape, signed, unsigned
from amaranth.lib import data

from accelgen.rtl.counting import counter

__all__ = ["Accumulators", "Activations", "Ends", "Entry", "Operand", "Score", "Visit"]

Ends = data.StructLayout({"pass_end": 1, "row_end": 1, "layer_end": 1})
"""What ends with this item: a pass, with it perhaps its block row, with that perhaps the layer."""


class Visit(data.StructLayout):
    """A kept block to be walked: its number, where its weights start, whether anything in it is nonzero."""

    def __init__(self, blocks: int, weight_words: int):
        super().__init__(
            {"block": counter(blocks), "base": counter(weight_words), "occupied": 1, "ends": Ends}
        )


class Entry(data.StructLayout):
    """A nonzero activation and the address of its weights. ``value`` is 0 only if a pass had nothing else."""

    def __init__(self, weight_words: int, bits: int):
        super().__init__({"address": counter(weight_words), "value": unsigned(bits), "ends": Ends})


class Operand(data.StructLayout):
    """An activation and the codes it meets, one for each lane."""

    def __init__(self, lanes: int, weight_bits: int, bits: int):
        codes = data.ArrayLayout(unsigned(weight_bits), lanes)
        super().__init__({"codes": codes, "value": unsigned(bits), "ends": Ends})


class Accumulators(data.StructLayout):
    """The sums of a finished pass."""

    def __init__(self, lanes: int, bits: int):
        super().__init__({"sums": data.ArrayLayout(signed(bits), lanes), "ends": Ends})


class Activations(data.StructLayout):
    """The activations of a finished pass."""

    def __init__(self, lanes: int, bits: int):
        super().__init__({"values": data.ArrayLayout(unsigned(bits), lanes), "ends": Ends})


class Score(data.StructLayout):
    """A score, and whether it is the last of its image."""

    def __init__(self, bits: int):
        super().__init__({"value": Shape(bits, signed=True), "last": 1})
