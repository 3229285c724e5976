import struct

import pytest

from accelgen.errors import DataError
from accelgen.link import Answer, Status, Version


def test_a_version_is_read_from_its_words():
    payload = struct.pack("<4B2HI", 1, 10, 7, 0b010, 56, 512, 25_000_000) + bytes(range(12))
    found = Version.parse(payload)
    assert (found.classes, found.beats, found.beat_bytes, found.max_payload) == (10, 56, 7, 512)
    assert (found.spiking, found.loadable, found.early_stop) == (False, True, False)
    assert (found.clock_hz, found.network) == (25_000_000, "000102030405060708090a0b")


def test_a_status_is_read_from_its_words():
    found = Status.parse(struct.pack("<7I", 0x0401, 1, 2, 3, 4, 5, 6))
    assert found == Status(True, 4, 1, 2, 3, 4, 5, 6)


def test_scores_are_signed_and_timesteps_are_above_the_class():
    assert Answer.parse(struct.pack("<IiiI", 99, -5, 7, 1 | 3 << 16), 2) == Answer(99, (-5, 7), 1, 3)


@pytest.mark.parametrize(
    ("read", "rule"),
    [
        (lambda: Version.parse(bytes(20)), "a version must have 24 bytes, not 20 bytes"),
        (lambda: Status.parse(bytes(3)), "a status must have 28 bytes, not 3 bytes"),
        (lambda: Answer.parse(bytes(8), 10), "an answer must have 48 bytes, not 8 bytes"),
    ],
)
def test_a_payload_of_another_length_is_refused(read, rule):
    with pytest.raises(DataError, match=f"^{rule}$"):
        read()
