import numpy as np
import pytest

from accelgen.network import Multiply, Thresholds
from accelgen.network.encoding import PixelInput
from accelgen.network.widths import layer_accumulator_bits
from accelgen.rtl.pipelined.part import parts_of, share_of
from tests.tiny_convolutions import small_conv_network
from tests.tiny_networks import multiply_network, signed, small_network, spiking_network, threshold_network


def firsts(network):
    """Return the only part of each layer."""
    return [part for (part,) in parts_of(network, (1,) * len(network.layers))]


def test_each_layer_is_a_network_that_reads_what_the_one_before_gives():
    network = small_network()
    parts = firsts(network)
    assert [part.layers for part in parts] == [(layer,) for layer in network.layers]
    assert [part.input for part in parts] == [network.input, PixelInput(24, 3), PixelInput(16, 2)]
    assert [part.hidden for part in parts] == [(network.layers[0],), (network.layers[1],), ()]
    assert [part.reads for part in parts] == [((-1,),)] * 3 and all(part.chained for part in parts)


def test_parts_need_as_wide_sums_as_the_layers_of_the_whole():
    for network in (small_network(), signed(small_network()), small_conv_network()):
        widths = [width for part in firsts(network) for width in layer_accumulator_bits(part)]
        assert widths == layer_accumulator_bits(network)


def test_only_the_first_part_has_signed_codes():
    assert [part.signed for part in firsts(signed(small_network()))] == [True, False, False]


def test_parts_of_a_network_with_convolutions_are_of_the_kind_of_their_layer():
    kinds = [part.kind for part in firsts(small_conv_network())]
    assert kinds[0] == "convolutional" and kinds[-1] == "dense"


def test_parts_of_a_network_that_spikes_are_entered_by_spikes():
    for network in (spiking_network(), spiking_network(bits=8, readout="count")):
        parts = firsts(network)
        assert [part.kind for part in parts] == ["spiking"] * 3 and parts[0].input is network.input
        assert [part.input.inputs for part in parts] == [30, 24, 16]
        assert [part.input_bits for part in parts] == [[1]] * 3
        widths = [width for part in parts for width in layer_accumulator_bits(part)]
        assert widths == layer_accumulator_bits(network)


@pytest.mark.parametrize(
    "network",
    [small_network(), threshold_network(), multiply_network(), small_conv_network(), spiking_network()],
)
def test_shares_of_a_layer_give_its_block_rows_in_turn(network):
    layer = network.layers[0]
    assert share_of(layer, 0, 1) is layer
    for count in range(2, layer.weights.block_rows + 1):
        shares = [share_of(layer, number, count) for number in range(count)]
        for row in range(layer.weights.block_rows):
            share, place = shares[row % count], row // count
            assert (share.weights.index[place] == layer.weights.index[row]).all()
            assert (share.weights.codes[place] == layer.weights.codes[row]).all()
        outputs = np.arange(layer.weights.outputs)
        for number, share in enumerate(shares):
            own = outputs[outputs // layer.weights.block_out % count == number]
            assert share.weights.outputs == len(own) and (share.bias == layer.bias[own]).all()
            if isinstance(layer.rule, Multiply):
                assert share.rule.multipliers == tuple(layer.rule.multipliers[n] for n in own)
                assert share.rule.offsets == tuple(layer.rule.offsets[n] for n in own)
            if isinstance(layer.rule, Thresholds):
                assert share.rule.levels == tuple(layer.rule.levels[n] for n in own)
