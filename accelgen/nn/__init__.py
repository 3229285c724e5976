"""Layers to build a network with in a training loop of one's own, and the ways out of it; needs torch.

They are modules of torch and hold integers in floats: in evaluation a chain of them computes what is
exported, score for score. `accelgen.train` is built of the same parts.
"""

from accelgen.optional import needed

with needed():
    from accelgen.nn.blocks import BlockConv1d, BlockConv2d, BlockLinear, Flatten
    from accelgen.nn.entry import Input, Spikes
    from accelgen.nn.loop import calibrate, groups, keep_in_range, settle
    from accelgen.nn.rules import LIF, Count, QuantReLU, Scores
    from accelgen.nn.to_network import export
    from accelgen.nn.to_quantised import quantise

__all__ = [
    "LIF",
    "BlockConv1d",
    "BlockConv2d",
    "BlockLinear",
    "Count",
    "Flatten",
    "Input",
    "QuantReLU",
    "Scores",
    "Spikes",
    "calibrate",
    "export",
    "groups",
    "keep_in_range",
    "quantise",
    "settle",
]
