"""Faults of the engine of dense networks."""

from tests.faults.catalogue.fault import Fault

__all__ = ["FAULTS"]

FAULTS = [
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
