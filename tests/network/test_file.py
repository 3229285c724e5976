import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from accelgen.errors import InvalidNetwork, InvalidRequest
from accelgen.network import Coding, Network, PixelInput, digest, load, save
from accelgen.network.file import dump
from tests.skip import skip_network, skips
from tests.tiny_convolutions import conv_network, series_network, tall_network
from tests.tiny_networks import (
    multiply_network,
    signed,
    small_network,
    spiking_network,
    threshold_network,
)

__all__ = ["skips"]  # a fixture

SMALL = small_network()


@pytest.fixture
def path(tmp_path):
    save(SMALL, tmp_path / "network.safetensors")
    return tmp_path / "network.safetensors"


def rewritten(path, header=lambda h: None, tensors=lambda t: None):
    """Save the file again after two functions have had their way with it."""
    found = load_file(path)
    entry = json.loads(dump_header(path))
    header(entry)
    tensors(found)
    save_file(found, path, metadata={"accelgen": json.dumps(entry)})


def dump_header(path):
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + size])["__metadata__"]["accelgen"]


def test_what_was_saved_is_loaded(path):
    again = load(path)
    assert digest(again) == digest(SMALL) == digest(path)
    assert again.name == "small" and again.provenance == {"seed": 0}
    for one, other in zip(again.layers, SMALL.layers, strict=True):
        assert (one.weights.dense() == other.weights.dense()).all() and (one.bias == other.bias).all()
        assert one.rule == other.rule


def test_the_same_network_gives_the_same_bytes():
    assert dump(small_network()) == dump(SMALL)


def test_nothing_is_left_behind(path):
    assert [p.name for p in path.parent.iterdir()] == ["network.safetensors"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (lambda h: h.update(schema=5), "header: schema must be 1 to 4, not 5"),
        (lambda h: h.update(schema=True), "header: schema must be 1 to 4, not True"),
        (lambda h: h.update(task=None), "header: field 'task' is unknown"),
        (lambda h: h.update(name="../../etc"), "name: must be lower-case letters"),
        (lambda h: h.pop("input"), "header: field 'input' is missing"),
        (lambda h: h.update(extra=1), "header: field 'extra' is unknown"),
        (lambda h: h.update(layers={}), "header: layers: must be a list, not dict"),
        (lambda h: h["input"].update(bits=9), "input: bits: must be an integer of 1 to 8, not 9"),
        (lambda h: h["layers"][1].update(bits=9), "layer 1: (b): bits: weights have 1 to 8 bits, not 9"),
        (lambda h: h["layers"][1].update(bits=5), "layer 1 (b): only schema 4 has weights of more than"),
        (
            lambda h: h["layers"][1].update(kind="x"),
            "layer 1: kind: must be one of dense, conv, spiking, not 'x'",
        ),
        (
            lambda h: h["layers"][1].update(name="a\nb"),
            "layer 1: name: must be one short line of printable ASCII",
        ),
        (
            lambda h: h["layers"][0]["requantise"].update(shift="3"),
            "layer 0: (a): requantise: shift: must be an integer of 0 to 24, not '3'",
        ),
        (lambda h: h["layers"].pop(), "tensor '2.bias' is not expected"),
        (lambda h: h.update(provenance={"a": []}), "header: provenance: a: must be text or a number"),
    ],
)
def test_a_wrong_header_is_named(path, header, message):
    rewritten(path, header=header)
    with pytest.raises(InvalidNetwork) as error:
        load(path)
    assert str(error.value).startswith(f"{path}: {message}")


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        (lambda t: t.pop("1.bias"), "tensor '1.bias' is missing"),
        (
            lambda t: t["0.index"].__setitem__((1, 3), 90),
            "layer 0: (a): index: block row 1 names input block 90",
        ),
        (
            lambda t: t["1.codes"].__setitem__((0, 0, 0, 0), 9),
            "layer 1: (b): codes: 3-bit weights must be -4 to 3",
        ),
        (
            lambda t: t.update({"0.bias": np.zeros(24, np.int64)}),
            "layer 0: (a): bias: must be int32, not int64",
        ),
    ],
)
def test_a_wrong_tensor_is_named(path, tensors, message):
    rewritten(path, tensors=tensors)
    with pytest.raises(InvalidNetwork) as error:
        load(path)
    assert str(error.value).startswith(f"{path}: {message}")


