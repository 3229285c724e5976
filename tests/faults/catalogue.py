"""The faults: a place in the sources of the hardware, what stands there, and what shall stand there."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FAULTS", "Fault"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One change of one statement; ``old`` occurs exactly once in the file.

    Attributes
    ----------
    name : str
        What a designer would call the mistake.
    file : str
        Below ``accelgen/rtl``.
    old, new : str
        The statement and its fault.
    """

    name: str
    file: str
    old: str
    new: str


FAULTS = [
    Fault(
        "index address off by one",
        "common/block_index.py",
        "row_start.eq(self.address + 1)",
        "row_start.eq(self.address)",
    ),
    Fault(
        "weights of skipped blocks not stepped over",
        "common/block_index.py",
        "with m.If(looking):",
        "with m.If(looking & worth_it):",
    ),
    Fault(
        "an empty block that ends a pass is lost",
        "common/block_index.py",
        "worth_it = self.occupied | looked_at.ends.pass_end",
        "worth_it = self.occupied",
    ),
    Fault(
        "position within the block ignored",
        "common/nonzero_scanner.py",
        "self.entries.p.address.eq(visit.base + lowest)",
        "self.entries.p.address.eq(visit.base)",
    ),
    Fault(
        "highest activation first",
        "common/nonzero_scanner.py",
        "for position in reversed(range(self.width)):",
        "for position in range(self.width):",
    ),
    Fault(
        "carry into the subtraction dropped",
        "common/mac_lane.py",
        "Cat(negative, flipped)",
        "Cat(C(0, 1), flipped)",
    ),
    Fault("sign of a weight ignored", "common/mac_lane.py", "negative = self.code[-1]", "negative = C(0, 1)"),
    Fault(
        "a pass starts from the last sum",
        "common/mac_array.py",
        "Mux(first, self.start[number], total)",
        "Mux(first, self.start[number] + total, total)",
    ),
    Fault(
        "biases read one pass late",
        "common/mac_array.py",
        "m.d.sync += following.eq(1)",
        "m.d.sync += following.eq(0)",
    ),
    Fault(
        "no clamp at the top",
        "dnn/requantiser.py",
        "Mux(too_large, (1 << bits) - 1, kept)",
        "kept",
    ),
    Fault("no clamp at zero", "dnn/requantiser.py", "Mux(total[-1], 0, ", "Mux(total[-1] & 0, 0, "),
    Fault(
        "shift off by one",
        "dnn/requantiser.py",
        "kept = total[shift : shift + bits]",
        "kept = total[shift + 1 : shift + 1 + bits]",
    ),
    Fault(
        "ping and pong swapped for reads",
        "common/activation_memory.py",
        "self.data.eq(Mux(self.bank, banks[1].data, banks[0].data))",
        "self.data.eq(Mux(self.bank, banks[0].data, banks[1].data))",
    ),
    Fault(
        "occupied flags never set",
        "common/flagged_memory.py",
        "flags | chosen",
        "flags",
    ),
    Fault("last word of a layer not flushed", "common/packer.py", "| (last_granule & ends.layer_end))", ")"),
    Fault(
        "the next image enters too early",
        "common/layer_control.py",
        "(self.layer > self.last_even_layer)",
        "(self.layer >= self.last_even_layer)",
    ),
    Fault("the last of equal scores wins", "common/argmax.py", "self.score > best", "self.score >= best"),
    Fault(
        "a long frame is accepted",
        "edge/frame.py",
        "self.long.eq(taken & ~self.tlast & final)",
        "self.long.eq(0)",
    ),
]
