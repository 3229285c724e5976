import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.errors import DataError, InvalidNetwork, InvalidOption
from accelgen.golden import count_cost, run
from accelgen.golden.cost import layer_cost
from accelgen.network import Conv
from tests.naive import edges, pair
from tests.tiny_convolutions import conv_network, random_conv_network
from tests.tiny_networks import random_images, random_network, small_network


def naive_work(layer, x, lanes):
    """Walk the passes of one layer for one image."""
    weights, macs, skipped, cycles = layer.weights, 0, 0, 0
    for row in range(weights.block_rows):
        for number in range(-(-weights.block_out // lanes)):
            events = 0
            for block in weights.index[row]:
                for position in range(weights.block_in):
                    place = int(block) * weights.block_in + position
                    if place >= layer.inputs:
                        continue
                    if x[place]:
                        events += 1
                        first = row * weights.block_out + number * lanes
                        last = min(first + lanes, (row + 1) * weights.block_out, layer.outputs)
                        macs += max(last - first, 0)
                    else:
                        skipped += 1
            cycles += max(events, 1)
    return macs, skipped, cycles


@given(st.integers(0, 2**32 - 1), st.integers(1, 20))
def test_equals_walking_every_pass(seed, lanes):
    network = random_network(seed)
    result = run(network, random_images(np.random.default_rng(seed), 2, network.input.pixels))
    work = count_cost(network, result, lanes)
    for layer, x, found in zip(network.layers, result.activations, work.layers, strict=True):
        for image in range(2):
            macs, skipped, cycles = naive_work(layer, x[image], lanes)
            assert (found.macs[image], found.zeros_skipped[image]) == (macs, skipped)
            assert found.ideal_cycles[image] == found.weight_words[image] == cycles
    assert (work.total("macs") == sum(layer.macs for layer in work.layers)).all()


def naive_conv_work(layer, x, lanes):
    """Walk the passes of every pixel that the pooling looks at, for one image."""
    weights, window, macs, skipped, cycles = layer.weights, layer.window, 0, 0, 0
    tall, broad = pair(window.pool)
    for v in range(window.out_height * tall):
        for u in range(window.out_width * broad):
            for row in range(weights.block_rows):
                for number in range(-(-weights.block_out // lanes)):
                    events = 0
                    first = row * weights.block_out + number * lanes
                    last = min(first + lanes, (row + 1) * weights.block_out, layer.channels)
                    for entering in naive_window(layer, x, v, u, row):
                        events += entering != 0
                        skipped += entering == 0
                        macs += max(last - first, 0) * (entering != 0)
                    cycles += max(events, 1)
    return macs, skipped, cycles


def naive_window(layer, x, v, u, row):
    """Yield the activations inside the image that a block row sees at a pixel."""
    window = layer.window
    (high, wide), (down, across) = pair(window.kernel), pair(window.stride)
    above, _, left, _ = edges(window.padding)
    for block in layer.weights.index[row]:
        for j in range(high):
            for i in range(wide):
                y, z = v * down + j - above, u * across + i - left
                for c in range(int(block) * layer.word, (int(block) + 1) * layer.word):
                    if 0 <= y < window.height and 0 <= z < window.width and c < window.channels:
                        yield int(x[(y * window.width + z) * window.channels + c])


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.booleans())
def test_a_convolution_equals_walking_every_pass(seed, lanes, odd):
    network = random_conv_network(seed, odd=odd)
    result = run(network, random_images(np.random.default_rng(seed), 1, network.input.pixels))
    work = count_cost(network, result, lanes)
    for layer, x, found in zip(network.layers, result.activations, work.layers, strict=True):
        walk = naive_conv_work if isinstance(layer, Conv) else naive_work
        macs, skipped, cycles = walk(layer, x[0], lanes)
        assert (found.macs[0], found.zeros_skipped[0]) == (macs, skipped)
        assert found.ideal_cycles[0] == found.weight_words[0] == cycles


def test_batches_do_not_show(monkeypatch):
    network = conv_network()
    result = run(network, random_images(np.random.default_rng(0), 5, 189))
    whole = count_cost(network, result, 4).total("ideal_cycles")
    monkeypatch.setattr(sys.modules["accelgen.golden.cost"], "COUNTED", 1)
    assert (count_cost(network, result, 4).total("ideal_cycles") == whole).all()


def test_without_skipping_every_position_takes_its_cycle():
    layer = conv_network().layers[0]  # 9 x 7 sums in squares of 2: 8 x 6; 3 block rows of 27 positions
    work = layer_cost(layer, np.zeros((1, 189), np.uint8), 4, skip_zeros=False)
    assert (work.ideal_cycles, work.zeros_skipped) == (48 * 3 * 27, 0)


def test_lanes_and_results_are_what_they_should_be():
    network = conv_network()
    result = run(network, random_images(np.random.default_rng(0), 2, 189))
    four = count_cost(network, result, 4).total("ideal_cycles")
    assert (count_cost(network, result, np.int64(4)).total("ideal_cycles") == four).all()
    for lanes in (0, 2.0, True, "4"):
        with pytest.raises(InvalidOption, match="^lanes: must be an integer of at least 1, not "):
            count_cost(network, result, lanes)
    with pytest.raises(InvalidNetwork, match="^result: must be a Result, not "):
        count_cost(network, result.scores, 4)
    with pytest.raises(DataError, match="^the result is of another network than small$"):
        count_cost(small_network(), result, 4)
