"""Memories as Verilog, in the form of which every tool makes block RAM."""

from __future__ import annotations

from typing import Literal

from accelgen.rtl.text.expressions import constant, expression
from accelgen.rtl.text.lines import vector, wrapped
from accelgen.rtl.text.modules import ReadPort, Rows, WritePort
from accelgen.rtl.text.values import Bits, Value, part

__all__ = ["Rom", "contents", "hex_text", "is_rom", "ports"]

#: How a memory of constants is written: with ``initial``, as a ``case``, or with the words in a file beside.
Rom = Literal["initial", "case", "hex"]

# Yosys takes a time that is quadratic in the statements of a block: minutes for a table of 13,000 words.
STATEMENTS = 64
#: Rounds of a loop, for the same reason.
ROUNDS = 256


def is_rom(memory: Rows) -> bool:
    """Return whether nobody writes a memory, which is read by a clock."""
    return not memory.writes and all(read.clock for read in memory.reads)


def contents(memory: Rows, rom: Rom = "initial", file: str = "") -> list[str]:
    """Return the declaration of a memory and its words at the start.

    Parameters
    ----------
    memory : Rows
        A memory of constants or one that is written.
    rom : {"initial", "case", "hex"}
        How words are written that nobody changes.
    file : str
        What holds them with "hex", see `hex_text`.
    """
    if is_rom(memory) and rom == "case":
        return []
    attributes = "".join(
        f'  (* {key} = "{value}" *)\n' if isinstance(value, str) else f"  (* {key} *)\n"
        for key, value in memory.attributes.items()
        if value
    )
    words = f"  reg {vector(memory.net.width)}{memory.net.name} [0:{memory.depth - 1}];"
    if is_rom(memory) and rom == "hex":
        return [attributes + words, f'  initial $readmemh("{file}", {memory.net.name});']
    return [attributes + words, *_words(memory.net.name, memory.words)]


def hex_text(memory: Rows) -> str:
    """Return the words of a memory as ``$readmemh`` reads them, one a line."""
    digits = -(-memory.net.width // 4)
    return "".join(f"{int(word, 2):0{digits}x}\n" for word in memory.words)


def ports(memory: Rows, rom: Rom = "initial") -> list[list[str]]:
    """Return what the clocked ports of a memory do, in a block for each clock."""
    name = memory.net.name
    by_clock: dict = {}
    for read in memory.reads:
        if read.clock and is_rom(memory) and rom == "case":
            by_clock.setdefault(read.clock, []).extend(_cases(memory, read))
        elif read.clock:
            line = f"{read.net.name} <= {name}[{expression(read.address)}];"
            by_clock.setdefault(read.clock, []).append(_enabled(read.enable, line))
    for write in memory.writes:
        by_clock.setdefault(write.clock, []).extend(_written(name, write))
    return [
        [f"  always @(posedge {clock.name}) begin", *(f"    {line}" for line in body), "  end"]
        for clock, body in by_clock.items()
    ]


def _cases(memory: Rows, read: ReadPort) -> list[str]:
    """Return the words of a memory of constants as cases of its address."""
    width = read.address.width
    lines = [f"case ({expression(read.address)})"]
    for row, word in enumerate(memory.words[: 1 << width]):
        lines.append(f"  {width}'d{row}: {read.net.name} <= {constant(Bits(word))};")
    lines += [f"  default: {read.net.name} <= {constant(Bits('0' * memory.net.width))};", "endcase"]
    if read.enable == Bits("1"):
        return lines
    return [f"if ({expression(read.enable)}) begin", *(f"  {line}" for line in lines), "end"]


def _enabled(enable: Value, line: str) -> str:
    if isinstance(enable, Bits):
        return line if enable.text == "1" else ""
    return f"if ({expression(enable)}) {line}"


def _written(name: str, port: WritePort) -> list[str]:
    """Return what a write port does, in a line for all neighbouring bits with the same enable."""
    lines, low = [], 0
    word = f"{name}[{expression(port.address)}]"
    bits = [part(port.enable, at, 1) for at in range(port.data.width)]
    while low < len(bits):
        high = low
        while high < len(bits) and bits[high] == bits[low]:
            high += 1
        whole = high - low == len(bits)
        enable = bits[low]
        data = part(port.data, low, high - low)
        there = word if whole else f"{word}[{high - 1}:{low}]" if high - low > 1 else f"{word}[{low}]"
        if enable != Bits("0"):
            (line, *more) = wrapped(f"{there} <= ", data, ";")
            lines.append(_enabled(enable, " ".join([line, *(one.strip() for one in more)])))
        low = high
    return lines


def _words(name: str, words: list[str]) -> list[str]:
    """Return the words at the start, in short blocks."""
    if not words:
        return []
    if len(set(words)) == 1:
        return _alike(name, len(words), constant(Bits(words[0])))
    lines = []
    for first in range(0, len(words), STATEMENTS):
        some = enumerate(words[first : first + STATEMENTS], first)
        width = len(words[0])
        digits = -(-width // 4)
        lines += [
            "  initial begin",
            *(f"    {name}[{row}] = {width}'h{int(bits, 2):0{digits}x};" for row, bits in some),
            "  end",
        ]
    return lines


def _alike(name: str, depth: int, word: str) -> list[str]:
    """Return the start of a memory of which all words start alike."""
    lines = []
    for number, first in enumerate(range(0, depth, ROUNDS)):
        last = min(first + ROUNDS, depth)
        lines += [
            f"  initial begin : {name}_start_{number}",
            "    integer row;",
            f"    for (row = {first}; row < {last}; row = row + 1) {name}[row] = {word};",
            "  end",
        ]
    return lines
