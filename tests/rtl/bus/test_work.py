"""The work that nothing spares is what the golden model counts as spared of an image of zeros."""

import numpy as np
import pytest

from accelgen.golden.cost import layer_cost
from accelgen.rtl.bus.work import activations_met, skips
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from tests.tiny_convolutions import conv_network, random_conv_network, small_conv_network
from tests.tiny_networks import random_network, small_network, spiking_network

NETWORKS = [small_network(), conv_network(), small_conv_network(), spiking_network()]
NETWORKS += [random_network(seed) for seed in range(5)] + [random_conv_network(seed) for seed in range(12)]
NETWORKS += [random_conv_network(seed, odd=True) for seed in range(12)]


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
@pytest.mark.parametrize("lanes", [1, 3, 16])
def test_it_is_what_an_image_of_zeros_spares(network, lanes):
    hardware = hardware_of(network, Datapath(lanes=lanes))
    zeros = [np.zeros((1, layer.inputs), np.uint8) for layer in network.layers]
    pairs = zip(network.layers, zeros, strict=True)
    spared = sum(int(layer_cost(layer, x, hardware.lanes).zeros_skipped[0]) for layer, x in pairs)
    assert activations_met(hardware) == spared > 0 and skips(hardware)


def test_unrolled_and_clock_driven_hardware_skips_nothing():
    unrolled = hardware_of(small_network(), Datapath(unrolled=True))
    assert not skips(unrolled) and activations_met(unrolled) == 0
    assert not skips(hardware_of(spiking_network(), Datapath(skip_zeros=False)))
