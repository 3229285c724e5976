"""Words of memories, kept aside while Amaranth writes a design.

Amaranth makes an object of each bit of a memory, a hundred bytes and more for each weight. So memories are
written with the number of their contents in the place of the words, and the words are put back when the
text is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from amaranth.hdl import Fragment, Shape
from amaranth.hdl._mem import MemoryData, MemoryInstance

__all__ = ["kept_aside"]

#: Bits of the number that stands for contents.
NUMBER_BITS = 32


@contextmanager
def kept_aside(fragment: Fragment) -> Iterator[list[list[str]]]:
    """Take the words out of all memories of a design, and put them back at the end.

    Parameters
    ----------
    fragment : Fragment
        An elaborated design. Within the context its memories start with a number, lowest bits first: that of
        their words in the list.

    Yields
    ------
    list of list of str
        The words of each memory: all of its depth, word 0 first, the highest bit first.
    """
    taken: dict[int, tuple[MemoryData.Init, list[int]]] = {}
    words: list[list[str]] = []
    for memory in _memories(fragment):
        start = memory._data._init
        width = Shape.cast(memory._data.shape).width
        if id(start) in taken or not width:
            continue
        every, number = (1 << width) - 1, len(words)
        taken[id(start)] = start, start._raw
        words.append([f"{word & every:0{width}b}" for word in start._raw])
        start._raw = [number >> low & every for low in range(0, NUMBER_BITS, width)]
    try:
        yield words
    finally:
        for start, raw in taken.values():
            start._raw = raw


def _memories(fragment: Fragment) -> Iterator[MemoryInstance]:
    if isinstance(fragment, MemoryInstance):
        yield fragment
    for inner, _, _ in fragment.subfragments:
        yield from _memories(inner)
