"""Bits of the words that cross the edge of the hardware, whatever the network."""

from __future__ import annotations

__all__ = ["BEAT_BITS", "EVENT_BITS"]

#: Bits of a result word and of a table word.
BEAT_BITS = 32

#: Bits of a word of an event stream.
EVENT_BITS = 32