@pytest.mark.parametrize("size", [0, 7, 8, 100, -1])
def test_a_truncated_file_is_refused(path, size):
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(InvalidNetwork, match="is not a whole safetensors file"):
        load(path)


def test_any_flipped_byte_is_refused_or_gives_a_valid_network(path):
    data = path.read_bytes()
    rng = np.random.default_rng(0)
    for place in rng.integers(0, len(data), 200):
        path.write_bytes(data[:place] + bytes([data[place] ^ int(rng.integers(1, 256))]) + data[place + 1 :])
        try:
            load(path)
        except InvalidNetwork as error:
            assert str(error).startswith(str(path))


def test_a_missing_file_is_a_request_that_cannot_be_met(tmp_path):
    with pytest.raises(InvalidRequest, match="there is no such network file$"):
        load(tmp_path / "nothing.safetensors")


def test_someone_elses_safetensors_is_not_a_network(tmp_path):
    save_file({"a": np.zeros(3)}, tmp_path / "other.safetensors")
    with pytest.raises(InvalidNetwork, match="has no 'accelgen' entry"):
        load(tmp_path / "other.safetensors")


def test_a_multiplier_of_a_leak_is_saved_in_a_schema_of_its_own(tmp_path):
    plain, network = spiking_network(leak=3), spiking_network(leak=3, multiplier=5)
    assert b"multiplier" not in dump(plain) and b'"schema": 1' in dump(plain).replace(b"\\", b"")
    save(network, tmp_path / "network.safetensors")
    again = load(tmp_path / "network.safetensors")
    assert again.layers[0].rule.multiplier == 5 and digest(again) == digest(network)
    older = dump(network).replace(b'\\"schema\\": 4', b'\\"schema\\": 2')
    (tmp_path / "older.safetensors").write_bytes(older)
    with pytest.raises(InvalidNetwork, match="only schema 4 has a multiplier of a leak"):
        load(tmp_path / "older.safetensors")


def test_a_spiking_network_that_was_saved_is_loaded(tmp_path):
    network = spiking_network(encoder="lfsr", readout="count", seed=3)
    save(network, tmp_path / "network.safetensors")
    again = load(tmp_path / "network.safetensors")
    assert again.spiking and again.input == network.input and digest(again) == digest(network)
    assert [layer.rule for layer in again.layers] == [layer.rule for layer in network.layers]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (lambda h: h["input"].update(kind="sound"), "input: kind: must be one of pixels, rate, events"),
        (lambda h: h["input"].pop("seed"), "input: field 'seed' is missing"),
        (lambda h: h["input"].update(encoder="x"), "input: encoder: must be 'dither' or 'lfsr', not 'x'"),
        (lambda h: h["layers"][0].update(neuron=None), "layer 0 (s0): neuron: every layer but the last"),
        (
            lambda h: h["layers"][1]["neuron"].update(threshold=0),
            "layer 1: (s1): neuron: threshold: must be an integer of 1 to 16777215, not 0",
        ),
        (
            lambda h: h["layers"][1]["neuron"].update(integration="discontinuous"),
            "layer 1: (s1): neuron: integration: a discontinuous membrane has threshold 1",
        ),
        (
            lambda h: h.update(input={"pixels": 30, "bits": 3}),
            "layer 0 (s0): kind: PixelInput enters Dense or Conv layers, not Spiking",
        ),
    ],
)
def test_a_wrong_spiking_header_is_named(tmp_path, header, message):
    path = tmp_path / "network.safetensors"
    save(spiking_network(), path)
    rewritten(path, header=header)
    with pytest.raises(InvalidNetwork) as error:
        load(path)
    assert str(error.value).startswith(f"{path}: {message}")


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InvalidRequest, match=r"file/n.safetensors: cannot be written: (Not a|File exists)"):
        save(SMALL, tmp_path / "file" / "n.safetensors")
    (tmp_path / "folder.safetensors").mkdir()
    with pytest.raises(InvalidRequest, match="folder.safetensors: cannot be written: Is a directory$"):
        save(SMALL, tmp_path / "folder.safetensors")
    with pytest.raises(InvalidNetwork, match="^network: must be a Network, not 'small'$"):
        save("small", tmp_path / "n.safetensors")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.safetensors"]


