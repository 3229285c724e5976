import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from accelgen.golden import count_work, run
from tests.build import random_images, random_network


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
    work = count_work(network, result, lanes)
    for layer, x, found in zip(network.layers, result.activations, work.layers, strict=True):
        for image in range(2):
            macs, skipped, cycles = naive_work(layer, x[image], lanes)
            assert (found.macs[image], found.zeros_skipped[image]) == (macs, skipped)
            assert found.ideal_cycles[image] == found.weight_words[image] == cycles
    assert (work.total("macs") == sum(layer.macs for layer in work.layers)).all()
