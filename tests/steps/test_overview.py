from accelgen import steps
from accelgen.network import save
from accelgen.network.widths import membrane_bits
from tests.tiny_networks import conv_network, mnist_spiking_network


def test_a_dense_network_has_activations(home):
    found = steps.info("small")
    assert found["kind"] == "dense" and "timesteps" not in found
    assert [layer["activation_bits"] for layer in found["layers"]] == [3, 2, None]


def test_a_spiking_network_has_neurons_and_time(home):
    found = steps.info("pixels")
    assert (found["kind"], found["timesteps"], found["readout"]) == ("spiking", 3, "membrane")
    hidden, last = found["layers"]
    assert (hidden["integration"], hidden["threshold"], hidden["leak"], hidden["reset"]) == (
        "continuous",
        12,
        0,
        "subtract",
    )
    assert last["integration"] is None
    assert hidden["membrane_bits"] == membrane_bits(mnist_spiking_network().layers[0])
    assert found["input"]["encoder"] == "dither"
    assert steps.info("events")["input"] == {"width": 32, "height": 32, "polarities": 2}


def test_a_convolution_has_a_window_and_blocks_of_channels(home):
    (home / "models" / "convs").mkdir()
    save(conv_network(), home / "models" / "convs" / "network.safetensors")
    first, _, dense, _ = steps.info("convs")["layers"]
    assert (first["window"]["kernel"], first["window"]["pool"]) == (3, 2)
    assert (first["channels"], first["block_in"], first["inputs"], first["outputs"]) == (10, 3, 189, 120)
    assert "window" not in dense and dense["block_in"] == 3
