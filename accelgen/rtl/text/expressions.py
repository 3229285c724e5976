"""Values as Verilog expressions.

All operands that Verilog would stretch to the width of their context are as wide as their result already
(`accelgen.rtl.text.values`), so an expression means the same wherever it stands. Signed operators stand in
braces or between one-bit results, for an unsigned neighbour would make them unsigned.
"""

from __future__ import annotations

from itertools import groupby

from accelgen.rtl.text.values import Bits, Cat, Op, Ref, Value

__all__ = ["constant", "expression", "operand"]

#: Verilog's own precedence, for operators that are read without parentheses inside another.
CHAINS = {"&", "|", "^", "+"}
UNARY = {"~": "~", "any": "|", "all": "&", "parity": "^", "negative": "-"}
#: Constants of more bits are hexadecimal.
DECIMAL_BITS = 10


def expression(value: Value) -> str:
    """Return a value as an expression."""
    if isinstance(value, Bits):
        return constant(value)
    if isinstance(value, Ref):
        return _ref(value)
    if isinstance(value, Cat):
        return _cat(value)
    if value.kind in UNARY:
        return UNARY[value.kind] + operand(value.args[0])
    if value.kind == "?":
        return _choice(value)
    if value.kind[0] == "s":
        return f"{_signed(value.args[0])} {value.kind[1:]} {_signed(value.args[1])}"
    if value.kind == ">>>":
        return f"{_signed(value.args[0])} >>> {operand(value.args[1])}"
    left, right = value.args
    # a - (b - c) and the like: only the left operand of a chain goes without parentheses
    return f"{operand(left, value.kind)} {value.kind} {operand(right, '')}"


def constant(bits: Bits) -> str:
    """Return a constant with its width."""
    width = bits.width
    if width == 1:
        return f"1'b{bits.text}"
    if width <= DECIMAL_BITS or bits.number < 10:
        return f"{width}'d{bits.number}"
    return f"{width}'h{bits.number:0{-(-width // 4)}x}"


def _ref(ref: Ref) -> str:
    if ref.whole:
        return ref.net.name
    if ref.width == 1:
        return f"{ref.net.name}[{ref.low}]"
    return f"{ref.net.name}[{ref.low + ref.width - 1}:{ref.low}]"


def _cat(value: Cat) -> str:
    found = []
    for one, run in groupby(reversed(value.parts)):
        count, text = len(list(run)), expression(one)
        found.append(f"{{{count}{{{text}}}}}" if count > 1 else text)
    return found[0] if len(found) == 1 else f"{{{', '.join(found)}}}"


def operand(value: Value, chain: str | None = None) -> str:
    """Return a value as an operand, in parentheses unless it goes without.

    ``chain`` is the operator it stands beside, "" on its right, None where nothing goes without: ``^~x`` is
    not ``^(~x)``.
    """
    text = expression(value)
    if not isinstance(value, Op) or (chain == value.kind and chain in CHAINS):
        return text
    if value.kind == ">>>":
        return f"{{{text}}}"
    if value.kind == "~" and chain is not None:
        return text
    return f"({text})"


def _choice(value: Op) -> str:
    test, yes, no = value.args
    other = _choice(no) if isinstance(no, Op) and no.kind == "?" else operand(no)
    return f"{operand(test)} ? {operand(yes)} : {other}"


def _signed(value: Value) -> str:
    if isinstance(value, Bits) and value.width > 1:
        number = value.number - (1 << value.width if value.text[0] == "1" else 0)
        return f"{'-' * (number < 0)}{value.width}'sd{abs(number)}"
    return f"$signed({expression(value)})"
