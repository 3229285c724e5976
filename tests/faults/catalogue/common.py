"""Faults of what all folded engines have in common, and their tables."""

from tests.faults.catalogue.fault import Fault

__all__ = ["FAULTS"]

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
    Fault(
        "sign of a wide weight ignored",
        "common/wide_lane.py",
        "self.code * self.value",
        "self.code.as_unsigned() * self.value",
    ),
    Fault(
        "ties go down where they are even",
        "common/requantised.py",
        "kept[0] & total[:shift].any()",
        "kept[0] & ~total[:shift].any()",
    ),
    Fault(
        "multipliers of a pixel go on from the last one",
        "common/multiplier_fetch.py",
        "with m.Elif(self.used & self.last & pixel_end & ~ends.layer_end):",
        "with m.Elif(C(0, 1)):",
    ),
    Fault(
        "multipliers of a pass go on within a pooling square",
        "common/multiplier_fetch.py",
        "with m.Elif(self.used & self.last & ~square_end):",
        "with m.Elif(C(0, 1)):",
    ),
    Fault(
        "multipliers of a later layer return to those of the first",
        "common/multiplier_fetch.py",
        "m.d.sync += begin.eq(following)",
        "m.d.sync += begin.eq(0)",
    ),
    Fault("sign of a weight ignored", "common/mac_lane.py", "negative = self.code[-1]", "negative = C(0, 1)"),
    Fault(
        "sign of an activation ignored",
        "common/mac_lane.py",
        "negative = negative ^ self.negative",
        "negative = negative ^ C(0, 1)",
    ),
    Fault(
        "magnitude of the least code lost",
        "common/mac_array.py",
        "(-value)[:bits]",
        "(-value)[: bits - 1]",
    ),
    Fault(
        "signs read in every layer",
        "common/sparse_array.py",
        "mac.signs.eq(self.layer == 0)",
        "mac.signs.eq(1)",
    ),
    Fault(
        "outputs that do not exist answer to signed codes",
        "tables.py",
        "missing = plan.padded_bias if layer is plan.network.first else 0",
        "missing = 0",
    ),
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
        "common/requantised.py",
        "Mux(too_large, (1 << bits) - 1, kept)",
        "kept",
    ),
    Fault(
        "a threshold is passed, not reached",
        "common/requantised.py",
        "high = total >= middle",
        "high = total > middle",
    ),
    Fault("no clamp at zero", "common/requantised.py", "Mux(total[-1], 0, ", "Mux(total[-1] & 0, 0, "),
    Fault(
        "shift off by one",
        "common/requantised.py",
        "kept = total[shift : shift + bits]",
        "kept = total[shift + 1 : shift + 1 + bits]",
    ),
    Fault(
        "a layer reads the bank of an image",
        "common/activation_memory.py",
        "Array(bank.data for bank in banks)[self.bank]",
        "banks[0].data",
    ),
    Fault(
        "occupied flags never set",
        "common/flagged_memory.py",
        "flags | chosen",
        "flags",
    ),
    Fault("last word of a layer not flushed", "common/packer.py", "| (last_granule & flush))", ")"),
    Fault(
        "the next image enters too early",
        "common/layer_control.py",
        "~running | self.layer.any()",
        "~running | running",
    ),
    Fault(
        "a score at the threshold is not yes",
        "common/threshold.py",
        "self.score >= self.least",
        "self.score > self.least",
    ),
    Fault("the last of equal scores wins", "common/argmax.py", "self.score > best", "self.score >= best"),
    Fault("blocks are taken for words", "memories.py", "plan.windows[number].word_of(block)", "block"),
    Fault("pixels share a word", "common/packer.py", "ends.pixel_end if plan.windows", "ends.layer_end if 1"),
    Fault(
        "a word of zeros that ends a pass is dropped",
        "common/nonzero_scanner.py",
        "something = pending.any() | visit.ends.pass_end",
        "something = pending.any()",
    ),
]
