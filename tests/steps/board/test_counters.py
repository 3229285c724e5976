import struct
from dataclasses import replace

import numpy as np
import pytest

from accelgen.deliver.samples import SAMPLES_FILE, Samples, archive
from accelgen.errors import InvalidOption, InvalidRequest, ToolError
from accelgen.link import Packet, Request
from accelgen.network import load
from accelgen.network.file import digest
from accelgen.steps import counters, host, played
from accelgen.steps.board import pattern as pattern_module
from tests.pattern_device import spoilt
from tests.pty_board import Board, plugged_in
from tests.tiny_networks import mnist_network, random_images


class Player(Board):
    """A board that plays a pattern: 10 cycles for a result, 8 results between two readings."""

    def __init__(self, network, *, wrong: int = 0, errors: int = 0, stuck: bool = False, flags: int = 16):
        super().__init__(network)
        self.wrong, self.errors, self.stuck, self.flags, self.read_so_far = wrong, errors, stuck, flags, 0

    def answer(self, packet: Packet) -> Packet:
        if packet.kind == Request.VERSION:
            sha = bytes.fromhex(digest(self.network))[:12]
            payload = struct.pack("<4B2HI", 1, 0, 0, self.flags, 0, 64, 50_000_000) + sha
        else:
            self.read_so_far += not self.stuck
            results = 8 * self.read_so_far
            payload = struct.pack(
                "<II3Q", bool(self.wrong) | self.errors << 8, 4, 10 * results, results, self.wrong
            )
        return Packet(packet.kind | 0x80, packet.sequence, payload)


@pytest.fixture
def network(digits):
    return load(digits / "models" / "digits" / "network.safetensors")


def test_images_a_second_are_results_of_the_cycles_between_two_readings(network):
    with plugged_in(Player(network)) as port:
        found = counters("digits", port=port, seconds=0.01)
    assert (found.results, found.cycles, found.samples, found.right) == (8, 80, 4, True)
    assert found.images_per_second == 5_000_000 and found.to_json()["cycles_per_image"] == 10


@pytest.mark.parametrize("what", [{"wrong": 1}, {"errors": 2}])
def test_what_is_wrong_is_never_right(network, what):
    with plugged_in(Player(network, **what)) as port:
        found = counters("digits", port=port, seconds=0.01)
    assert not found.right and found.errors == (("long",) if "errors" in what else ())


def test_a_network_that_has_stopped_has_no_images_a_second(network, monkeypatch):
    monkeypatch.setattr("accelgen.steps.board.counters.STOPPED", 0.2)
    with plugged_in(Player(network, stuck=True)) as port:
        with pytest.raises(
            ToolError, match=r"^no result has come for 0\.2 s, after 0: the network has stopped$"
        ):
            counters("digits", port=port, seconds=0.01)


def test_only_a_board_that_plays_this_network_has_counters(network):
    with plugged_in(Player(network, flags=0)) as port:
        with pytest.raises(InvalidRequest, match="^the board takes images and plays no pattern"):
            counters("digits", port=port)
    with plugged_in(Player(network)) as port:
        with pytest.raises(InvalidRequest, match="^the board plays a pattern and takes no images"):
            host("digits", port=port)
        with pytest.raises(InvalidRequest, match=r"^the board has another network .*, not small$"):
            counters("small", port=port)
        with pytest.raises(InvalidOption, match="^seconds must be above 0 and at most 60, not 0$"):
            counters("digits", port=port, seconds=0)


@pytest.fixture
def kept(digits):
    """Samples lie beside the network for MNIST."""
    images = random_images(np.random.default_rng(0), 4, 784)
    path = digits / "models" / "digits" / SAMPLES_FILE
    path.write_bytes(archive(Samples(images, np.zeros(4, np.uint8))))
    return digits


def test_the_device_is_simulated_pins_included_and_counts_what_is_wrong(kept, monkeypatch):
    how = {"board": "ulx3s_85f", "pipelined": True, "lanes": 8, "clock": 50.0}
    said = []
    right = played("digits", say=said.append, **how)
    assert right.right and right.results >= 3 * 4 and right.clock_mhz == 50
    assert right.hardware == "simulated: pipelined, 8 + 8 lanes, tables in rom, as on ulx3s_85f"
    assert said[-1].startswith("building digits in Verilator, in ")
    made = pattern_module.pattern_of
    monkeypatch.setattr("accelgen.steps.board.design.pattern_of", lambda *what: spoilt(made(*what), 1))
    wrong = played("digits", **how)
    assert not wrong.right and wrong.spoilt and wrong.wrong >= 3
    assert wrong.cycles_per_image == right.cycles_per_image
    assert mnist_network().layers and replace(wrong, wrong=0, spoilt=False).right
