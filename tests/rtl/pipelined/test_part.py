from accelgen.network.encoding import PixelInput
from accelgen.network.widths import layer_accumulator_bits
from accelgen.rtl.pipelined.part import parts_of
from tests.tiny_convolutions import small_conv_network
from tests.tiny_networks import signed, small_network


def test_each_layer_is_a_network_that_reads_what_the_one_before_gives():
    network = small_network()
    parts = parts_of(network)
    assert [part.layers for part in parts] == [(layer,) for layer in network.layers]
    assert [part.input for part in parts] == [network.input, PixelInput(24, 3), PixelInput(16, 2)]
    assert [part.hidden for part in parts] == [(network.layers[0],), (network.layers[1],), ()]
    assert [part.reads for part in parts] == [((-1,),)] * 3 and all(part.chained for part in parts)


def test_parts_need_as_wide_sums_as_the_layers_of_the_whole():
    for network in (small_network(), signed(small_network()), small_conv_network()):
        widths = [width for part in parts_of(network) for width in layer_accumulator_bits(part)]
        assert widths == layer_accumulator_bits(network)


def test_only_the_first_part_has_signed_codes():
    assert [part.signed for part in parts_of(signed(small_network()))] == [True, False, False]


def test_parts_of_a_network_with_convolutions_are_of_the_kind_of_their_layer():
    kinds = [part.kind for part in parts_of(small_conv_network())]
    assert kinds[0] == "convolutional" and kinds[-1] == "dense"
