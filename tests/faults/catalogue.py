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
    Fault(
        "sign of a wide weight ignored",
        "common/wide_lane.py",
        "self.code * self.value",
        "self.code.as_unsigned() * self.value",
    ),
    Fault(
        "offset of the next output",
        "dnn/multiplier.py",
        "self._requantised(m, product + offset)",
        "self._requantised(m, product + self.offset)",
    ),
    Fault(
        "ties go down where they are even",
        "common/requantised.py",
        "kept[0] & total[:shift].any()",
        "kept[0] & ~total[:shift].any()",
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
        "inverted signs not made up for",
        "unrolled/layer.py",
        "int(bias) - more * int(weights.sum())",
        "int(bias)",
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
    Fault(
        "a long frame is accepted",
        "edge/frame.py",
        "self.long.eq(taken & ~self.tlast & final)",
        "self.long.eq(0)",
    ),
    Fault(
        "the first timestep starts from old membranes",
        "snn/membranes.py",
        "something = self.living & ~self.first",
        "something = self.living",
    ),
    Fault(
        "membranes of discontinuous layers live on",
        "snn/membranes.py",
        "something = self.living & ~self.first",
        "something = ~self.first",
    ),
    Fault(
        "a tie does not fire", "snn/fire.py", "fires.eq(~excess[-1])", "fires.eq(~excess[-1] & excess.any())"
    ),
    Fault("a reset to zero leaves the excess", "snn/fire.py", "Mux(subtract, excess, 0)", "excess"),
    Fault("the leak is taken after the reset", "snn/fire.py", "_lost(membrane, leak", "_lost(after, leak"),
    Fault("a spike leaks what it has taken", "snn/fire.py", "fires & ~subtract)", "0)"),
    Fault(
        "membranes of the wrong pass",
        "snn/fire.py",
        "m.d.sync += number.eq(number + 1)",
        "m.d.sync += number.eq(number)",
    ),
    Fault("scores of the sample before are kept", "snn/readout.py", "Mux(self.first, 0, stored)", "stored"),
    Fault(
        "a lead equal to the margin does not stop",
        "snn/readout.py",
        "(best - second >= self.margin)",
        "(best - second > self.margin)",
    ),
    Fault(
        "the second best is not followed",
        "snn/readout.py",
        "m.d.sync += [best.eq(total), second.eq(best), alone.eq(0)]",
        "m.d.sync += [best.eq(total), alone.eq(0)]",
    ),
    Fault(
        "a pixel at its threshold fires",
        "snn/rate_encoder.py",
        "(pixels[n] > thresholds[n])",
        "(pixels[n] >= thresholds[n])",
    ),
    Fault(
        "black words fire",
        "snn/rate_encoder.py",
        "(pixels[n] > thresholds[n]) & occupied",
        "(pixels[n] > thresholds[n])",
    ),
    Fault(
        "thresholds of the timestep before",
        "snn/rate_encoder.py",
        "timestep.eq(Mux(final, 0, timestep + 1))",
        "timestep.eq(Mux(final, 0, timestep + 2))",
    ),
    Fault(
        "a repeated event takes the first one back",
        "edge/events.py",
        "Mux(fetching, memory.data, 0)) | its_bit",
        "Mux(fetching, memory.data, 0)) ^ its_bit",
    ),
    Fault(
        "events of a block that comes back are lost", "edge/events.py", "Mux(fetching, memory.data, 0)", "0"
    ),
    Fault(
        "words without events keep old ones", "edge/events.py", "Mux(occupied, memory.data, 0)", "memory.data"
    ),
    Fault("a 17th timestep is accepted", "edge/events.py", "self.long.eq(taken & over)", "self.long.eq(0)"),
    Fault(
        "an address that is not there is accepted",
        "edge/events.py",
        "self.range_.eq(taken & bad & ~self.long)",
        "self.range_.eq(0)",
    ),
    Fault(
        "the last event of a timestep is lost",
        "edge/events.py",
        "valid.eq(gathering)\n            m.d.sync += gathering.eq(0)\n            m.next",
        "valid.eq(0)\n            m.d.sync += gathering.eq(0)\n            m.next",
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
    Fault(
        "a frame without an end is an image",
        "edge/image.py",
        "whole.eq(final & self.tlast &",
        "whole.eq(final &",
    ),
    Fault(
        "the rest of a long frame is an image",
        "edge/image.py",
        "dropping.eq(self.long)",
        "dropping.eq(0)",
    ),
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
    Fault("blocks are taken for words", "memories.py", "plan.windows[number].word_of(block)", "block"),
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
    Fault("pixels share a word", "common/packer.py", "ends.pixel_end if plan.windows", "ends.layer_end if 1"),
    Fault(
        "a word of zeros that ends a pass is dropped",
        "common/nonzero_scanner.py",
        "something = pending.any() | visit.ends.pass_end",
        "something = pending.any()",
    ),
]
