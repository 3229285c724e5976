import numpy as np
import pytest

from accelgen.link import Packet, Refusal, Request, Version
from accelgen.network.file import digest
from tests.pattern_device import playing
from tests.tiny_networks import random_images, small_network, spiking_network
from tests.uart_host import Silence, converse


def top(network):
    return playing(network, random_images(np.random.default_rng(1), 2, 30), lanes=4)


@pytest.mark.parametrize("network", [small_network(), spiking_network()])
def test_a_device_says_that_it_plays_a_pattern_to_which_network(network):
    (packet,) = converse(top(network), [Packet(Request.VERSION, 9)])
    version = Version.parse(packet.payload)
    assert version.pattern and not version.loadable and version.spiking == network.spiking
    assert (version.classes, version.beats, version.clock_hz) == (0, 0, 4000)
    assert version.network == digest(network)[:24]


def test_what_it_does_not_know_is_refused_and_the_next_request_is_answered():
    broken = bytearray(Packet(Request.COUNTS, 3).encode())
    broken[-1] ^= 1
    sent = [
        Packet(Request.CLASSIFY, 1, bytes(20)),
        Packet(Request.COUNTS, 2, bytes(4)),
        bytes(broken),
        Silence(4000),
        Packet(Request.COUNTS, 4),
    ]
    found = converse(top(small_network()), sent)
    reasons = [int.from_bytes(packet.payload, "little") for packet in found[:3]]
    assert reasons == [Refusal.UNKNOWN, Refusal.LENGTH, Refusal.CRC]
    assert [packet.sequence for packet in found] == [1, 2, 3, 4]
    assert found[3].kind == Request.COUNTS | 0x80 and len(found[3].payload) == 32
