import re
from dataclasses import replace

from accelgen import steps
from accelgen.cli.views import described
from accelgen.network import Integrator, Synapse, save
from accelgen.network.widths import current_bits, membrane_bits
from tests.tiny_convolutions import conv_network
from tests.tiny_networks import lasting, mnist_spiking_network

#: Of every layer in JSON, after what its kind adds.
LAYER = ["compression", "block_out", "block_in", "kept_blocks", "accumulator_bits", "stored_bits"]
HEAD = ["name", "inputs", "outputs", "weight_bits"]


def test_a_dense_network_has_activations(home):
    overview = steps.info("small")
    assert overview.kind == "dense" and overview.timesteps is None and overview.neurons == ()
    assert [layer.rule and layer.rule.bits_out for layer in overview.layers] == [3, 2, None]
    said = overview.to_json()
    assert [layer["activation_bits"] for layer in said["layers"]] == [3, 2, None]
    assert all(list(layer) == [*HEAD, "activation_bits", *LAYER] for layer in said["layers"])
    assert "timesteps" not in said and "readout" not in said
    assert list(said) == [
        *("name", "kind", "network_sha256", "input", "compression", "stored_bits", "memory_ratio"),
        *("layers", "provenance"),
    ]


def test_a_spiking_network_has_neurons_and_time(home):
    overview = steps.info("pixels")
    assert (overview.kind, overview.timesteps, overview.readout) == ("spiking", 3, "membrane")
    hidden, last = overview.layers
    assert overview.neurons == (hidden.rule,) and last.rule is None
    assert hidden.membrane_bits == membrane_bits(mnist_spiking_network().layers[0])
    said = overview.to_json()
    assert list(said)[4:6] == ["timesteps", "readout"] and said["input"]["encoder"] == "dither"
    facts = {"integration": "continuous", "threshold": 12, "leak": 0, "reset": "subtract"}
    first, second = said["layers"]
    assert list(first) == list(second) == [*HEAD, *facts, "membrane_bits", *LAYER]
    assert {name: first[name] for name in facts} == facts
    assert {name: second[name] for name in facts} == dict.fromkeys(facts)
    assert steps.info("events").to_json()["input"] == {"width": 32, "height": 32, "polarities": 2}


def test_a_readout_that_integrates_says_how(home):
    rule = Integrator(3, 5, "sum")
    (home / "models" / "leaky").mkdir()
    save(replace(mnist_spiking_network(), readout=rule), home / "models" / "leaky" / "network.safetensors")
    overview = steps.info("leaky")
    assert overview.integrator == rule and overview.readout == "membrane"
    assert overview.to_json()["integrator"] == {"leak": 3, "multiplier": 5, "score": "sum"}
    assert overview.stored_bits["readout"] == rule.stored_bits()
    assert "integrator" not in steps.info("pixels").to_json()


def test_currents_that_last_are_told_beside_membranes(home, capsys):
    (home / "models" / "lasting").mkdir()
    network = lasting(mnist_spiking_network(), Synapse(3, 5))
    save(network, home / "models" / "lasting" / "network.safetensors")
    overview = steps.info("lasting")
    first, last = overview.to_json()["layers"]
    assert (first["synapse_leak"], first["synapse_multiplier"]) == (3, 5)
    assert first["current_bits"] == current_bits(network.layers[0])
    assert first["membrane_bits"] == membrane_bits(network.layers[0])
    assert "current_bits" not in last
    assert not {"current_bits", "synapse_leak"} & steps.info("pixels").to_json()["layers"][0].keys()
    described(overview)
    told = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "threshold 12, no leak, reset subtract, current leak 5/8" in told


def test_a_convolution_has_a_window_and_blocks_of_channels(home):
    (home / "models" / "convs").mkdir()
    save(conv_network(), home / "models" / "convs" / "network.safetensors")
    overview = steps.info("convs")
    first, _, dense, _ = overview.layers
    assert (first.window.kernel, first.window.pool) == (3, 2)
    assert (first.channels, first.block_in, first.inputs, first.outputs) == (10, 3, 189, 120)
    assert dense.window is None and dense.block_in == 3
    said, _, other, _ = overview.to_json()["layers"]
    assert list(said)[:3] == ["name", "window", "channels"] and "window" not in other
    assert said["window"] == {
        **{"height": 9, "width": 7, "channels": 3, "kernel": 3, "stride": 1, "padding": 1, "pool": 2},
    }
