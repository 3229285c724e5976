import numpy as np
import pytest

from accelgen.interop import packing, read_graph
from accelgen.interop.build import build
from accelgen.interop.chain import find_chain
from accelgen.interop.convert import convert
from accelgen.interop.entering import Scale
from accelgen.interop.prove import prove
from accelgen.network.size import stored_bits
from tests.interop.look_alikes import Builder, bipolar, detector

SCALE = Scale(-1, 1, 1)


def imported(source, folder, scale=SCALE):
    graph = read_graph(source.save(folder / "a.onnx"))
    converted = convert(graph, find_chain(graph), scale)
    network = build("a", converted, {})
    assert prove(graph, converted, network, scale, 300).difference is None
    return converted, network


def scattered(seed=0):
    """Return two layers whose neurons read one of four parts of what enters, in an order of chance."""
    net = Builder(64, seed=seed)
    net.quant(1.0, 1.0, signed=0)
    weights = np.zeros((64, 64))
    for neuron, part in enumerate(net.rng.permutation(np.arange(64) % 4)):
        weights[part * 16 : part * 16 + 16, neuron] = net.rng.choice([-1, 1], 16)
    net.add("MatMul", net.constant(weights))
    net.add("Relu")
    net.quant(1.0, 2.0, signed=0)
    net.add("MatMul", net.constant(net.rng.choice([-1.0, 1.0], (64, 4))))
    return net


def test_neurons_that_read_alike_share_blocks(tmp_path):
    converted, network = imported(scattered(), tmp_path, Scale(0, 1, 1))
    weights = network.layers[0].weights
    assert weights.kept * weights.block_in == 16  # of 64: nothing but what is read
    assert sorted(converted.layers[0].gives) == list(range(64))
    assert np.array_equal(converted.layers[1].reads, np.argsort(converted.layers[0].gives))


@pytest.mark.parametrize("seed", range(3))
def test_an_order_saves_bits_and_changes_nothing_else(tmp_path, seed, monkeypatch):
    how = {"inputs": 200, "hidden": (48, 32), "kept": 0.08, "biases": 2.0}
    converted, network = imported(detector(seed, **how), tmp_path)
    assert prove  # imported() has proven it
    monkeypatch.setattr(packing, "SPARSE", 2.0)
    plain, as_it_was = imported(detector(seed, **how), tmp_path)
    assert stored_bits(network)["total"] < stored_bits(as_it_was)["total"]
    for one, other in zip(converted.layers, plain.layers, strict=True):
        assert sorted(one.gives) == sorted(other.gives)


def test_full_matrices_keep_their_order(tmp_path):
    converted, _ = imported(bipolar(), tmp_path, Scale())
    assert all((np.diff(layer.gives) > 0).all() for layer in converted.layers)


def test_the_same_file_has_the_same_order(tmp_path):
    first, second = (imported(scattered(5), tmp_path, Scale(0, 1, 1))[0].layers[0].gives for _ in range(2))
    assert np.array_equal(first, second)
