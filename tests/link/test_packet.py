import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import InvalidOption
from accelgen.link import MAX_PAYLOAD, SYNC, Decoder, Packet

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
    found, decoder = decoded(before + b"".join(packet.encode() for packet in packets) + after, seed)
    assert found == packets
    assert decoder.dropped == len(before) + len(after)


@given(PACKETS, PACKETS, st.data())
def test_flipped_bits_never_change_a_payload_and_spare_the_next_packet(broken, whole, data):
    line = bytearray(broken.encode())
    flips = data.draw(st.lists(st.integers(8 * 3, 8 * len(line) - 1), min_size=1, max_size=3, unique=True))
    for flip in flips:
        line[flip // 8] ^= 1 << flip % 8
    found, _ = decoded(bytes(line) + whole.encode())
    assert broken not in found or broken == whole
    assert found[-1] == whole


@given(PACKETS, PACKETS, st.data())
def test_a_lost_byte_costs_one_packet(broken, whole, data):
    line = bytearray(broken.encode())
    del line[data.draw(st.integers(0, len(line) - 1))]
    found, _ = decoded(bytes(line) + whole.encode())
    assert found[-1] == whole and len(found) <= 2


@given(PACKETS, PACKETS, st.data())
def test_a_truncated_packet_costs_one_packet(broken, whole, data):
    line = broken.encode()
    line = line[: data.draw(st.integers(0, len(line) - 1))]
    assert decoded(line + whole.encode())[0] == [whole]


def test_silence_ends_the_wait_for_a_packet_that_was_none():
    decoder, whole = Decoder(), Packet(1, 2, b"abc")
    assert decoder.feed(bytes([SYNC, 255, 1]) + whole.encode()) == []
    assert decoder.flush() == [whole]
    assert decoder.dropped == 3


def test_an_impossible_length_ends_the_wait_at_once():
    decoder, whole = Decoder(), Packet(1, 2, b"abc")
    assert decoder.feed(bytes([SYNC, 1, 16]) + whole.encode()) == [whole]
    assert (decoder.bad, decoder.dropped) == (1, 3)
