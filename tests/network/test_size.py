import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import Network, PixelInput, Requantise, stored_bits
from accelgen.network.size import float_bits, layer_bits
from tests.tiny_networks import dense_layer, spiking_network


def test_every_bit_is_counted():
    rng = np.random.default_rng(0)
    layer = dense_layer(rng, "a", 8, 16, Requantise(1, 2), bits=3, block_out=4, block_in=4, kept=2)
    layer = type(layer)("a", layer.weights, np.full(8, 5, np.int32), layer.rule)
    # 2 block rows x 2 kept blocks x 16 codes x 3 bits; 4 entries that name one of 4 blocks; 5 is 0101.
    assert layer_bits(layer) == {"codes": 192, "index": 8, "bias": 32, "shift": 5, "total": 237}


def test_a_layer_that_keeps_all_its_blocks_needs_no_index():
    layer = dense_layer(np.random.default_rng(0), "a", 8, 16, None, kept=4)
    assert layer_bits(layer)["index"] == 0 and layer_bits(layer)["shift"] == 0


def test_a_network_is_the_sum_of_its_layers():
    rng = np.random.default_rng(0)
    layers = (dense_layer(rng, "a", 8, 16, Requantise(1, 2)), dense_layer(rng, "b", 3, 8, None))
    network = Network("n", PixelInput(16, 1), layers)
    assert stored_bits(network)["total"] == sum(layer_bits(layer)["total"] for layer in layers)
    assert float_bits(network) == 32 * (8 * 17 + 3 * 9)


def test_a_neuron_costs_its_threshold_and_modes():
    network = spiking_network()
    parts = [layer_bits(layer) for layer in network.layers]
    assert [part["neuron"] for part in parts] == [4 + 6, 3 + 6, 0]  # thresholds 9 and 7; no readout neuron
    assert stored_bits(network)["neuron"] == 19


def test_anything_but_a_network_is_refused():
    with pytest.raises(InvalidNetwork, match="^network: must be a Network, not 'small'$"):
        stored_bits("small")
