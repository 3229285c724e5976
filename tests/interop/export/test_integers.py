import json
from dataclasses import replace

import numpy as np
import onnx
import pytest

from accelgen.errors import InvalidNetwork, InvalidRequest
from accelgen.golden import run
from accelgen.interop import export_onnx
from accelgen.interop.export.integers import stored_weights
from accelgen.interop.export.played import play_onnx
from accelgen.network import Coding, Multiply, Network, PixelInput, Requantise, Task
from tests.interop.export.networks import NETWORKS, codes_for, named, with_task
from tests.tiny_convolutions import conv_network
from tests.tiny_networks import dense_layer, signed, small_network, spiking_network


@pytest.mark.parametrize("network", NETWORKS, ids=named)
def test_every_score_and_class_is_that_of_the_golden_model(network):
    pytest.importorskip("onnxruntime")
    codes = codes_for(network)
    golden = run(network, codes)
    assert len(np.unique(golden.scores)) > 5
    coding = network.input.coding
    entering = codes if coding is None else coding.middle(codes)
    scores, classes = play_onnx(export_onnx(network), network, entering)
    assert scores.dtype == np.int32 and np.array_equal(scores, golden.scores)
    assert np.array_equal(classes, golden.classes)


@pytest.mark.parametrize(
    ("task", "outputs"),
    [
        (Task("regression", (0.1, -3.0), (1 / 3, 7.25)), 2),
        (Task("regression", (0.7,), (1e-3,)), 3),
        (Task("labels", thresholds=(5, -9, 0)), 3),
        (Task("threshold", thresholds=(-5,)), 1),
    ],
    ids=lambda value: getattr(value, "kind", value),
)
def test_what_scores_stand_for_is_an_output_too(task, outputs):
    pytest.importorskip("onnxruntime")
    network = with_task(task, outputs)
    golden = run(network, codes_for(network))
    scores, meant = play_onnx(export_onnx(network), network, codes_for(network))
    assert np.array_equal(scores, golden.scores) and np.array_equal(meant, golden.values)
    assert len(np.unique(meant)) > 1


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("each", [1, 12])
def test_features_become_codes_in_the_graph(each, signed):
    pytest.importorskip("onnxruntime")
    rng = np.random.default_rng(each)
    coding = Coding(
        tuple(rng.normal(0, 9, each).tolist()), tuple(rng.uniform(0.01, 1, each).tolist()), signed
    )
    network = with_task(None, 3, coding)
    features = rng.normal(0, 90, (500, 12))
    golden = run(network, features)
    scores, _ = play_onnx(export_onnx(network), network, features)
    assert np.array_equal(scores, golden.scores) and len(np.unique(golden.activations[0])) == 32


def test_a_file_says_what_its_numbers_are():
    network = with_task(Task("labels", thresholds=(5, -9, 0)), 3, Coding((0.5,), (2.0,)))
    content = export_onnx(network)
    model = onnx.load_from_string(content)
    facts = {one.key: one.value for one in model.metadata_props}
    assert facts["task"] == "labels" and json.loads(facts["thresholds"]) == [5, -9, 0]
    assert [value.name for value in model.graph.input] == ["features"]
    assert [value.name for value in model.graph.output] == ["scores", "decisions"]
    assert export_onnx(network) == content


def test_weights_that_could_saturate_are_unsigned():
    weights = np.array([[-128, 127, 5], [64, -65, 0]])
    for largest in (255, 3):
        stored, zero = stored_weights(weights, largest)
        assert np.array_equal(stored.astype(int) - zero, weights)
        assert (stored.dtype == np.uint8) == (largest == 255)
    assert stored_weights(np.array([64]), 255)[1] == 0 and stored_weights(np.array([-65]), 255)[1] == 128


def test_unsigned_weights_give_the_same_scores(monkeypatch):
    pytest.importorskip("onnxruntime")
    monkeypatch.setattr("accelgen.interop.export.integers.PAIR_MOST", 0)
    for network in (small_network(), signed(small_network()), conv_network(), signed(conv_network())):
        content = export_onnx(network)
        kinds = {one.data_type for one in onnx.load_from_string(content).graph.initializer}
        assert onnx.TensorProto.INT8 not in kinds
        codes, coding = codes_for(network), network.input.coding
        entering = codes if coding is None else coding.middle(codes)
        assert np.array_equal(play_onnx(content, network, entering)[0], run(network, codes).scores)


def test_ties_of_a_multiplier_go_to_even_ones():
    pytest.importorskip("onnxruntime")
    rng = np.random.default_rng(0)
    for even in (False, True):
        rule = Multiply((8, 24, 16, 12), (0,) * 4, 6, 4, even)
        first = dense_layer(rng, "a", 4, 12, rule, block_out=4, spread=30)
        layers = first, dense_layer(rng, "b", 2, 4, None, block_out=2)
        network = Network("ties", PixelInput(12, 2), layers)
        codes = np.random.default_rng(1).integers(0, 256, (900, 12)).astype(np.uint8)
        golden = run(network, codes)
        assert np.array_equal(play_onnx(export_onnx(network), network, codes)[0], golden.scores)
        plain = run(
            Network("ties", network.input, (replace(first, rule=replace(rule, even=False)), layers[1])), codes
        )
        assert (golden.activations[1] != plain.activations[1]).any() == even


def test_what_cannot_be_said_is_refused(monkeypatch):
    with pytest.raises(InvalidRequest, match="spiky spikes, and ONNX knows no timesteps: format nir does"):
        export_onnx(spiking_network())
    monkeypatch.setattr("accelgen.interop.export.integers.INT32_BITS", 7)
    with pytest.raises(InvalidNetwork, match=r"layer 0 \(a\): sums need 9 bits, and ONNX adds in 32"):
        export_onnx(small_network())


def test_the_largest_shift_and_codes_fit_32_bits():
    pytest.importorskip("onnxruntime")
    rng = np.random.default_rng(1)
    first = dense_layer(rng, "a", 3, 6, Requantise(24, 8), block_out=3, block_in=3)
    network = Network("far", PixelInput(6, 8), (first, dense_layer(rng, "b", 2, 3, None, block_in=3)))
    codes = codes_for(network)
    assert np.array_equal(play_onnx(export_onnx(network), network, codes)[0], run(network, codes).scores)
