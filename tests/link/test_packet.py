import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from accelgen.errors import InvalidOption
from accelgen.link import MAX_PAYLOAD, SYNC, Decoder, Packet
from accelgen.link.crc import crc16

PACKETS = st.builds(
    Packet,
    st.integers(0, 255),
    st.integers(0, 255),
    # Sync bytes and small numbers abound, so that false starts with possible lengths do too.
    st.lists(st.sampled_from([SYNC, 0, 1, 2, 7, 255]), max_size=60).map(bytes),
)
GARBAGE = st.lists(st.sampled_from([SYNC, 0, 1, 3, 99]), max_size=30).map(bytes)


def pieces(data: bytes, seed: int) -> list[bytes]:
    """Cut data at random, as a driver hands it over."""
    dice, found = random.Random(seed), []
    while data:
        size = dice.randrange(1, 20)
        found.append(data[:size])
        data = data[size:]
    return found


def decoded(data: bytes, seed: int = 0) -> tuple[list[Packet], Decoder]:
    """Feed data in pieces, then fall silent."""
    decoder = Decoder()
    found = [packet for piece in pieces(data, seed) for packet in decoder.feed(piece)]
    return found + decoder.flush(), decoder


def is_packet(data: bytes, start: int) -> bool:
    """Return whether the bytes from ``start`` on are those of a packet, whoever meant them."""
    length = int.from_bytes(data[start + 1 : start + 3], "little")
    end = start + 5 + length
    if data[start] != SYNC or length > MAX_PAYLOAD or len(data) < end + 2:
        return False
    return crc16(data[start + 1 : end]) == int.from_bytes(data[end : end + 2], "big")


def assume_none(data: bytes, places: range) -> None:
    """Leave out what becomes a packet by chance: one in 65,536 of the remainders that are long enough."""
    assume(not any(is_packet(data, start) for start in places))


def test_the_bytes_of_a_packet():
    assert Packet(1, 7, b"\x02\x03").encode().hex(" ") == "a5 02 00 01 07 02 03 20 75"


@pytest.mark.parametrize("fields", [(256, 0), (0, -1), (0, 0, bytes(MAX_PAYLOAD + 1))])
def test_a_packet_that_does_not_fit_is_refused(fields):
    with pytest.raises(InvalidOption, match="of a packet must be"):
        Packet(*fields)


@given(st.lists(PACKETS, max_size=5), st.integers(0, 9))
def test_packets_come_back_as_they_were_sent(packets, seed):
    found, decoder = decoded(b"".join(packet.encode() for packet in packets), seed)
    assert found == packets and decoder.dropped == 0


@given(GARBAGE, st.lists(PACKETS, min_size=1, max_size=4), GARBAGE, st.integers(0, 9))
def test_garbage_hides_no_packet(before, packets, after, seed):
    line = before + b"".join(packet.encode() for packet in packets) + after
    assume_none(line, range(len(before)))
    assume_none(line, range(len(line) - len(after), len(line)))
    found, decoder = decoded(line, seed)
    assert found == packets
    assert decoder.dropped == len(before) + len(after)


@given(PACKETS, PACKETS, st.data())
def test_flipped_bits_never_change_a_payload_and_spare_the_next_packet(broken, whole, data):
    line = bytearray(broken.encode())
    flips = data.draw(st.lists(st.integers(8 * 3, 8 * len(line) - 1), min_size=1, max_size=3, unique=True))
    for flip in flips:
        line[flip // 8] ^= 1 << flip % 8
    assert not is_packet(bytes(line), 0)  # the check finds any three bits
    assume_none(bytes(line) + whole.encode(), range(1, len(line)))
    assert decoded(bytes(line) + whole.encode())[0] == [whole]


@given(PACKETS, PACKETS, st.data())
def test_a_lost_byte_costs_one_packet(broken, whole, data):
    line = bytearray(broken.encode())
    del line[data.draw(st.integers(0, len(line) - 1))]
    assume_none(bytes(line) + whole.encode(), range(len(line)))
    assert decoded(bytes(line) + whole.encode())[0] == [whole]


@given(PACKETS, PACKETS, st.data())
def test_a_truncated_packet_costs_one_packet(broken, whole, data):
    line = broken.encode()
    line = line[: data.draw(st.integers(0, len(line) - 1))]
    assume_none(line + whole.encode(), range(len(line)))
    assert decoded(line + whole.encode())[0] == [whole]


def test_what_becomes_a_packet_by_chance_is_taken_for_one():
    # The last byte is lost, and the packet behind begins with the very byte.
    broken = next(p for p in (Packet(0, n) for n in range(256)) if p.encode()[-1] == SYNC)
    line = broken.encode()[:-1] + Packet(1, 2, b"abc").encode()
    assert is_packet(line, 0) and decoded(line)[0] == [broken]


def test_silence_ends_the_wait_for_a_packet_that_was_none():
    decoder, whole = Decoder(), Packet(1, 2, b"abc")
    assert decoder.feed(bytes([SYNC, 255, 1]) + whole.encode()) == []
    assert decoder.flush() == [whole]
    assert decoder.dropped == 3


def test_an_impossible_length_ends_the_wait_at_once():
    decoder, whole = Decoder(), Packet(1, 2, b"abc")
    assert decoder.feed(bytes([SYNC, 1, 16]) + whole.encode()) == [whole]
    assert (decoder.bad, decoder.dropped) == (1, 3)
