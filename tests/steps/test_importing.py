import numpy as np
import pytest

from accelgen import load, steps
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.golden import run
from accelgen.interop import export_qonnx
from accelgen.steps.given import Given
from tests.interop.averaged import averaged, squares
from tests.interop.export.networks import codes_for
from tests.interop.look_alikes import Builder, bipolar, detector, int8, ternary
from tests.interop.qonnx.test_channels import by_hand
from tests.tiny_convolutions import conv_network
from tests.tiny_networks import signed


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    return tmp_path


def test_a_network_is_written_with_where_it_came_from(home):
    path = ternary(inputs=784).save(home / "trained.onnx")
    found = steps.import_model(path, "other", data="mnist", samples=50)
    assert found.written == home / "models" / "other" / "network.safetensors" and not found.refused
    network = load("other")
    assert network.provenance["source"] == "trained.onnx" and network.provenance["data"] == "mnist"
    assert network.provenance["source_sha256"] == found.source_sha256
    assert [layer.rule for layer in found.layers][-1] == "scores" and "thresholds" in found.layers[0].rule
    assert found.samples > 50 and found.values > found.samples
    assert found.to_json()["layers"][0]["node"].startswith("MatMul")


@pytest.mark.parametrize("power", [True, False])
def test_int8_says_which_multipliers_it_got_and_what_float32_gives_otherwise(home, power):
    found = steps.import_model(int8(power=power).save(home / "a.onnx"), "other", samples=50)
    assert found.written and not found.refused and load("other").layers[0].weights.bits == 8
    assert all(layer.rule.startswith("multipliers of ") for layer in found.layers[:2])
    assert found.apart == (None if power else 0) and bool(found.rounded) != power


def test_a_detector_says_yes_or_no(home):
    found = steps.import_model(detector(7).save(home / "a.onnx"), "other", low=-1, input_bits=1, samples=50)
    assert found.task == "threshold" and found.ties == 0 and load("other").task.kind == "threshold"


def test_the_table_says_where_an_average_went(home):
    own = averaged(squares((2, 2))).save(home / "own.onnx")
    found = steps.import_model(own, "own", samples=50)
    assert [(one.verdict, one.why) for one in found.nodes if one.op == "AveragePool"] == [
        ("accepted", "layer of ones")
    ]
    part = averaged(squares((4, 4)), bits=5.0, quantised=False).save(home / "part.onnx")
    found = steps.import_model(part, "part", samples=50)
    assert [(one.verdict, one.why) for one in found.nodes if one.op == "AveragePool"] == [
        ("folded", "weights of MatMul_8, 16 times as many")
    ]


AVERAGED = {
    "shift": averaged(squares((2, 2)), quantised=False),
    "ties": averaged(squares((2, 2)), bits=4.0),
    "matrix": averaged(("GlobalAveragePool", {}), side=16, channels=3),
    "enlarged": averaged(squares((4, 4), (2, 2)), bits=5.0, quantised=False, after="conv", side=10),
    "channels last": by_hand(),
    "pads": averaged(squares((3, 3), (2, 2), (1, 1, 1, 1))),
}


@pytest.mark.parametrize("name", AVERAGED)
def test_averages_in_hardware_are_those_of_the_golden_model(home, name):
    found = steps.import_model(AVERAGED[name].save(home / "a.onnx"), "net", samples=50)
    assert found.written and not found.refused
    played = steps.sim("net", simulator="icarus", given=Given(drawn=3))
    assert played.images == 3 and not played.faulty


def test_signed_codes_of_a_padded_image_come_back_in_hardware(home):
    network = signed(conv_network(2))
    (home / "a.onnx").write_bytes(export_qonnx(network))
    found = steps.import_model(home / "a.onnx", "again", low=-128, high=127, samples=50)
    assert found.written and found.input.endswith("signed")
    codes = codes_for(network)
    assert np.array_equal(run(load("again"), codes).scores, run(network, codes).scores)
    played = steps.sim("again", simulator="icarus", given=Given(drawn=3))
    assert played.images == 3 and not played.faulty


def test_a_refused_node_leaves_nothing_behind(home):
    net = Builder(4)
    net.add("Sigmoid")
    net.dense(3, 4)
    found = steps.import_model(net.save(home / "a.onnx"), "other")
    assert "Sigmoid" in found.refused and found.written is None and not (home / "models").exists()
    assert [one.op for one in found.nodes if one.verdict == "refused"] == ["Sigmoid"]


def test_a_layer_that_cannot_be_is_refused_at_its_node(home):
    net = Builder(4)
    net.add("MatMul", net.constant(np.full((4, 3), 9.0) * [[1], [2], [1], [0.0123]]))
    found = steps.import_model(net.save(home / "a.onnx"), "other")
    assert "weights are no integers" in found.refused
    assert [one.op for one in found.nodes if one.verdict == "refused"] == ["MatMul"]


def test_a_difference_leaves_nothing_behind(home, monkeypatch):
    from accelgen.interop.prove import Difference, Proof

    monkeypatch.setattr(
        "accelgen.steps.importing.prove", lambda *_: Proof(7, 70, Difference("dense1", 3, 5, 1.0, 2.0))
    )
    found = steps.import_model(bipolar().save(home / "a.onnx"), "other")
    assert found.refused.startswith(
        "dense1: output 3 of sample 5 is 1 in the source and 2 in the golden model"
    )
    assert not (home / "models").exists()


@pytest.mark.parametrize(
    ("how", "kind", "message"),
    [
        ({"name": "Other"}, InvalidRequest, "a model's name: must be lower-case"),
        ({"data": "mnits"}, InvalidOption, "set must be a data set, not 'mnits'"),
        ({"data": "cifar10"}, InvalidOption, "set: cifar10 does not fit the input of 24"),
        ({"samples": 0}, InvalidOption, "samples must be 1 to 1,000,000, not 0"),
        ({"low": 2.0}, InvalidOption, "range must be two numbers"),
    ],
)
def test_what_is_asked_for_is_checked(home, how, kind, message):
    path = bipolar().save(home / "a.onnx")
    with pytest.raises(kind, match=message):
        steps.import_model(path, how.pop("name", "other"), **how)


def test_a_model_that_is_there_is_not_replaced(home):
    path = bipolar().save(home / "a.onnx")
    steps.import_model(path, "other", samples=10)
    with pytest.raises(InvalidRequest, match="is there already: --as gives another name"):
        steps.import_model(path, "other", samples=10)
