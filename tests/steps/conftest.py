"""A home with small models in it, and a test set that is at hand: the committed sample in its place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from accelgen.data import SETS, Images, data_set
from accelgen.flows import fpga as flow
from accelgen.network import save
from tests.tiny_convolutions import cifar10_network, mnist_conv_network
from tests.tiny_networks import mnist_network, mnist_spiking_network, small_network

MODELS = {
    "small": small_network(),
    "pixels": mnist_spiking_network(name="pixels"),
    "events": mnist_spiking_network(events=True, name="events"),
    "strokes": mnist_conv_network(),
}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """``models/`` with a dense network, a convolution, and spiking ones that take pixels and events."""
    for name, network in MODELS.items():
        (tmp_path / "models" / name).mkdir(parents=True)
        save(network, tmp_path / "models" / name / "network.safetensors")
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def digits(home):
    """A dense network that reads MNIST is among the models."""
    (home / "models" / "digits").mkdir()
    save(mnist_network(), home / "models" / "digits" / "network.safetensors")
    return home


@pytest.fixture
def simulated_digits(digits, digits_device):
    """As ``digits``; its hardware loads its tables, and is built in Verilator already."""
    (digits / "models" / "digits" / "hardware.toml").write_text('weights = "ram"\n')
    return digits


@pytest.fixture
def images(monkeypatch):
    """The first 60 test images stand in for the test set, the next 40 for the validation images."""
    sample = data_set("mnist").load(sample="only")
    parts = {"test": slice(0, 60), "validation": slice(60, 100)}

    def load(folder=None, part="test", **how):
        chosen = parts[part]
        return Images(sample.pixels[chosen], sample.labels[chosen], f"stand-in {part} images", True)

    monkeypatch.setitem(SETS, "mnist", replace(SETS["mnist"], read=load))
    return load


@pytest.fixture
def colours(home, monkeypatch):
    """A network for CIFAR-10 is among the models, and 25 random images are its test set."""
    (home / "models" / "colours").mkdir()
    save(cifar10_network(), home / "models" / "colours" / "network.safetensors")
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (25, 3072), np.uint8)
    found = Images(pixels, rng.integers(0, 10, 25).astype(np.uint8), "colourful images", True)
    monkeypatch.setitem(SETS, "cifar10", replace(SETS["cifar10"], read=lambda *_, **__: found))
    return found


@pytest.fixture
def stand_in(monkeypatch):
    """What would build a bitstream notes what it is given instead."""
    given = {}

    def bitstream(files, target, out, seed):
        given.update(files=files, target=target, seed=seed)
        out.mkdir(parents=True, exist_ok=True)
        (out / f"top.{target.family.suffix}").write_bytes(b"bits")
        return flow.Bitstream("top.bin", flow.Placement({}, 20.0, True), {}, [])

    monkeypatch.setattr(flow, "bitstream", bitstream)
    return given
