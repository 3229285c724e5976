import struct

import pytest

from accelgen.errors import DataError
from accelgen.link import Answer, Counts, Status, Version


def device(classes: int, flags: int) -> Version:
    return Version.parse(struct.pack("<4B2HI", 1, classes, 7, flags, 56, 512, 25_000_000) + bytes(12))


def test_a_version_is_read_from_its_words():
    payload = struct.pack("<4B2HI", 1, 10, 7, 0b010, 56, 512, 25_000_000) + bytes(range(12))
    found = Version.parse(payload)
    assert (found.classes, found.beats, found.beat_bytes, found.max_payload) == (10, 56, 7, 512)
    assert (found.spiking, found.loadable, found.early_stop, found.scores_alone) == (
        False,
        True,
        False,
        False,
    )
    assert (found.clock_hz, found.network) == (25_000_000, "000102030405060708090a0b")


def test_a_status_is_read_from_its_words():
    found = Status.parse(struct.pack("<7I", 0x0401, 1, 2, 3, 4, 5, 6))
    assert found == Status(True, 4, 1, 2, 3, 4, 5, 6)


def test_scores_are_signed_and_timesteps_are_above_the_class():
    answer = struct.pack("<IiiI", 99, -5, 7, 1 | 3 << 16)
    assert Answer.parse(answer, device(2, flags=0)) == Answer(99, (-5, 7), 1, 3)


def test_nothing_follows_scores_that_come_alone():
    assert Answer.parse(struct.pack("<Iii", 99, -5, 7), device(2, flags=8)) == Answer(99, (-5, 7), None, 0)
    with pytest.raises(DataError, match="^an answer must have 12 bytes, not 16 bytes$"):
        Answer.parse(bytes(16), device(2, flags=8))


@pytest.mark.parametrize(
    ("read", "rule"),
    [
        (lambda: Version.parse(bytes(20)), "a version must have 24 bytes, not 20 bytes"),
        (lambda: Status.parse(bytes(3)), "a status must have 28 bytes, not 3 bytes"),
        (lambda: Answer.parse(bytes(8), device(10, flags=0)), "an answer must have 48 bytes, not 8 bytes"),
    ],
)
def test_a_payload_of_another_length_is_refused(read, rule):
    with pytest.raises(DataError, match=f"^{rule}$"):
        read()


def test_counters_have_two_words_each():
    words = (0x0201, 16, 5, 1, 7, 2, 9, 3)
    found = Counts.parse(struct.pack("<8I", *words))
    assert found == Counts(True, 2, 16, 5 | 1 << 32, 7 | 2 << 32, 9 | 3 << 32)
    with pytest.raises(DataError, match="^counts must have 32 bytes, not 28 bytes$"):
        Counts.parse(bytes(28))


def test_a_device_that_plays_a_pattern_says_so():
    assert device(0, flags=0b10000).pattern and not device(0, flags=0b01111).pattern
