"""A small network as Verilog with its vectors, made once."""

from __future__ import annotations

import json

import numpy as np
import pytest

from accelgen.golden.vectors import write_vectors
from accelgen.rtl.emit import write
from accelgen.rtl.options import Datapath
from tests.build import random_images, small_network


@pytest.fixture(scope="package", params=["rom", "ram"])
def made(request, tmp_path_factory):
    """A folder with Verilog, manifest, vectors of 40 images and, for RAM, the load frame."""
    folder = tmp_path_factory.mktemp(request.param)
    network = small_network()
    write(network, Datapath(lanes=4, weights=request.param), folder)
    images = random_images(np.random.default_rng(0), 40, network.input.pixels)
    write_vectors(network, images, folder / "vectors")
    return folder


@pytest.fixture
def manifest(made):
    """What the folder says of itself."""
    return json.loads((made / "manifest.json").read_text())
