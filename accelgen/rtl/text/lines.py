"""Lines that are short enough to read."""

from __future__ import annotations

import textwrap

from accelgen.rtl.text.expressions import expression, operand
from accelgen.rtl.text.values import Cat, Op, Value

__all__ = ["WIDTH", "broken", "filled", "vector", "wrapped"]

WIDTH = 100


def vector(width: int) -> str:
    """Return the range of a net of some bits, with a space behind, or nothing for one bit."""
    return f"[{width - 1}:0] " if width > 1 else ""


def wrapped(before: str, value: Value, after: str) -> list[str]:
    """Return a value between two texts, in as many lines as it takes."""
    text = f"{before}{expression(value)}{after}"
    if len(text) <= WIDTH:
        return [text]
    indent = " " * (len(before) - len(before.lstrip()) + 4)
    if isinstance(value, Op) and value.kind == "?":
        return [before.rstrip(), *_choices(value, indent, after)]
    if isinstance(value, Cat):
        return [f"{before}{{", *_filled(_parts(value), indent), f"{indent[4:]}}}{after}"]
    rest = textwrap.wrap(text.lstrip(), WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
    return [indent[4:] + rest[0], *(indent + line for line in rest[1:])]


def broken(lines: list[str]) -> list[str]:
    """Return lines of which those that are too long go on in another, further to the right."""
    found = []
    for line in lines:
        if len(line) <= WIDTH or "\n" in line:
            found.append(line)
            continue
        indent = line[: len(line) - len(line.lstrip())]
        found += textwrap.wrap(
            line.lstrip(),
            WIDTH,
            initial_indent=indent,
            subsequent_indent=f"{indent}    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return found


def filled(before: str, parts: list[str]) -> list[str]:
    """Return a text and parts behind it, in as many lines as it takes."""
    if len(line := before + " ".join(parts)) <= WIDTH:
        return [line]
    return [before, *_filled(parts, " " * (len(before) - len(before.lstrip()) + 4))]


def _choices(value: Value, indent: str, after: str) -> list[str]:
    lines: list[str] = []
    while isinstance(value, Op) and value.kind == "?":
        test, yes, no = value.args
        lines += _filled([f"{operand(test)} ? {operand(yes)} :"], indent)
        value = no
    return lines + _filled([operand(value) + after], indent)


def _parts(value: Cat) -> list[str]:
    """Return the parts of what stands side by side, the highest first, with commas."""
    text = expression(value)[1:-1]
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter in "({[") - (letter in ")}]")
        if letter == "," and depth == 0:
            parts.append(text[start : at + 1])
            start = at + 2
    return [*parts, text[start:]]


def _filled(parts: list[str], indent: str) -> list[str]:
    """Return parts in lines, as many in each as there is room for."""
    lines: list[str] = []
    for one in parts:
        if lines and len(lines[-1]) + len(one) < WIDTH:
            lines[-1] += f" {one}"
        elif len(one) + len(indent) > WIDTH:
            more = textwrap.wrap(one, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
            lines += [indent + line for line in more]
        else:
            lines.append(indent + one)
    return lines
