"""Small networks as Verilog with their vectors, made once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from accelgen.golden import run_spiking
from accelgen.golden.spiking_vectors import corner_vectors, spiking_vectors
from accelgen.golden.vectors import Vectors, dense_vectors
from accelgen.network import Network
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import write
from accelgen.rtl.manifest import Manifest
from tests.tiny_networks import random_images, small_network, spiking_network

IMAGES = 40


@dataclass(frozen=True)
class Made:
    """A top in its folder, with what is to be played through it."""

    folder: Path
    network: Network
    manifest: Manifest
    vectors: Vectors
    corners: list[Vectors]

    @property
    def verilog(self) -> Path:
        """The top."""
        return self.folder / self.manifest.files["verilog"]

    @property
    def load(self) -> Path | None:
        """The table frame, if there is one."""
        name = self.manifest.files.get("load")
        return self.folder / name if name else None


def make(folder: Path, network: Network, vectors: Vectors, corners=(), **options) -> Made:
    """Write a top of four lanes, and its vectors into ``vectors/``."""
    manifest = write(network, Datapath(lanes=4, **options), folder).manifest
    vectors.write(network, folder / "vectors")
    return Made(folder, network, manifest, vectors, list(corners))


def images(network: Network) -> np.ndarray:
    """Return raw images, the first two black and white."""
    found = random_images(np.random.default_rng(0), IMAGES, network.input.inputs)
    found[0], found[1] = 0, 255
    return found


@pytest.fixture(scope="package", params=["rom", "ram"])
def made(request, tmp_path_factory):
    """A dense network, its tables in ROM or loaded, with 40 images."""
    network = small_network()
    vectors = dense_vectors(network, images(network))
    return make(tmp_path_factory.mktemp(request.param), network, vectors, weights=request.param)


@pytest.fixture(
    scope="package",
    params=[
        ("continuous", "membrane", "dither", "auto", False, "rom"),
        ("continuous", "count", "lfsr", "auto", True, "ram"),
        ("discontinuous", "membrane", "dither", "auto", True, "rom"),
        ("continuous", "membrane", "dither", "events", True, "ram"),
        ("discontinuous", "count", "dither", "events", False, "rom"),
    ],
    ids=lambda param: "-".join(map(str, param)),
)
def spiking(request, tmp_path_factory):
    """A spiking network with 40 images of 6 timesteps, as pixels or as events, and corner cases."""
    integration, readout, encoder, stream, early_stop, weights = request.param
    network = spiking_network(integration=integration, readout=readout, encoder=encoder)
    raw = images(network)
    result = run_spiking(network, raw, 6)
    entering = {} if stream == "events" else {"images": raw}
    vectors = spiking_vectors(network, result, margin=2 if early_stop else None, **entering)
    few = {} if stream == "events" else {"images": raw[:3]}
    corners = corner_vectors(network, early_stop=early_stop, **few)
    folder = tmp_path_factory.mktemp("spiking")
    return make(folder, network, vectors, corners, stream=stream, early_stop=early_stop, weights=weights)


@pytest.fixture
def manifest(made):
    """What the folder of the dense network says of itself."""
    return made.manifest
