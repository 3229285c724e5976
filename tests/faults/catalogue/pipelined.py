"""Faults of pipelines of engines."""

from tests.faults.catalogue.fault import Fault

__all__ = ["FAULTS"]

FAULTS = [
    Fault(
        "an image enters the bank that is read",
        "pipelined/control.py",
        "Mux(entering, ~full[1], ~full[0])",
        "1",
    ),
    Fault(
        "an image starts without room behind",
        "pipelined/control.py",
        "Mux(read, full[1], full[0]) & self.may_give",
        "Mux(read, full[1], full[0])",
    ),
    Fault(
        "a stage reads the bank that it has just read",
        "pipelined/control.py",
        "[running.eq(0), read.eq(~read)]",
        "[running.eq(0)]",
    ),
    Fault(
        "an image that was taken over stays loaded",
        "pipelined/control.py",
        "self.consumed.eq(self.loaded & self.may_load)",
        "self.consumed.eq(self.loaded & self.may_load & ~running)",
    ),
    Fault(
        "words enter the bank that is read",
        "pipelined/unit.py",
        "((array.frame, 1), (array.results, 0))",
        "((array.frame, 0), (array.results, 1))",
    ),
    Fault(
        "an image is given before its last word",
        "pipelined/stage.py",
        "self.given.eq(packer.done)",
        "self.given.eq(control.start)",
    ),
    Fault(
        "words of outputs that do not exist leave a stage",
        "pipelined/trimmer.py",
        "self.packed.valid & (place < leaving.wanted)",
        "self.packed.valid",
    ),
    Fault(
        "a pixel begins with the word after its first",
        "pipelined/trimmer.py",
        "with m.If(place == leaving.packed - 1):",
        "with m.If(place == leaving.packed):",
    ),
    Fault(
        "words of a layer without pixels are not left out",
        "pipelined/trimmer.py",
        "self.packed.address < leaving.wanted",
        "self.packed.address <= leaving.wanted",
    ),
    Fault(
        "a row is taken from an engine whose turn it is not",
        "pipelined/joiner.py",
        "turn.eq(turn + 1)",
        "turn.eq(turn)",
    ),
    Fault(
        "a layer ends with the rows of its first engine",
        "pipelined/joiner.py",
        "m.d.comb += joined.p.ends.layer_end.eq(0)",
        "m.d.comb += []",
    ),
    Fault(
        "a pixel ends with the rows of its first engine",
        "pipelined/joiner.py",
        "m.d.comb += joined.p.ends.pixel_end.eq(0)",
        "m.d.comb += []",
    ),
    Fault(
        "a timestep that waits changes the marks of the one that runs",
        "pipelined/marks.py",
        "with m.If(entering == bank):",
        "with m.If(entering == entering):",
    ),
    Fault(
        "marks are kept for one bank alone",
        "pipelined/marks.py",
        "m.d.sync += entering.eq(~entering)",
        "m.d.sync += entering.eq(entering)",
    ),
    Fault(
        "membranes live on into the next sample",
        "pipelined/spiking_unit.py",
        "membranes.first.eq(self.first)",
        "membranes.first.eq(0)",
    ),
    Fault(
        "membranes are forgotten after each timestep",
        "pipelined/spiking_unit.py",
        "membranes.first.eq(self.first)",
        "membranes.first.eq(1)",
    ),
    Fault(
        "membranes of a timestep are kept behind those of the one before",
        "pipelined/spiking_unit.py",
        "fire.restart.eq(self.start)",
        "fire.restart.eq(0)",
    ),
    Fault(
        "every timestep gives a result",
        "pipelined/spiking_unit.py",
        "readout.final.eq(self.final)",
        "readout.final.eq(1)",
    ),
    Fault(
        "scores of a sample begin with those of the one before",
        "pipelined/spiking_unit.py",
        "readout.first.eq(self.first)",
        "readout.first.eq(0)",
    ),
    Fault(
        "a stage ends a sample when it ends in the first one",
        "pipelined/spiking_engine.py",
        "after.final.eq(stage.its_final)",
        "after.final.eq(self.final)",
    ),
    Fault(
        "a stage begins a sample when it begins in the first one",
        "pipelined/spiking_engine.py",
        "after.first.eq(stage.its_first)",
        "after.first.eq(self.first)",
    ),
    Fault(
        "timesteps of all samples are counted on",
        "pipelined/spiking_engine.py",
        "Mux(last.its_first, 1, self.used + 1)",
        "self.used + 1",
    ),
    Fault(
        "an unrolled layer takes an image while another stands there",
        "pipelined/gates_stage.py",
        "self.may_load.eq(~full)",
        "self.may_load.eq(1)",
    ),
    Fault(
        "an unrolled layer gives without room behind",
        "pipelined/gates_stage.py",
        "leaves.eq(full & ~held & self.may_give)",
        "leaves.eq(full & ~held)",
    ),
    Fault(
        "results of an unrolled layer are written over while they leave",
        "pipelined/gates_stage.py",
        "leaves.eq(full & ~held & self.may_give)",
        "leaves.eq(full & self.may_give)",
    ),
    Fault(
        "an unrolled layer gives before its last word",
        "pipelined/gates_stage.py",
        "place == leaving.words - 1",
        "place == leaving.words - 2",
    ),
    Fault(
        "scores of an unrolled layer are written over while they leave",
        "pipelined/gates_stage.py",
        "leaves.eq(full & (~held | drain.passes.ready))",
        "leaves.eq(full)",
    ),
]
