"""A network behind AXI4-Lite in Icarus, with the master of cocotbext-axi."""

import numpy as np
import pytest

from accelgen.golden import run
from accelgen.golden.cost import count_cost
from accelgen.golden.vectors import dense_vectors
from accelgen.network.file import digest
from accelgen.rtl.bus.registers import register_map
from accelgen.rtl.bus.top import BusTop
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.tables import load_beats
from tests.component_bench import check
from tests.tiny_networks import random_images, tiny_network


@pytest.mark.parametrize("weights", ["ram", "rom"])
def test_a_network_behind_axi_lite_equals_the_golden_model(weights, tmp_path):
    network = tiny_network()
    hardware = hardware_of(network, Datapath(lanes=4, weights=weights))
    registers = register_map(hardware, digest(network), "axi-lite")
    images = random_images(np.random.default_rng(2), 100, network.input.inputs)
    result = run(network, images)
    vectors = dense_vectors(network, images, hardware.input.pixels_per_beat, result)
    skipped = count_cost(network, result, hardware.lanes).total("zeros_skipped")
    assert hardware.input.width <= 32  # a beat is a word
    check(
        BusTop(hardware, registers),
        tmp_path,
        bench="bench_bus",
        registers={register.name: register.offset for register in registers.registers},
        frames=vectors.frames(),
        results=vectors.expected.tolist(),
        skipped=skipped.tolist(),
        load=[int(word) for word in load_beats(hardware.tables)] if weights == "ram" else [],
    )
