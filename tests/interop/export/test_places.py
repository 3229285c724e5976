import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.interop.export.places import check_dense, columns_of, label, pads_of, shape_of
from accelgen.network import Thresholds, Window
from tests.skip import skip_network, skips  # noqa: F401
from tests.tiny_convolutions import conv_network
from tests.tiny_networks import small_network


def test_a_sample_is_an_image_where_a_convolution_reads_it():
    assert shape_of(conv_network()) == (9, 7, 3) and shape_of(small_network()) == (30,)


def test_what_reads_an_image_has_its_columns_with_channels_first():
    network = conv_network()
    image = np.random.default_rng(0).integers(0, 4, network.values[2].image)
    wanted = network.layers[2].weights.dense() @ image.ravel()
    assert np.array_equal(columns_of(network, 2) @ image.transpose(2, 0, 1).ravel(), wanted)
    assert np.array_equal(columns_of(network, 3), network.layers[3].weights.dense())
    assert columns_of(network, 0).shape == (10, 3, 3, 3)


def test_pads_are_top_left_bottom_right():
    window = Window(9, 9, 1, kernel=(3, 5), stride=(1, 2), padding=(0, 1, 2, 3))
    assert pads_of(window) == {"kernel_shape": [3, 5], "strides": [1, 2], "pads": [0, 2, 1, 3]}


def test_a_layer_of_another_kind_is_named(skips):  # noqa: F811
    with pytest.raises(InvalidNetwork, match=r"layer 2 \(c\): kind: skip is not written as ONNX"):
        check_dense(skip_network())


def test_a_rule_of_another_kind_is_named(monkeypatch):
    monkeypatch.setattr("accelgen.interop.export.places.RULES", Thresholds)
    with pytest.raises(InvalidNetwork, match=r"layer 0 \(a\): requantise: Requantise is not written as ONNX"):
        check_dense(small_network())


def test_tensors_of_a_layer_begin_with_its_number():
    assert label(small_network(), 1) == "1.b"
