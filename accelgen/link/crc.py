"""The check that every packet carries."""

from __future__ import annotations

__all__ = ["crc16"]

POLYNOMIAL = 0x1021
START = 0xFFFF


def _entry(byte: int) -> int:
    value = byte << 8
    for _ in range(8):
        value = value << 1 ^ (POLYNOMIAL if value & 0x8000 else 0)
    return value & 0xFFFF


_TABLE = [_entry(byte) for byte in range(256)]


def crc16(data: bytes) -> int:
    """Return the CRC-16/CCITT-FALSE of ``data``: of ``b"123456789"`` it is 0x29B1."""
    value = START
    for byte in data:
        value = (value << 8 & 0xFFFF) ^ _TABLE[value >> 8 ^ byte]
    return value
