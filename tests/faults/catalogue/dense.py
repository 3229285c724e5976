"""Faults of the engine of dense networks."""

from tests.faults.catalogue.fault import Fault

__all__ = ["FAULTS"]

FAULTS = [
    Fault(
        "a pass overwrites sums that wait",
        "common/holding_array.py",
        "~closing | ~holds | (moves & last)",
        "~closing | ~holds | last",
    ),
    Fault(
        "accumulators go on from the pass before",
        "common/holding_array.py",
        "with m.If(taken & closing):",
        "with m.If(taken & closing & self.operands.p.ends.row_end):",
    ),
    Fault(
        "the last pass of a row leaves like the others",
        "common/holding_array.py",
        "Mux(self.operands.p.ends.row_end, self.last_words, full)",
        "full",
    ),
    Fault(
        "sums leave without the last product",
        "common/holding_array.py",
        "totals.append(lane.total)",
        "totals.append(total)",
    ),
    Fault(
        "sums that leave are not followed by others",
        "common/holding_array.py",
        "with m.If(finishes | moves):",
        "with m.If(finishes):",
    ),
    Fault(
        "a row ends with the first of its sums",
        "common/holding_array.py",
        "with m.If(last):",
        "with m.If(last | ends.row_end):",
    ),
    Fault(
        "flags of the other query",
        "common/flagged_bank.py",
        "self.occupied[number].eq(read.data)",
        "self.occupied[1 - number].eq(read.data)",
    ),
    Fault(
        "flags read although nobody looks",
        "common/flagged_bank.py",
        "read.en.eq(self.look)",
        "read.en.eq(1)",
    ),
    Fault(
        "flags of the bank behind",
        "common/activation_memory.py",
        "bank.look.eq(self.look & (self.bank == number))",
        "bank.look.eq(self.look & (self.bank != number))",
    ),
    Fault(
        "biases of a pass, not of the sums that leave",
        "common/holding_array.py",
        "self._prefetch(m, moves, C(1, 1))",
        "self._prefetch(m, moves & last, C(1, 1))",
    ),
    Fault(
        "offset of the next output",
        "dnn/multiplier.py",
        "self._requantised(m, product + offset)",
        "self._requantised(m, product + self.offset)",
    ),
    Fault(
        "all outputs are the first",
        "dnn/multiplier.py",
        "Mux(taken, self.passes.p.sums, waiting >> width)",
        "Mux(taken, self.passes.p.sums, waiting)",
    ),
    Fault(
        "an activation in the lane after its own",
        "dnn/multiplier.py",
        "place.eq(lane)",
        "place.eq(lane + 1)",
    ),
]
