import struct

import numpy as np
import pytest

from accelgen.golden import run
from accelgen.link import Answer, Packet, Refusal, Request, Status, Version
from accelgen.network.file import digest
from accelgen.rtl.tables import load_beats
from tests.naive import naive_scores
from tests.tiny_networks import (
    TASKS,
    random_images,
    small_network,
    spiking_network,
    tasked_network,
)
from tests.uart_host import answers, converse, image_requests, linked

CLASSIFY, LOAD = Request.CLASSIFY, Request.LOAD


def load_requests(words, room: int, start: int = 1) -> list[Packet]:
    """Return the requests that load tables, in pieces."""
    size = (room - 4) // 4
    found = []
    for at in range(0, len(words), size):
        mark = at | (1 << 31 if at + size >= len(words) else 0)
        piece = [mark, *(int(word) for word in words[at : at + size])]
        found.append(Packet(LOAD, start + len(found), struct.pack(f"<{len(piece)}I", *piece)))
    return found


def refusals(packets) -> dict[int, Refusal]:
    """Return why requests were refused, by sequence number."""
    return {
        packet.sequence: Refusal(struct.unpack("<I", packet.payload)[0])
        for packet in packets
        if packet.kind == 0xFF
    }


def test_a_device_says_what_it_is_and_what_happened():
    network = spiking_network()
    device = linked(network, lanes=4, early_stop=True, weights="ram")
    version, status = converse(device, [Packet(Request.VERSION, 1), b"xyz", Packet(Request.STATUS, 2)])
    said = Version.parse(version.payload)
    assert said.network == digest(network)[:24]
    assert (said.protocol, said.classes, said.beats, said.beat_bytes) == (1, 5, 8, 2)
    assert (said.spiking, said.loadable, said.early_stop) == (True, True, True)
    assert (said.max_payload, said.clock_hz) == (64, device.link.clock_hz)
    assert Status.parse(status.payload) == Status(False, 0, 0, 1, 0, 0, 3, 0)


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (Packet(Request.VERSION, 1, b"x"), Refusal.LENGTH),
        (Packet(Request.STATUS, 1, b"xxxx"), Refusal.LENGTH),
        (Packet(CLASSIFY, 1, bytes(19)), Refusal.LENGTH),
        (Packet(CLASSIFY, 1, bytes(20)), None),
        (Packet(CLASSIFY, 1, bytes(19) + b"\xff"), Refusal.IMAGE),
        (Packet(LOAD, 1, bytes(8)), Refusal.UNKNOWN),
        (Packet(0x81, 1), Refusal.UNKNOWN),
        (Packet(0xFF, 1), Refusal.UNKNOWN),
    ],
)
def test_what_cannot_be_done_is_refused_and_the_next_request_is_answered(request_, reason):
    network = small_network()
    device = linked(network, lanes=4)
    images = random_images(np.random.default_rng(1), 1, 30)
    (good,) = image_requests(device, images)
    again = Packet(CLASSIFY, 9, good.payload)
    found = converse(device, [request_, again])
    assert refusals(found) == ({1: reason} if reason else {})
    assert list(answers(found, 5)[9].scores) == naive_scores(network, images[0])


def test_tables_come_in_pieces_and_a_second_load_starts_over():
    network = small_network()
    device = linked(network, lanes=4, weights="ram")
    words = load_beats(device.link.hardware.tables)
    pieces = load_requests(words, device.link.room, 10)
    fresh = load_requests(words, device.link.room, 30)
    images = random_images(np.random.default_rng(2), 2, 30)
    first, second = image_requests(device, images)
    spoilt = load_requests(words ^ 1, device.link.room, 100)
    found = converse(
        device,
        [
            first,  # nothing is loaded yet
            *pieces[:2],
            Packet(LOAD, 60, pieces[1].payload),  # its answer was lost
            Packet(LOAD, 61, pieces[4].payload),  # too early
            *spoilt[:3],  # from the beginning, and again
            *fresh,
            second,
            Packet(LOAD, 62, pieces[-1].payload),  # the tables are whole already
            Packet(Request.STATUS, 63),
            Packet(LOAD, 64, struct.pack("<II", 1 << 31, 7)),  # one word is no table
            Packet(Request.STATUS, 65),
            Packet(CLASSIFY, 66, first.payload),
        ],
        deadline=400_000,
    )
    assert refusals(found) == {1: Refusal.NOT_LOADED, 66: Refusal.NOT_LOADED}
    assert list(answers(found, 5)[2].scores) == naive_scores(network, images[1])
    said = {packet.sequence: struct.unpack("<II", packet.payload) for packet in found if packet.kind == 0x84}
    assert said[10] == (15, 0) and said[11] == (30, 0)
    assert said[60] == said[61] == (30, 0)
    assert said[102] == (45, 0)
    assert said[fresh[-1].sequence] == said[62] == (0, 1)
    assert said[64] == (0, 0)
    states = {packet.sequence: Status.parse(packet.payload) for packet in found if packet.kind == 0x82}
    assert states[63].ready and not states[63].errors
    assert not states[65].ready and states[65].errors == 0b1000


@pytest.mark.parametrize("kind", TASKS)
def test_what_follows_the_scores_is_the_task_of_the_network(kind):
    network = tasked_network(TASKS[kind])
    device = linked(network, lanes=4)
    images = random_images(np.random.default_rng(1), 2, 12)
    version, *said = converse(device, [Packet(Request.VERSION, 7), *image_requests(device, images)])
    found, right = Version.parse(version.payload), run(network, images)
    assert found.scores_alone == (kind != "threshold") and found.classes == network.classes
    for number, packet in enumerate(said):
        answer = Answer.parse(packet.payload, found)
        assert list(answer.scores) == right.scores[number].tolist()
        assert answer.label == (None if right.answers is None else right.answers[number])
