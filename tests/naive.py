"""The arithmetic of the contract in plain loops: what the golden model is itself checked against."""

from __future__ import annotations


def naive_scores(network, image) -> list[int]:
    """Return the scores of one raw image, element by element in Python integers."""
    coding = getattr(network.input, "coding", None)
    if coding and coding.signed:  # bytes in two's complement
        image = [int(byte) - 256 * (int(byte) > 127) for byte in image]
    x = [int(pixel) >> (8 - network.input.bits) for pixel in image]
    for layer in network.layers:
        if layer.window:
            x = naive_convolution(layer, x)
            continue
        sums = naive_sums(layer, x)
        if layer.rule is None:
            return sums
        x = [naive_rule(layer.rule, total, o) for o, total in enumerate(sums)]
    raise ValueError("a network ends with a layer that gives scores")


def naive_rule(rule, total, channel) -> int:
    """Return the activation of a sum of a channel."""
    if hasattr(rule, "levels"):
        return sum(total >= level for level in rule.levels[channel % len(rule.levels)])
    if hasattr(rule, "multipliers"):
        total = total * rule.multipliers[channel] + rule.offsets[channel]
        step = total >> rule.shift
        if rule.even and step % 2 and step << rule.shift == total:
            total = (step - 1) << rule.shift
    return min(max(total >> rule.shift, 0), 2**rule.bits - 1)


def naive_convolution(layer, x) -> list[int]:
    """Return what leaves a convolution and its pooling, in the order (y, x, channel), as its file says."""
    window, kernels, leaving = layer.window, layer.kernels(), []
    (high, wide), (down, across), (tall, broad) = map(pair, (window.kernel, window.stride, window.pool))
    above, below, left, right = edges(window.padding)

    def activation(v, u, o):
        total = int(layer.bias[o])
        for j in range(high):
            for i in range(wide):
                y, z = v * down + j - above, u * across + i - left
                if 0 <= y < window.height and 0 <= z < window.width:
                    for c in range(window.channels):
                        entering = int(x[(y * window.width + z) * window.channels + c])
                        total += int(kernels[o, c, j, i]) * entering
        return naive_rule(layer.rule, total, o)

    rows = len(range(0, above + window.height + below - high + 1, down))
    columns = len(range(0, left + window.width + right - wide + 1, across))
    for v in range(rows // tall):
        for u in range(columns // broad):
            for o in range(layer.channels):
                square = [
                    activation(v * tall + j, u * broad + i, o) for j in range(tall) for i in range(broad)
                ]
                leaving.append(max(square))
    return leaving


def pair(sides) -> tuple[int, int]:
    """Return the number of rows and that of columns, of which there may be one for both."""
    return (sides, sides) if isinstance(sides, int) else sides


def edges(padding) -> tuple[int, int, int, int]:
    """Return the padding of each side, of which there may be one for all, or for each axis."""
    if isinstance(padding, tuple) and len(padding) == 4:
        return padding
    down, across = pair(padding)
    return down, down, across, across


def naive_sums(layer, x) -> list[int]:
    """Return ``bias + W x``, kept block by kept block."""
    weights = layer.weights
    sums = [int(bias) for bias in layer.bias]
    for row in range(weights.block_rows):
        for k in range(weights.kept):
            block = int(weights.index[row, k])
            for i in range(weights.block_out):
                for j in range(weights.block_in):
                    o, n = row * weights.block_out + i, block * weights.block_in + j
                    if o < layer.outputs and n < layer.inputs:
                        sums[o] += int(weights.codes[row, k, i, j]) * int(x[n])
    return sums


def naive_spiking(network, spikes) -> list[list[int]]:
    """Return the scores after each timestep of one sample, ``spikes[timestep][input]``."""
    membranes = [[0] * layer.outputs for layer in network.layers]
    lasting = [[0] * layer.outputs for layer in network.layers]
    fired = [[0] * layer.outputs for layer in network.layers]
    kept = total = [0] * network.classes
    scores = []
    for entering in spikes:
        x = entering
        for number, layer in enumerate(network.layers):
            currents, neuron = naive_sums(layer, x), layer.rule
            if neuron is None:
                x = currents
                break
            if neuron.synapse:
                rule, kept_currents = neuron.synapse, lasting[number]
                for o, current in enumerate(currents):
                    lost = kept_currents[o] * rule.multiplier // 2**rule.leak
                    kept_currents[o] += current - lost
                currents = kept_currents
            for o, current in enumerate(currents):
                before = 0
                if neuron.integration == "continuous":
                    before = membranes[number][o]
                    if neuron.leak:
                        before -= before * neuron.multiplier // 2**neuron.leak
                    if fired[number][o]:
                        before = before - neuron.threshold if neuron.reset == "subtract" else 0
                membranes[number][o] = before + current
                fired[number][o] = int(before + current >= neuron.threshold)
            x = fired[number]
        if network.readout is None:
            total = [a + b for a, b in zip(total, x, strict=True)]
        else:
            rule = network.readout
            lost = [v * rule.multiplier // 2**rule.leak if rule.leak else 0 for v in kept]
            kept = [v - less + current for v, less, current in zip(kept, lost, x, strict=True)]
            if rule.score == "sum":
                total = [a + b for a, b in zip(total, kept, strict=True)]
            elif rule.score == "max" and scores:
                total = [max(pair) for pair in zip(total, kept, strict=True)]
            else:
                total = kept
        scores.append(total)
    return scores
