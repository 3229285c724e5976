from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import InvalidNetwork
from accelgen.golden import run_spikes
from accelgen.golden.neurons import scored
from accelgen.network import (
    BlockSparse,
    Dense,
    Network,
    Neuron,
    PixelInput,
    Spiking,
    Synapse,
    widths,
)
from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.network.widths import (
    accumulator_bits,
    activation_range,
    bias_bits,
    check_scores,
    current_bits,
    current_ranges,
    engine_accumulator_bits,
    layer_accumulator_bits,
    membrane_bits,
    membrane_ranges,
    membrane_sum_bits,
    readout_bits,
    score_bits,
    signed_bits,
)
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate
from tests.tiny_networks import (
    block_sparse,
    integrating,
    lasting,
    random_network,
    random_spiking_network,
    signed,
    spiking_network,
)


@pytest.mark.parametrize(
    ("low", "high", "bits"),
    [(0, 0, 1), (-1, 0, 1), (0, 1, 2), (-2, 1, 2), (-3, 1, 3), (-128, 127, 8), (0, 128, 9)],
)
def test_signed_bits_are_the_fewest_that_hold_both(low, high, bits):
    assert signed_bits(low, high) == bits


@given(st.integers(0, 2**32 - 1))
def test_no_partial_sum_in_any_order_leaves_the_accumulator(seed):
    network = random_network(seed)
    rng = np.random.default_rng(seed)
    for layer, bits in zip(network.layers, network.input_bits, strict=True):
        half = 1 << (accumulator_bits(layer, bits) - 1)
        x = rng.integers(0, 1 << bits, layer.inputs)
        products = layer.weights.dense() * np.where(rng.random(layer.inputs) < 0.5, x, (1 << bits) - 1)
        for order in (np.sort(products, axis=1), np.sort(products, axis=1)[:, ::-1]):
            sums = layer.bias[:, None] + np.cumsum(order, axis=1)
            assert sums.min() >= -half and sums.max() < half


@given(st.integers(0, 2**32 - 1))
def test_no_partial_sum_of_signed_codes_leaves_the_accumulator_and_some_reach_it(seed):
    network = signed(random_network(seed))
    layer, bits = network.layers[0], network.input_bits[0]
    width = layer_accumulator_bits(network)[0]
    assert network.input_signs == [True] + [False] * (len(network.layers) - 1)
    assert width == accumulator_bits(layer, bits, signed=True) <= engine_accumulator_bits(network)
    low, high = activation_range(bits, signed=True)
    weights = layer.weights.dense().astype(np.int64)
    bias = layer.bias.astype(np.int64)
    least = np.minimum(bias, 0) + np.where(weights > 0, low * weights, high * weights).sum(axis=1)
    most = np.maximum(bias, 0) + np.where(weights > 0, high * weights, low * weights).sum(axis=1)
    assert least.min() >= -(1 << (width - 1)) and most.max() < 1 << (width - 1)
    padded = layer.outputs % layer.weights.block_out or layer.inputs % layer.weights.block_in
    if not padded:
        assert width == signed_bits(int(least.min()), int(most.max()))


@given(st.integers(0, 2**32 - 1))
def test_the_width_is_reached(seed):
    network = random_network(seed)
    layer, bits = network.layers[0], network.input_bits[0]
    products = layer.weights.dense() * ((1 << bits) - 1)
    low = np.minimum(layer.bias, 0) + np.minimum(products, 0).sum(axis=1)
    high = np.maximum(layer.bias, 0) + np.maximum(products, 0).sum(axis=1)
    padded = layer.outputs % layer.weights.block_out or layer.inputs % layer.weights.block_in
    if not padded:
        assert accumulator_bits(layer, bits) == signed_bits(int(low.min()), int(high.max()))
    assert engine_accumulator_bits(network) >= bias_bits(layer)


@given(st.integers(0, 2**32 - 1))
def test_no_membrane_leaves_its_width_however_it_is_driven(seed):
    network = random_spiking_network(seed)
    layer = network.layers[0]
    if layer.rule is None or not layer.rule.continuous:
        return
    positive = layer.weights.dense() > 0
    half, kept = 1 << (accumulator_bits(layer, 1) - 1), 1 << (membrane_bits(layer) - 1)
    ranges = membrane_ranges(layer)
    assert (ranges[0] >= -half).all() and (ranges[1] < half).all()
    assert (ranges[2] >= -kept).all() and (ranges[3] < kept).all()
    rng = np.random.default_rng(seed)
    for o in rng.integers(0, layer.outputs, 3):
        drives = [positive[o], ~positive[o], rng.random(layer.inputs) < 0.5, np.zeros(layer.inputs)]
        left = 0
        for _ in range(MAX_TIMESTEPS):
            drive = drives[rng.integers(0, 4)].astype(np.int64)
            membrane = left + int(layer.bias[o]) + int(layer.weights.dense()[o] @ drive)
            assert -half <= ranges[0, o] <= membrane <= ranges[1, o] < half
            left = layer.rule.left(membrane, int(membrane >= layer.rule.threshold))
            assert -kept <= ranges[2, o] <= left <= ranges[3, o] < kept


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_no_current_that_lasts_leaves_its_width_and_no_membrane_of_it(seed, leak):
    network = lasting(random_spiking_network(seed), Synapse(leak))
    layer = network.layers[0]
    if layer.rule is None or not layer.rule.continuous:
        assert current_bits(layer) == 0
        return
    low, high, least, most = current_ranges(layer)
    bounds, ranges = current_bits(layer), membrane_ranges(layer)
    assert low.min() >= -(1 << (accumulator_bits(layer, 1) - 1)) and most.max() < 1 << (bounds - 1)
    assert high.max() < 1 << (accumulator_bits(layer, 1) - 1) and least.min() >= -(1 << (bounds - 1))
    half = 1 << (membrane_sum_bits(layer) - 1)
    positive = layer.weights.dense() > 0
    rng = np.random.default_rng(seed)
    for o in rng.integers(0, layer.outputs, 3):
        drives = [positive[o], ~positive[o], rng.random(layer.inputs) < 0.5, np.zeros(layer.inputs)]
        for steps in (rng.integers(0, 4, MAX_TIMESTEPS), [0] * MAX_TIMESTEPS, [1] * MAX_TIMESTEPS):
            kept = left = 0
            for step in steps:
                drive = drives[step].astype(np.int64)
                current = kept + int(layer.bias[o]) + int(layer.weights.dense()[o] @ drive)
                kept = layer.rule.synapse.left(current)
                assert low[o] <= current <= high[o] and least[o] <= kept <= most[o]
                membrane = left + current
                assert -half <= ranges[0, o] <= membrane <= ranges[1, o] < half
                left = layer.rule.left(membrane, int(membrane >= layer.rule.threshold))
                assert ranges[2, o] <= left <= ranges[3, o]


