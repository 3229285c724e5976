import numpy as np
import pytest

from accelgen.interop import read_graph
from accelgen.interop.chain import find_chain
from accelgen.interop.convert import convert
from accelgen.interop.entering import Scale
from accelgen.interop.layers import Refused
from accelgen.network import Window
from tests.interop.look_alikes import Builder, convolved, scaled, ternary


def converted(net, tmp_path, scale=Scale()):  # noqa: B008 - a frozen record
    graph = read_graph(net.save(tmp_path / "a.onnx"))
    return convert(graph, find_chain(graph), scale)


def test_weights_become_integers_and_values_codes(tmp_path):
    found = converted(scaled(bits=3), tmp_path)
    assert found.rounded == () and found.shape == (20,)
    assert [set(np.unique(layer.weights)) <= set(range(-3, 4)) for layer in found.layers] == [True, True]
    assert found.layers[0].levels.step == 0.25 and found.layers[1].levels is None


def test_channels_that_fall_have_their_weights_negated(tmp_path):
    for layer in converted(ternary(), tmp_path).layers:
        assert not any(one.falls for one in layer.stairs)


def test_images_keep_their_shapes(tmp_path):
    layers = converted(convolved(), tmp_path).layers
    assert [layer.window for layer in layers] == [
        Window(8, 8, 2, kernel=3, padding=1, pool=2),
        Window(4, 4, 6, kernel=3, padding=1),
        None,
    ]
    assert [layer.shape for layer in layers] == [(6, 4, 4), (5, 4, 4), (4,)]


def dead(kind):
    """Return a network of which a neuron is constant, or is read by nobody."""
    net = Builder(6)
    net.quant(1 / 4, 2.0, signed=0, mode="FLOOR")
    first = net.rng.integers(1, 3, (6, 5)).astype(float)
    second = net.rng.integers(1, 3, (5, 3)).astype(float)
    if kind == "constant":
        first[:, 2] = 0
    else:
        second[2] = 0
    net.add("MatMul", net.constant(first))
    net.add("Add", net.constant([0.0, 1, 9, 3, 4]))
    net.quant(1.0, 4.0, signed=0)
    net.add("MatMul", net.constant(second))
    return net


@pytest.mark.parametrize("kind", ["constant", "unread"])
def test_a_neuron_that_says_nothing_is_dropped(tmp_path, kind):
    first, last = converted(dead(kind), tmp_path).layers
    assert first.weights.shape == (4, 6) and last.weights.shape == (3, 4)
    assert first.gives.tolist() == [0, 1, 3, 4] and last.reads.tolist() == [0, 1, 2, 3]


def test_what_codes_can_be_decides_what_is_constant(tmp_path):
    net = Builder(2)
    net.quant(1.0, 2.0, signed=0, mode="FLOOR")
    # Of 2 bits, and never more than 1 and 2: the next layer's first neuron needs 3 to say anything.
    net.add("MatMul", net.constant(np.eye(2)))
    net.add("Add", net.constant([0.0, 1.0]))
    net.quant(1.0, 2.0, signed=0)
    net.add("MatMul", net.constant([[1.0, 1, 0], [1, 0, 1]]))
    net.add("Sub", net.constant([3.0, 0, 1]))
    net.quant(1.0, 2.0, signed=0)
    net.add("MatMul", net.constant(np.eye(3)[:, :2]))
    hidden = converted(net, tmp_path).layers[1]
    assert hidden.gives.tolist() == [1]


def refusing(change):
    net = Builder(6)
    net.quant(1 / 4, 2.0, signed=0, mode="FLOOR")
    change(net)
    net.dense(3, 4)
    return net


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda n: n.add("MatMul", n.constant(n.rng.normal(0, 1, (6, 4)))), "weights are no integers"),
        (
            lambda n: (
                n.add("MatMul", n.constant(np.eye(6, 4))),
                n.add("Mul", n.constant([1.0, 3**0.5, 1, 1])),
            ),
            "different values, and not 256 even steps",
        ),
        (
            lambda n: (n.add("MatMul", n.constant(np.eye(6, 4))), n.add("Mul", n.constant(0.0))),
            "gives 0, whatever enters",
        ),
    ],
)
def test_a_stage_that_is_no_layer_says_why(tmp_path, change, reason):
    with pytest.raises(Refused, match=reason) as error:
        converted(refusing(change), tmp_path)
    assert error.value.stage.linear.op == "MatMul"