SHIPPED = sorted((Path(__file__).parents[2] / "models").glob("*/network.safetensors"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_shipped_networks_keep_their_bytes(path):
    network = load(path)
    lowest = 4 if network.task else 3 if network.input.coding else 1
    assert json.loads(dump_header(path))["schema"] == lowest
    assert dump(load(path)) == path.read_bytes() and digest(load(path)) == digest(path)


def named(reads):
    """Return what makes a header say, layer by layer, what each reads."""

    def change(header):
        header["schema"] = 2
        for layer, names in zip(header["layers"], reads, strict=True):
            layer["reads"] = names

    return change


def test_a_chain_has_one_digest_in_either_schema(path):
    before = digest(path)
    rewritten(path, header=named([["input"], ["a"], ["b"]]))
    assert digest(path) != before and digest(load(path)) == before


def test_a_network_that_is_no_chain_is_written_in_schema_2(skips, tmp_path):
    network, path = skip_network(), tmp_path / "n.safetensors"
    save(network, path)
    header = json.loads(dump_header(path))
    assert header["schema"] == 2
    assert [layer["reads"] for layer in header["layers"]] == [["input"], ["a"], ["b", "a"], ["c"]]
    again = load(path)
    assert again.reads == network.reads and dump(again) == path.read_bytes()


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (lambda h: h.update(schema=2), "layer 0: field 'reads' is missing"),
        (lambda h: h["layers"][0].update(reads=["input"]), "layer 0: field 'reads' is unknown"),
        (named(["input", ["a"], ["b"]]), "layer 0: (a): reads: must be a list, not str"),
        (named([["input"], [], ["b"]]), "layer 1: (b): reads: must name what the layer reads"),
        (named([["input"], [1], ["b"]]), "layer 1: (b): reads: name: must be one short line"),
        (
            named([["input"], ["z"], ["b"]]),
            "layer 1 (b): reads: 'z' is no layer before this one, nor 'input'",
        ),
    ],
)
def test_wrong_reads_are_named(path, header, message):
    rewritten(path, header=header)
    with pytest.raises(InvalidNetwork) as error:
        load(path)
    assert str(error.value).startswith(f"{path}: {message}")


@pytest.mark.parametrize("coding", [None, Coding((0.0,), (0.5,))])
@pytest.mark.parametrize("build", [series_network, tall_network])
def test_windows_of_several_sides_are_written_in_schema_4(tmp_path, build, coding):
    made = build()
    entering = PixelInput(made.input.pixels, made.input.bits, coding)
    network, path = Network(made.name, entering, made.layers), tmp_path / "n.safetensors"
    save(network, path)
    header = json.loads(dump_header(path))
    assert header["schema"] == 4 and ("coding" in header["input"]) == (coding is not None)
    assert header["layers"][0]["window"]["kernel"] == list(made.layers[0].window.kernel)
    again = load(path)
    assert dump(again) == path.read_bytes() and again.input == entering
    assert [layer.window for layer in again.layers] == [layer.window for layer in made.layers]


def test_a_plain_window_in_schema_4_is_written_in_the_lowest(tmp_path):
    path = tmp_path / "n.safetensors"
    save(conv_network(), path)

    def newer(header):
        named([["input"], ["a"], ["b"], ["c"]])(header)
        header["schema"] = 4
        header["layers"][0]["window"]["kernel"] = [3, 3]

    before = path.read_bytes()
    rewritten(path, header=newer)
    assert path.read_bytes() != before == dump(load(path))


