"""Faults of unrolled hardware that spikes."""

from tests.faults.catalogue.fault import Fault

__all__ = ["FAULTS"]

FAULTS = [
    Fault(
        "a current lasts into the next sample",
        "unrolled/neurons.py",
        "with m.If(clear):",
        "with m.If(clear & ~moves):",
    ),
    Fault(
        "a current does not leak",
        "unrolled/neurons.py",
        "left.eq(total - _leaked(total, synapse))",
        "left.eq(total)",
    ),
    Fault(
        "a neuron fires above its threshold alone",
        "unrolled/neurons.py",
        "fires.eq(~excess[-1])",
        "fires.eq(excess > 0)",
    ),
    Fault(
        "a membrane goes on from the sample before",
        "unrolled/neurons.py",
        "with m.If(self.clear):",
        "with m.If(self.clear & ~self.moves):",
    ),
    Fault(
        "a membrane moves without a timestep",
        "unrolled/neurons.py",
        "with m.If(self.moves):",
        "with m.If(1):",
    ),
    Fault(
        "what is above the threshold leaks",
        "unrolled/neurons.py",
        "membrane = excess + neuron.threshold",
        "membrane = excess",
    ),
    Fault(
        "a reset to zero is one to the threshold",
        "unrolled/neurons.py",
        "return Mux(fires, -neuron.threshold, kept)",
        "return Mux(fires, 0, kept)",
    ),
    Fault(
        "a threshold is subtracted from neurons that are silent",
        "unrolled/neurons.py",
        "return kept - Mux(fires, neuron.threshold, 0)",
        "return kept - neuron.threshold",
    ),
    Fault(
        "a pixel as bright as its threshold fires",
        "unrolled/timesteps.py",
        "more: Value = C(0, 1)",
        "more: Value = C(1, 1)",
    ),
    Fault(
        "an image is replaced before its last timestep",
        "unrolled/timesteps.py",
        "~self.here | (leaves & offered.p.final)",
        "~self.here | leaves",
    ),
    Fault(
        "timesteps run on while one waits",
        "unrolled/timesteps.py",
        "leaves.eq(self.here & offered.ready)",
        "leaves.eq(self.here)",
    ),
    Fault(
        "thresholds are not drawn anew for each image",
        "unrolled/timesteps.py",
        "lfsr.restart.eq(taken)",
        "lfsr.restart.eq(0)",
    ),
    Fault(
        "a membrane of one timestep has another threshold",
        "unrolled/spiking_plan.py",
        "Thresholds(((rule.threshold,),))",
        "Thresholds(((rule.threshold + 1,),))",
    ),
    Fault(
        "a tally that waits is overtaken",
        "unrolled/spiking_pipeline.py",
        "go.eq(self.tally.ready | ~ended | ~ending)",
        "go.eq(1)",
    ),
    Fault(
        "a tally is sent twice",
        "unrolled/spiking_pipeline.py",
        "ended.eq(0)",
        "ended.eq(ended)",
    ),
    Fault(
        "each timestep is a sample",
        "unrolled/spiking_pipeline.py",
        "ending.eq(held[-1] & final[-1])",
        "ending.eq(held[-1])",
    ),
    Fault(
        "scores go on from the sample before",
        "unrolled/spiking_pipeline.py",
        "so_far.eq(0)",
        "so_far.eq(so_far)",
    ),
    Fault(
        "membranes are cleared by the first timestep itself",
        "unrolled/spiking_pipeline.py",
        "moves[at:end], moves[end], begins[end - 1]",
        "moves[at:end], moves[end], begins[end]",
    ),
    Fault(
        "a place without a timestep counts as one",
        "unrolled/spiking_pipeline.py",
        "moves.eq(Cat(offered.valid, held) & go.replicate(last + 1))",
        "moves.eq(go.replicate(last + 1))",
    ),
    Fault(
        "an answer that waits is overtaken",
        "unrolled/answer.py",
        "go.eq(self.words.ready | ~held[-1])",
        "go.eq(1)",
    ),
    Fault(
        "timesteps used do not wait for their class",
        "unrolled/answer.py",
        "m.d.sync += late.eq(used)",
        "m.d.comb += late.eq(used)",
    ),
    Fault(
        "a timestep of events is lost while a result waits",
        "unrolled/spiking_top.py",
        "receiver.consumed.eq(receiver.loaded & engine.timesteps.ready)",
        "receiver.consumed.eq(receiver.loaded)",
    ),
    Fault(
        "words of events fall into the first block",
        "unrolled/spiking_top.py",
        "receiver.frame.valid & (receiver.frame.address == number)",
        "receiver.frame.valid & (receiver.frame.address == 0)",
    ),
]