def test_padding_needs_a_code_of_zero(tmp_path):
    net = Builder(1, 4, 4)
    net.add("Sub", net.constant(0.5))
    net.bipolar()
    net.add("Conv", net.constant(np.ones((2, 1, 3, 3))), kernel_shape=[3, 3], pads=[1] * 4)
    net.quant(1.0, 2.0, signed=0)
    net.add("Flatten")
    net.dense(3, 32)
    with pytest.raises(Refused, match="pads with 0, for which what enters has no code 0"):
        converted(net, tmp_path)


def test_signed_values_that_enter_have_signed_codes_where_they_are_padded(tmp_path):
    def net(pads):
        found = Builder(2, 4, 4)
        found.quant(1 / 16, 5.0, signed=1)
        found.add("Conv", found.constant(found.rng.integers(-3, 4, (3, 2, 3, 3))), pads=pads)
        found.quant(2.0, 3.0, signed=0)
        found.add("Flatten")
        found.dense(3, 3 * (2 + pads[0] + pads[2]) * (2 + pads[1] + pads[3]))
        return found

    padded = converted(net([1, 1, 1, 1]), tmp_path, Scale(-1, 1))
    assert padded.entering.input.coding.signed and padded.entering.input.bits == 5
    assert (padded.entering.levels.least, padded.entering.levels.most) == (-16, 15)
    plain = converted(net([0, 0, 0, 0]), tmp_path, Scale(-1, 1))
    assert not plain.entering.input.coding.signed and plain.entering.levels.offset == -16


def test_sums_that_float32_rounds_are_named_and_large_ones_refused(tmp_path):
    net = Builder(6)
    net.quant(0.1, 2.0, signed=0, mode="FLOOR")
    net.dense(3, 6)
    assert converted(net, tmp_path).rounded == ("MatMul_3",)
    net = Builder(64)
    net.quant(1.0, 2.0, signed=0)
    net.add("Add", net.constant(400000.0))  # what cancels at last is large on the way
    net.add("MatMul", net.constant(np.tile([[1.0, -1], [-1, 1]], (32, 1))))
    with pytest.raises(Refused, match=r"2\*\*24 or more"):
        converted(net, tmp_path)
    net = Builder(600)
    net.quant(1 / 256, 8.0, signed=0, mode="FLOOR")
    net.add("MatMul", net.constant(np.append(np.full((599, 1), 127), [[1]], 0)))
    with pytest.raises(Refused, match=r"2\*\*24 or more"):
        converted(net, tmp_path)


def test_what_enters_is_refused_by_name(tmp_path):
    net = Builder(4)
    net.add("Mul", net.constant([1.0, 2, 3, 4]))
    net.dense(3, 4)
    with pytest.raises(Refused, match="quantised in different ways"):
        converted(net, tmp_path)


def test_parts_of_a_sample_are_no_samples(tmp_path):
    net = Builder(6)
    net.quant(1 / 15, 4.0, signed=0)
    net.add("Reshape", net.constant([2, 3], np.int64))
    net.add("MatMul", net.constant(np.eye(3)))
    graph = read_graph(net.save(tmp_path / "a.onnx"))
    with pytest.raises(Refused, match="parts of a sample"):
        convert(graph, find_chain(graph), Scale())


def test_a_convolution_need_not_say_how_large_its_kernel_is(tmp_path):
    net = Builder(2, 6, 6)
    net.quant(1 / 15, 4.0, signed=0)
    net.add("Conv", net.constant(net.rng.integers(-1, 2, (3, 2, 3, 3))))
    net.quant(1.0, 2.0, signed=0)
    net.add("Flatten")
    net.dense(3, 48)
    graph = read_graph(net.save(tmp_path / "a.onnx"))
    assert convert(graph, find_chain(graph), Scale()).layers[0].shape == (3, 4, 4)


def test_neurons_that_are_all_constants_are_refused(tmp_path):
    net = Builder(6)
    net.quant(1 / 4, 2.0, signed=0, mode="FLOOR")
    net.add("MatMul", net.constant(np.eye(6, 4)))
    net.add("Mul", net.constant(0.0))
    net.add("Add", net.constant([0.0, 1, 2, 3]))
    net.dense(3, 4)
    with pytest.raises(Refused, match="reads the same, whatever enters"):
        converted(net, tmp_path)