@pytest.mark.parametrize("schema", [2, 3])
def test_windows_of_several_sides_need_their_schema(tmp_path, schema):
    path = tmp_path / "n.safetensors"
    made = series_network()
    entering = PixelInput(192, 4, Coding((0.0,), (0.5,)) if schema == 3 else None)
    save(Network("n", entering, made.layers), path)
    rewritten(path, header=lambda h: h.update(schema=schema))
    with pytest.raises(
        InvalidNetwork, match=r"n.safetensors: layer 0 \(a\): window: only schema 4 has 1x5 stride 1x2"
    ):
        load(path)


def test_multipliers_need_schema_4(tmp_path):
    network, path = multiply_network(), tmp_path / "network.safetensors"
    save(network, path)
    header = json.loads(dump_header(path))
    assert header["schema"] == 4 and ["multiply" in layer for layer in header["layers"]] == [True, False] * 2
    again = load(path)
    assert [layer.rule for layer in again.layers] == [layer.rule for layer in network.layers]
    assert digest(again) == digest(path)
    rewritten(path, lambda h: h["layers"][2]["multiply"].update(offsets=[1 << 30] * 9))
    with pytest.raises(
        InvalidNetwork, match=r"layer 2: \(c\): multiply: offsets: number 0: must be an integer of"
    ):
        load(path)


@pytest.mark.parametrize("bits", [4, 5, 8])
def test_wide_weights_need_schema_4_and_narrow_ones_do_not(tmp_path, bits):
    network, path = small_network(bits=(2, bits, 3)), tmp_path / "network.safetensors"
    save(network, path)
    assert json.loads(dump_header(path))["schema"] == (4 if bits > 4 else 1)
    again = load(path)
    assert [layer.weights.bits for layer in again.layers] == [2, bits, 3] and digest(again) == digest(path)


def test_thresholds_need_schema_4_and_nothing_else_does(tmp_path):
    network, path = threshold_network(), tmp_path / "network.safetensors"
    save(network, path)
    header = json.loads(dump_header(path))
    assert header["schema"] == 4 and "coding" not in header["input"]
    assert ["thresholds" in layer for layer in header["layers"]] == [True, False, True, False]
    again = load(path)
    assert [layer.rule for layer in again.layers] == [layer.rule for layer in network.layers]
    assert digest(again) == digest(path)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (lambda h: h["layers"][0].update(thresholds={}), "thresholds: field 'levels' is missing"),
        (
            lambda h: h["layers"][0]["thresholds"].update(levels=[[2, 1, 3]]),
            "layer 0: (a): thresholds: levels: row 0: thresholds must ascend",
        ),
        (
            lambda h: h["layers"][0]["thresholds"].update(levels=[[1, 2, 3]] * 2),
            "layer 0: (a): thresholds: levels: must be one row or 14, not 2",
        ),
        (lambda h: h["layers"][0].update(requantise=None), "layer 0: field 'thresholds' is unknown"),
        (lambda h: h.update(schema=2), "layer 0: field 'requantise' is missing"),
        (lambda h: h["layers"][3].update(thresholds={"levels": [[1]]}), "is unknown"),
    ],
)
def test_wrong_thresholds_are_named(tmp_path, header, message):
    path = tmp_path / "network.safetensors"
    save(threshold_network(), path)
    rewritten(path, header)
    with pytest.raises(InvalidNetwork) as error:
        load(path)
    assert message in str(error.value)


def test_signed_codes_need_schema_4_and_come_back(tmp_path):
    network, path = signed(small_network()), tmp_path / "n.safetensors"
    save(network, path)
    header = json.loads(dump_header(path))
    assert header["schema"] == 4 and header["input"]["coding"]["signed"] is True
    assert load(path).input == network.input and digest(load(path)) == digest(path)
    rewritten(path, header=lambda h: h.update(schema=3))
    rewritten(path, header=lambda h: [layer.update(reads=["input"]) for layer in h["layers"][:1]])
    with pytest.raises(InvalidNetwork, match="n.safetensors: input: coding: only schema 4 has signed codes$"):
        load(path)
    unsigned = replace(network, input=replace(network.input, coding=Coding((0.0,), (1.0,))))
    save(unsigned, path)
    assert json.loads(dump_header(path))["schema"] == 3
