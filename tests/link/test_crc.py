from hypothesis import given
from hypothesis import strategies as st

from accelgen.link import crc16


def naive(data: bytes) -> int:
    """Divide bit by bit, as the definition says."""
    value = 0xFFFF
    for bit in (byte >> n & 1 for byte in data for n in range(7, -1, -1)):
        top = value >> 15 ^ bit
        value = (value << 1 & 0xFFFF) ^ (0x1021 * top)
    return value


def test_the_published_check_value():
    assert crc16(b"123456789") == 0x29B1


@given(st.binary(max_size=40))
def test_it_equals_division_bit_by_bit(data):
    assert crc16(data) == naive(data)


@given(st.binary(min_size=1, max_size=40))
def test_data_followed_by_their_check_leave_nothing(data):
    assert crc16(data + crc16(data).to_bytes(2, "big")) == 0
