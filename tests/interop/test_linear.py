import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.interop.entering import Scale
from accelgen.interop.layers import Refused
from accelgen.interop.prove import prove
from accelgen.network import Conv, Dense, Multiply, Requantise, Window
from tests.interop.averaged import add_average, averaged, squares
from tests.interop.look_alikes import Builder, pair
from tests.interop.test_convert import converted
from tests.interop.test_prove import imported

GLOBAL = "GlobalAveragePool", {}


def check(net, tmp_path, *, real=False):
    """Return what became of a network, whose every value must be that of the source."""
    graph, found, network = imported(net.save(tmp_path / "a.onnx"), real=real)
    proof = prove(graph, found, network, Scale(), 200)
    assert proof.difference is None and proof.samples > 200
    return found, network


def test_a_quantised_average_is_a_layer_of_ones_that_shifts(tmp_path):
    found, network = check(averaged(squares((2, 2))), tmp_path)
    layer = network.layers[1]
    assert isinstance(layer, Conv) and layer.window == Window(8, 8, 6, kernel=2, stride=2)
    assert np.array_equal(layer.kernels(), np.eye(6)[:, :, None, None] * np.ones((2, 2)))
    assert found.folded == () and found.rounded == ()


def test_ties_of_an_average_go_where_the_source_has_them(tmp_path):
    """Of four codes the average is a quarter: of 2 halves one is rounded up, and one down."""
    _, network = check(averaged(squares((2, 2)), bits=4.0), tmp_path)
    rule = network.layers[1].rule
    assert isinstance(rule, Multiply) and rule.even and rule.shift == 2


def test_a_power_of_two_that_rounds_down_is_a_shift(tmp_path):
    net = averaged(squares((2, 2)), quantised=False)
    net.nodes = net.nodes[:-4]  # up to the average
    net.current = net.nodes[-1].output[0]
    net.quant(0.25, 2.0, signed=0, mode="FLOOR")
    net.add("Flatten")
    net.dense(4, 96)
    _, network = check(net, tmp_path)
    assert network.layers[1].rule == Requantise(2, 2)


@pytest.mark.parametrize("pool", [squares((3, 3), (2, 1)), squares((3, 3), (1, 1), (1, 1, 1, 1)), GLOBAL])
def test_averages_of_other_counts_are_divided_by_multipliers_or_thresholds(tmp_path, pool):
    found, _ = check(averaged(pool, bits=4.0, side=7), tmp_path)
    assert found.folded == () and found.rounded == ()


def test_sums_of_few_small_codes_are_codes(tmp_path):
    found, network = check(averaged(squares((4, 4)), quantised=False), tmp_path)
    assert network.layers[1].rule == Requantise(0, 6) and found.folded == ()


def test_others_are_part_of_the_weights_that_read_them(tmp_path):
    found, network = check(averaged(squares((4, 4)), bits=5.0, quantised=False), tmp_path)
    assert [layer.kind for layer in network.layers] == ["conv", "dense"]
    (one,) = found.folded
    assert (one.node, one.reader, one.times) == ("AveragePool_4", "MatMul_8", 16)
    assert network.layers[1].weights.inputs == 6 * 64


def test_a_convolution_reads_through_an_average(tmp_path):
    net = averaged(squares((4, 4), (2, 2)), bits=5.0, quantised=False, after="conv", side=10)
    found, network = check(net, tmp_path)
    assert network.layers[1].window == Window(10, 10, 6, kernel=6, stride=2)
    assert [one.times for one in found.folded] == [16]


def test_a_window_that_grows_too_large_is_refused(tmp_path):
    net = averaged(squares((9, 8), (8, 8)), bits=5.0, quantised=False, after="conv", side=17)
    with pytest.raises(Refused, match="kernel: height: must be an integer of 1 to 15, not 17") as error:
        converted(net, tmp_path)
    assert error.value.stage.node.op == "Conv"


