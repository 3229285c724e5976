"""What requests and answers mean: their types, and their payloads as numbers."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from accelgen.errors import DataError

__all__ = [
    "ANSWER",
    "PATTERN",
    "PROTOCOL",
    "REFUSED",
    "Answer",
    "Counts",
    "Refusal",
    "Request",
    "Status",
    "Version",
]

#: Version of the protocol.
PROTOCOL = 1

#: Added to the type of a request, it is the type of its answer.
ANSWER = 0x80

#: Type of an answer that refuses.
REFUSED = 0xFF

#: Flag of a version: the device plays a pattern of its own, and takes no images.
PATTERN = 1 << 4


class Request(IntEnum):
    """Types of requests."""

    VERSION = 1
    STATUS = 2
    CLASSIFY = 3
    LOAD = 4
    COUNTS = 5


class Refusal(IntEnum):
    """Why a device refuses a request."""

    CRC = 1
    LENGTH = 2
    UNKNOWN = 3
    NOT_LOADED = 4
    IMAGE = 5


def _words(payload: bytes, name: str, count: int | None = None) -> tuple[int, ...]:
    if len(payload) % 4 or (count is not None and len(payload) != 4 * count):
        wanted = "whole words" if count is None else f"{4 * count} bytes"
        raise DataError(f"{name} must have {wanted}, not {len(payload)} bytes")
    return struct.unpack(f"<{len(payload) // 4}I", payload)


@dataclass(frozen=True, slots=True)
class Version:
    """What a device reports about itself.

    Attributes
    ----------
    protocol, classes : int
        Version of the protocol; scores of an image.
    beat_bytes, beats : int
        Shape of an image on the link.
    spiking, loadable, early_stop : bool
        Properties of the network and its hardware.
    scores_alone : bool
        Nothing follows the scores in an answer.
    pattern : bool
        It plays a pattern, and takes no images: classes and beats are 0.
    max_payload : int
        Bytes of the longest request.
    clock_hz : int
        Clock of the device.
    network : str
        First 24 hex digits of the SHA-256 of the network file.
    """

    protocol: int
    classes: int
    beat_bytes: int
    beats: int
    spiking: bool
    loadable: bool
    early_stop: bool
    scores_alone: bool
    pattern: bool
    max_payload: int
    clock_hz: int
    network: str

    @classmethod
    def parse(cls, payload: bytes) -> Version:
        """Read the payload of an answer, or raise `DataError`."""
        _words(payload, "a version", 6)
        protocol, classes, beat_bytes, flags, beats, longest, clock = struct.unpack("<4B2HI", payload[:12])
        return cls(
            protocol=protocol,
            classes=classes,
            beat_bytes=beat_bytes,
            beats=beats,
            spiking=bool(flags & 1),
            loadable=bool(flags & 2),
            early_stop=bool(flags & 4),
            scores_alone=bool(flags & 8),
            pattern=bool(flags & PATTERN),
            max_payload=longest,
            clock_hz=clock,
            network=payload[12:].hex(),
        )


@dataclass(frozen=True, slots=True)
class Status:
    """What has happened on a device.

    Attributes
    ----------
    ready : bool
        The tables are whole.
    errors : int
        Error bits of the top.
    images, packets, crc_errors, given_up, garbage, lost : int
        Images classified; packets with a right and with a wrong CRC; packets given up; bytes outside packets;
        bytes lost while a request was worked on. All modulo 2**16.
    """

    ready: bool
    errors: int
    images: int
    packets: int
    crc_errors: int
    given_up: int
    garbage: int
    lost: int

    @classmethod
    def parse(cls, payload: bytes) -> Status:
        """Read the payload of an answer, or raise `DataError`."""
        first, *counters = _words(payload, "a status", 7)
        return cls(bool(first & 1), first >> 8 & 0xF, *counters)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a device has counted of its pattern, up to the end of a round; each counter has 48 bits.

    Attributes
    ----------
    spoilt : bool
        A result has been wrong, if only in the round that is under way.
    errors : int
        Error bits of the top.
    samples : int
        Samples of the pattern.
    cycles : int
        Clock cycles since the device started.
    results, wrong : int
        Results, and those that were not the golden model's.
    """

    spoilt: bool
    errors: int
    samples: int
    cycles: int
    results: int
    wrong: int

    @classmethod
    def parse(cls, payload: bytes) -> Counts:
        """Read the payload of an answer, or raise `DataError`."""
        flags, samples, *halves = _words(payload, "counts", 8)
        cycles, results, wrong = (
            low | high << 32 for low, high in zip(halves[::2], halves[1::2], strict=True)
        )
        return cls(bool(flags & 1), flags >> 8 & 0xF, samples, cycles, results, wrong)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a device answers for an image.

    Attributes
    ----------
    cycles : int
        Clock cycles from the last beat of the image to the class.
    scores : tuple of int
        Class 0 first.
    label : int or None
        The class, or the decision of a threshold; None where scores come alone.
    timesteps : int
        Timesteps used; 0 if the network does not spike.
    """

    cycles: int
    scores: tuple[int, ...]
    label: int | None
    timesteps: int

    @classmethod
    def parse(cls, payload: bytes, version: Version) -> Answer:
        """Read the payload of an answer of the device with a ``version``, or raise `DataError`."""
        count = version.classes
        cycles, *words = _words(payload, "an answer", count + 2 - version.scores_alone)
        signed = tuple(score - (1 << 32) if score >> 31 else score for score in words[:count])
        if version.scores_alone:
            return cls(cycles, signed, None, 0)
        return cls(cycles, signed, words[-1] & 0xFFFF, words[-1] >> 16)
