"""The kinds of layers and of inputs: what a network file may name, in the order of messages."""

from __future__ import annotations

from accelgen.network.convolution import Conv
from accelgen.network.dense import Dense
from accelgen.network.encoding import EventInput, Input, PixelInput, RateInput
from accelgen.network.layer import Layer
from accelgen.network.spiking import Spiking

__all__ = ["INPUTS", "LAYERS"]

#: What may enter a network, by its ``kind`` in the file.
INPUTS: dict[str, type[Input]] = {kind.kind: kind for kind in (PixelInput, RateInput, EventInput)}

#: Layers by their ``kind`` in the file; `accelgen.golden.kinds` says what computes each.
LAYERS: dict[str, type[Layer]] = {kind.kind: kind for kind in (Dense, Conv, Spiking)}