def test_images_beyond_a_window_are_averaged_by_a_matrix(tmp_path):
    _, network = check(averaged(GLOBAL, side=17, bits=3.0), tmp_path)
    assert isinstance(network.layers[1], Dense) and network.layers[1].weights.inputs == 6 * 17 * 17
    with pytest.raises(Refused, match="kernel"):
        converted(averaged(squares((16, 2)), side=17), tmp_path)


@pytest.mark.parametrize("last", [None, "Softmax"])
def test_an_average_may_give_the_scores(tmp_path, last):
    net = Builder(2, 5, 5)
    net.quant(1 / 4, 2.0, signed=0, mode="FLOOR")
    net.add("Conv", net.constant(net.rng.integers(-2, 3, (4, 2, 3, 3))))
    net.quant(0.5, 4.0, signed=1)
    net.add("GlobalAveragePool")
    net.add("Flatten")
    if last:
        net.add(last, axis=1)
    _, network = check(net, tmp_path)
    assert isinstance(network.last, Dense) and network.classes == 4
    small = Builder(2, 5, 5)
    small.quant(1 / 4, 2.0, signed=0, mode="FLOOR")
    add_average(small, squares((2, 2)), (2, 5, 5))
    with pytest.raises((Refused, InvalidNetwork), match="a convolution cannot be the last layer"):
        imported(small.save(tmp_path / "b.onnx"))


@pytest.mark.parametrize(("sides", "ties"), [((2, 2), True), ((2, 3), True), ((3, 3), False)])
def test_a_tie_that_rounding_decides_is_found_and_an_average_of_odd_many_has_none(tmp_path, sides, ties):
    path = averaged(squares(sides), scale=0.1, bits=4.0).save(tmp_path / "a.onnx")
    graph, found, network = imported(path)
    assert "AveragePool_4" in found.rounded
    difference = prove(graph, found, network, Scale(), 500).difference
    assert (difference is not None and difference.layer == "conv1") == ties


def test_averages_of_averages_are_refused(tmp_path):
    net = averaged(squares((4, 4)), bits=5.0, quantised=False)
    net.nodes = net.nodes[:-4]
    net.current = net.nodes[-1].output[0]
    net.add("GlobalAveragePool")
    net.add("Flatten")
    net.dense(4, 6)
    with pytest.raises(Refused, match="averages averages of many values"):
        converted(net, tmp_path)


def test_pads_need_a_code_of_zero(tmp_path):
    net = averaged(squares((3, 3), (1, 1), (1, 1, 1, 1)), signed=1, bits=3.0)
    with pytest.raises(Refused, match="pads with 0, for which what enters has no code 0"):
        converted(net, tmp_path)
    spread = averaged(
        squares((3, 3), (1, 1), (1, 1, 1, 1)), signed=1, bits=6.0, quantised=False, scale=1 / 32
    )
    assert [one.times for one in check(spread, tmp_path)[0].folded] == [9]  # a matrix has no pads


@pytest.mark.parametrize("factor", [1.0, 0.5, 1.37])
@pytest.mark.parametrize("scale", [1 / 16, 0.0473])
def test_int8_averages_keep_their_scale_or_change_it(tmp_path, scale, factor):
    net = Builder(3, 6, 6)
    pair(net, 1 / 64, 0, np.uint8)
    net.add("Conv", net.constant(net.rng.integers(-5, 6, (5, 3, 3, 3))))
    net.add("Relu")
    pair(net, scale, -128, np.int8)
    net.add("AveragePool", kernel_shape=[2, 2], strides=[2, 2])
    pair(net, scale * factor, -128, np.int8)
    net.add("Flatten")
    net.add("MatMul", net.constant(net.rng.integers(-3, 4, (20, 4)) * 0.25))
    real = scale * factor != scale * factor // 2**-6 * 2**-6
    _, network = check(net, tmp_path, real=real)
    assert isinstance(network.layers[1].rule, Multiply | Requantise)
