"""Faults of unrolled hardware."""

from tests.faults.catalogue.fault import Fault

__all__ = ["FAULTS"]

FAULTS = [
    Fault(
        "inverted signs not made up for",
        "unrolled/layer.py",
        "int(bias) - more * int(weights.sum())",
        "int(bias)",
    ),
    Fault(
        "the sign of a digit is ignored",
        "unrolled/weighted_sum.py",
        "yield sign, power",
        "yield 1, power",
    ),
    Fault(
        "an inverted input is not made up for",
        "unrolled/weighted_sum.py",
        "top << power if sign < 0 else 0",
        "0",
    ),
    Fault(
        "an image overtakes the one before",
        "unrolled/engine.py",
        "free.eq(~held | moves)",
        "free.eq(~0)",
    ),
    Fault(
        "additions see a frame that is still arriving",
        "unrolled/engine.py",
        "with m.If(self.consumed):",
        "with m.If(1):",
    ),
    Fault(
        "a layer takes its inputs late",
        "unrolled/engine.py",
        "with m.If(moves[number]):",
        "with m.If(held[number]):",
    ),
    Fault(
        "what is subtracted is added",
        "unrolled/operations.py",
        "total = upper + ~other if carried else upper - other",
        "total = upper + ~other if carried else upper + other",
    ),
    Fault(
        "a carry into a chain is forgotten",
        "unrolled/operations.py",
        "total = upper - ~other if carried else upper + other",
        "total = upper + other",
    ),
    Fault(
        "a remainder of a bias is forgotten",
        "unrolled/operations.py",
        "whole.of(values) + whole.more",
        "whole.of(values) + 0",
    ),
    Fault(
        "a constant goes the wrong way",
        "unrolled/carries.py",
        "bias - offset if sign > 0",
        "bias + offset if sign > 0",
    ),
    Fault(
        "a sum is a bit too narrow",
        "unrolled/adder_graph.py",
        "weight * (self.most if weight > 0 else self.least)",
        "weight * (self.most if weight > 1 else self.least)",
    ),
    Fault(
        "values of different images meet",
        "unrolled/ranks.py",
        "known[rank] = held = Signal.like(before,",
        "known[rank] = before; held = Signal.like(before,",
    ),
    Fault(
        "a draw is won by the higher class",
        "unrolled/winner.py",
        "return (one - other)[len(one)]",
        "return ~(other - one)[len(one)]",
    ),
    Fault(
        "a result that waits is overtaken",
        "unrolled/pipeline.py",
        "go.eq(self.result.ready | ~held[-1])",
        "go.eq(1)",
    ),
    Fault(
        "an image is taken while a result waits",
        "unrolled/pipeline.py",
        "self.image.ready.eq(go)",
        "self.image.ready.eq(1)",
    ),
    Fault(
        "what is no image moves a rank",
        "unrolled/pipeline.py",
        "held.eq(Cat(self.image.valid, held[:-1]))",
        "held.eq(Cat(C(1, 1), held[:-1]))",
    ),
]
