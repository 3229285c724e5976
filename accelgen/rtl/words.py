"""Bits of the words that cross the edge of the hardware, whatever the network."""

from __future__ import annotations

__all__ = ["BEAT_BITS", "EVENT_BITS", "MOST_NOTED", "NOTE_AT"]

#: Bits of a result word and of a table word.
BEAT_BITS = 32

#: Bits of a word of an event stream.
EVENT_BITS = 32

#: Where in the word of a class a note may begin, and so how many classes there may be beside one.
NOTE_AT = 16
MOST_NOTED = 1 << NOTE_AT
