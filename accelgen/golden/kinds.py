"""What computes each kind of layer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from accelgen.golden import convolution, dense, neurons
from accelgen.network.convolution import Conv
from accelgen.network.dense import Dense
from accelgen.network.spiking import Spiking

__all__ = ["COMPUTES"]

#: By `Layer.kind`: a function of the layer, of each value that it reads, and of ``input_bits``, the bits of
#: the widest of them. It returns activations (uint8), or scores (int64) if the layer has no rule.
COMPUTES: dict[str, Callable[..., np.ndarray]] = {
    Dense.kind: dense.activate,
    Conv.kind: convolution.activate,
    Spiking.kind: neurons.activate,
}
