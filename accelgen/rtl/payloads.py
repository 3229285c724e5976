"""Every payload that travels on a stream inside the hardware, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Shape, signed, unsigned
from amaranth.lib import data

from accelgen.rtl.counting import counter

if TYPE_CHECKING:
    from accelgen.rtl.common.packer import Packing

__all__ = [
    "Accumulators",
    "Activations",
    "Ends",
    "Entry",
    "Operand",
    "Score",
    "Tally",
    "Timestep",
    "Visit",
    "WindowEnds",
    "WindowRow",
    "ends_of",
]

Ends = data.StructLayout({"pass_end": 1, "row_end": 1, "layer_end": 1})
"""What ends with this item: a pass, with it perhaps its block row, with that perhaps the layer."""

WindowEnds = data.StructLayout({"pass_end": 1, "square_end": 1, "row_end": 1, "pixel_end": 1, "layer_end": 1})
"""The same with convolutions: a pass, with it perhaps its square, block row, pixel (of the output), layer."""


def ends_of(plan: Packing) -> data.StructLayout:
    """Return what can end in the engine of a plan."""
    return WindowEnds if plan.windows else Ends


class Visit(data.StructLayout):
    """A kept block to be walked: its number, where its weights start, whether anything in it is nonzero."""

    def __init__(self, blocks: int, weight_words: int, ends: data.StructLayout = Ends):
        super().__init__(
            {"block": counter(blocks), "base": counter(weight_words), "occupied": 1, "ends": ends}
        )


class WindowRow(data.StructLayout):
    """A row of a window in a kept block.

    ``word`` and ``base`` are the addresses of its first position in activation and in weight memory;
    ``wanted`` has a bit for each position to visit, ``seen`` for each of them that may hold something.
    """

    def __init__(self, columns: int, words: int, weight_words: int):
        super().__init__(
            {
                "word": counter(words),
                "base": counter(weight_words),
                "wanted": unsigned(columns),
                "seen": unsigned(columns),
                "ends": WindowEnds,
            }
        )


class Entry(data.StructLayout):
    """A nonzero activation and the address of its weights. ``value`` is 0 only if a pass had nothing else."""

    def __init__(self, weight_words: int, bits: int, ends: data.StructLayout = Ends):
        super().__init__({"address": counter(weight_words), "value": unsigned(bits), "ends": ends})


class Operand(data.StructLayout):
    """An activation and the codes it meets, one for each lane."""

    def __init__(self, lanes: int, weight_bits: int, bits: int, ends: data.StructLayout = Ends):
        codes = data.ArrayLayout(unsigned(weight_bits), lanes)
        super().__init__({"codes": codes, "value": unsigned(bits), "ends": ends})


class Accumulators(data.StructLayout):
    """The sums of a finished pass."""

    def __init__(self, lanes: int, bits: int, ends: data.StructLayout = Ends):
        super().__init__({"sums": data.ArrayLayout(signed(bits), lanes), "ends": ends})


class Activations(data.StructLayout):
    """The activations of a finished pass."""

    def __init__(self, lanes: int, bits: int, ends: data.StructLayout = Ends):
        super().__init__({"values": data.ArrayLayout(unsigned(bits), lanes), "ends": ends})


class Score(data.StructLayout):
    """A score, and whether it is the last of its image."""

    def __init__(self, bits: int):
        super().__init__({"value": Shape(bits, signed=True), "last": 1})


class Timestep(data.StructLayout):
    """The spikes of a timestep, and whether it is the first and the last of its sample."""

    def __init__(self, inputs: int):
        super().__init__({"spikes": unsigned(inputs), "first": 1, "final": 1})


class Tally(data.StructLayout):
    """All scores of a sample, and how many timesteps they are of."""

    def __init__(self, classes: int, bits: int, timesteps: int):
        super().__init__({"scores": data.ArrayLayout(signed(bits), classes), "used": counter(timesteps + 1)})
