"""Faults of the engine with convolutions."""

from tests.faults.catalogue.fault import Fault

__all__ = ["FAULTS"]

FAULTS = [
    Fault(
        "rows above and below an image are looked at",
        "conv/walker.py",
        "held.inside.eq(now.y < self.shape.height)",
        "held.inside.eq(1)",
    ),
    Fault(
        "a window row of zeros that ends a pass is lost",
        "conv/walker.py",
        "worth_it = seen.any() | held.ends.pass_end",
        "worth_it = seen.any()",
    ),
    Fault(
        "the weights of an image go on where those of the one before ended",
        "conv/walker.py",
        "[now.base.eq(0), now.index.eq(0)]",
        "[now.index.eq(0)]",
    ),
    Fault(
        "a window moves as if no loop inside had moved it",
        "conv/window.py",
        "differences.append(step - moved)",
        "differences.append(step)",
    ),
    Fault("a window begins as far left as up", "conv/window.py", '"x": -left', '"x": -top'),
    Fault(
        "windows stride across as they do down",
        "conv/window.py",
        '"x": (0, 0, across.stride,',
        '"x": (0, 0, down.stride,',
    ),
    Fault(
        "a row of a window has as many weights as a column",
        "conv/window.py",
        "row = across.kernel * part.block_in",
        "row = down.kernel * part.block_in",
    ),
    Fault(
        "rows above an image are taken for rows of it",
        "conv/window.py",
        "max(axis.before, axis.after)",
        "axis.after",
    ),
    Fault(
        "the right position of a window row is visited, but not its weights",
        "conv/picker.py",
        "self.visits.p.base.eq(row.base + weights)",
        "self.visits.p.base.eq(row.base)",
    ),
    Fault(
        "every position ends what its row ends",
        "conv/picker.py",
        "Mux(finishing, row.ends.as_value(), 0)",
        "row.ends",
    ),
    Fault(
        "flags of words one after the other are lost",
        "conv/word_flags.py",
        "Mux(added.again, written, read.data)",
        "read.data",
    ),
    Fault(
        "rows of flags follow one another too closely",
        "conv/word_flags.py",
        "base.eq(down + self.shape.last_word + 1)",
        "base.eq(down + 1)",
    ),
    Fault(
        "words of zeros are not written for those who have no flags",
        "conv/image_memory.py",
        "something | ~flags.shape.flagged",
        "something",
    ),
    Fault("the last of a square wins", "conv/max_pool.py", "Mux(value > best, value, best)", "value"),
    Fault("a square begins with the one before", "conv/max_pool.py", "Mux(end, 0, larger)", "larger"),
    Fault(
        "biases do not return with a pixel",
        "conv/window_mac.py",
        "taken & ends.pixel_end & ~ends.layer_end",
        "taken & ends.pixel_end & ends.layer_end & 0",
    ),
    Fault(
        "biases return to those of the first layer",
        "conv/window_mac.py",
        "m.d.sync += begin.eq(following)",
        "m.d.sync += begin.eq(0)",
    ),
]