def test_a_current_reaches_its_width_and_so_does_its_membrane():
    weights = block_sparse(np.random.default_rng(0), 8, 8)
    neuron = Neuron("continuous", 1, 0, "subtract", 1, Synapse(15))
    layer = Spiking("a", weights, np.full(8, -20, np.int32), neuron)
    least = int((np.minimum(weights.dense(), 0).sum(axis=1) - 20).min())
    left = reached = total = 0
    for _ in range(MAX_TIMESTEPS):
        current = left + least
        left, total = neuron.synapse.left(current), total + current
        reached = min(reached, current)
    assert accumulator_bits(layer, 1) == signed_bits(reached, 0)
    assert current_bits(layer) == signed_bits(left, 0)
    assert membrane_sum_bits(layer) == membrane_bits(layer) == signed_bits(total, 0)


def test_a_membrane_without_leak_can_reach_its_width():
    weights = block_sparse(np.random.default_rng(0), 8, 8)
    layer = Spiking("a", weights, np.full(8, -20, np.int32), Neuron("continuous", 1, 0, "subtract"))
    reached = MAX_TIMESTEPS * int((np.minimum(weights.dense(), 0).sum(axis=1) - 20).min())
    assert accumulator_bits(layer, 1) == membrane_bits(layer) == signed_bits(reached, 0)


@given(st.integers(0, 2**32 - 1))
def test_no_score_leaves_its_width(seed):
    network = random_spiking_network(seed)
    for value in (0, 1):
        spikes = np.full((1, MAX_TIMESTEPS, network.input.inputs), value, np.uint8)
        scores, half = run_spikes(network, spikes).scores, 1 << (score_bits(network.layers[-1]) - 1)
        assert scores.min() >= -half and scores.max() < half


@given(st.integers(0, 2**32 - 1))
def test_no_score_and_no_membrane_of_a_readout_leaves_its_width(seed):
    network = integrating(random_spiking_network(seed), seed)
    rule, last = network.readout, network.last
    scores, kept = (1 << (bits - 1) for bits in (score_bits(last, rule), readout_bits(last, rule)))
    positive = last.weights.dense() > 0
    rng = np.random.default_rng(seed)
    for o in rng.integers(0, last.outputs, 3):
        drives = [positive[o], ~positive[o], rng.random(last.inputs) < 0.5]
        steps = [int(last.bias[o] + last.weights.dense()[o] @ drives[rng.integers(0, 3)]) for _ in range(16)]
        for each in (steps, [max(steps)] * 16, [min(steps)] * 16):
            entering = np.array(each, np.int64).reshape(1, -1, 1)
            found = scored(rule, entering)
            assert found.min() >= -scores and found.max() < scores
            membranes = scored(replace(rule, score="sum"), entering)
            membranes = np.diff(membranes, axis=1, prepend=0)
            assert membranes.min() >= -kept and membranes.max() < kept


def test_scores_that_need_more_than_a_result_word_are_refused():
    inputs, weight = 1 << 20, -8
    codes = np.full((1, 1, 1, inputs), weight, np.int8)
    table = BlockSparse(1, inputs, 4, np.zeros((1, 1), np.int32), codes)
    bias = -(1 << 31) - 255 * weight * inputs
    fits, beyond = (Dense("sums", table, np.array([b], np.int32), None) for b in (bias, bias - 1))
    check_scores(Network("wide", PixelInput(inputs, 8), (fits,)))
    network = Network("wide", PixelInput(inputs, 8), (beyond,))
    for options in (Datapath(), Datapath(unrolled=True)):
        with pytest.raises(InvalidNetwork, match=r"layer 0 \(sums\): scores need 33 bits"):
            generate(network, options)


def test_scores_of_spikes_must_fit_a_result_word_too(monkeypatch):
    network = spiking_network()
    check_scores(network)
    monkeypatch.setattr(widths, "RESULT_BITS", score_bits(network.layers[-1]) - 1)
    with pytest.raises(InvalidNetwork, match=r"layer 2 \(s2\): scores need \d+ bits"):
        check_scores(network)
