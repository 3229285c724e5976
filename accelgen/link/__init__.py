"""The host's side of the link to a board: packets, messages and the conversation (`docs/protocol.md`)."""

from accelgen.link.crc import crc16
from accelgen.link.device import Device
from accelgen.link.messages import Answer, Counts, Refusal, Request, Status, Version
from accelgen.link.packet import MAX_PAYLOAD, SYNC, Decoder, Packet

__all__ = [
    "MAX_PAYLOAD",
    "SYNC",
    "Answer",
    "Counts",
    "Decoder",
    "Device",
    "Packet",
    "Refusal",
    "Request",
    "Status",
    "Version",
    "crc16",
]
