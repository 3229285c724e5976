import numpy as np
import pytest

from accelgen.golden.vectors import dense_vectors
from accelgen.network.file import digest
from accelgen.rtl.bus.registers import register_map
from accelgen.rtl.bus.top import BusTop
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from tests.bus_masters import MASTERS
from tests.bus_software import Software
from tests.stream_drivers import simulate
from tests.tiny_networks import random_images, small_network

BUSES = sorted(MASTERS)


def built(bus, network=None, **options):
    """Return a top behind a bus, its hardware, and software that drives it."""
    network = network or small_network()
    hardware = hardware_of(network, Datapath(**{"lanes": 4} | options))
    top = BusTop(hardware, register_map(hardware, digest(network), bus))
    return top, hardware, Software(top.registers, MASTERS[bus](top, 0.2))


def samples(hardware, count=3):
    """Return the words of images, and their results."""
    network, entering = hardware.network, hardware.input
    images = random_images(np.random.default_rng(3), count, network.input.inputs)
    vectors = dense_vectors(network, images, entering.pixels_per_beat)
    return list(zip(vectors.frames(), vectors.expected.tolist(), strict=True))


@pytest.mark.parametrize("bus", BUSES)
def test_images_through_registers_equal_the_golden_model(bus):
    top, hardware, software = built(bus)

    async def play(ctx):
        assert await software.get(ctx, "ID") == 0x4147454E
        found = [await software.get(ctx, f"DIGEST{n}") for n in range(8)]
        assert b"".join(word.to_bytes(4, "little") for word in found).hex() == digest(hardware.network)
        for number, (frame, expected) in enumerate(samples(hardware)):
            await software.send(ctx, frame, hardware.input.width)
            assert await software.result(ctx) == expected
            assert await software.get(ctx, "IMAGES") == number + 1
        assert await software.get(ctx, "ERRORS") == 0 and await software.get(ctx, "LATENCY") > 5

    simulate(top, play)
