"""The arithmetic of the contract in plain loops: what the golden model is itself checked against."""

from __future__ import annotations


def naive_scores(network, image) -> list[int]:
    """Return the scores of one raw image, element by element in Python integers."""
    x = [int(pixel) >> (8 - network.input.bits) for pixel in image]
    for layer in network.layers:
        weights = layer.weights
        sums = [int(bias) for bias in layer.bias]
        for row in range(weights.block_rows):
            for k in range(weights.kept):
                block = int(weights.index[row, k])
                for i in range(weights.block_out):
                    for j in range(weights.block_in):
                        o, n = row * weights.block_out + i, block * weights.block_in + j
                        if o < layer.outputs and n < layer.inputs:
                            sums[o] += int(weights.codes[row, k, i, j]) * x[n]
        if layer.requantise is None:
            return sums
        top = 2**layer.requantise.bits - 1
        x = [min(max(total >> layer.requantise.shift, 0), top) for total in sums]
    raise ValueError("a network ends with a layer that gives scores")
