"""Operators of RTLIL cells, every operand as wide as Verilog takes it, and what is simpler and the same."""

from __future__ import annotations

from accelgen.errors import ToolError
from accelgen.rtl.text.values import Bits, Cat, Op, Ref, Value, cat, part, stretched

__all__ = ["NARROWABLE", "op", "operator"]

BINARY = {"$and": "&", "$or": "|", "$xor": "^", "$add": "+", "$sub": "-", "$mul": "*"}
COMPARE = {"$eq": "==", "$ne": "!=", "$lt": "<", "$le": "<=", "$gt": ">", "$ge": ">="}
REDUCE = {"$reduce_or": "any", "$reduce_bool": "any", "$reduce_and": "all", "$reduce_xor": "parity"}
SHIFT = {"$shl": "<<", "$shr": ">>", "$sshr": ">>>"}
#: Cells of which the low bits depend on the low bits of A and B alone.
NARROWABLE = {*BINARY, "$not", "$neg", "$mux", "$shl"}
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
OPPOSITE |= {f"s{kind}": f"s{other}" for kind, other in OPPOSITE.items() if "<" in kind or ">" in kind}


def operator(kind: str, ports: dict[str, Value], signed: tuple[bool, bool], width: int) -> Value:
    """Return what a cell computes.

    Parameters
    ----------
    kind : str
        In RTLIL.
    ports : dict of str to Value
        ``A``, ``B`` and ``S``, as far as it has them.
    signed : (bool, bool)
        Of A and B.
    width : int
        Of the result.
    """
    a, b = ports["A"], ports.get("B", Bits(""))
    if kind == "$mux":
        return op("?", (ports["S"], part(b, 0, width), part(a, 0, width)), width)
    if kind in BINARY:
        return op(BINARY[kind], (_fit(a, width, signed[0]), _fit(b, width, signed[1])), width)
    if kind in ("$not", "$neg"):
        return op("~" if kind == "$not" else "negative", (_fit(a, width, signed[0]),), width)
    if kind in COMPARE and width == 1:
        wider = max(a.width, b.width)
        pair = _fit(a, wider, signed[0]), _fit(b, wider, signed[1])
        ordered = kind not in ("$eq", "$ne")
        return op(("s" if signed[0] and ordered else "") + COMPARE[kind], pair, 1)
    if kind in REDUCE and width == 1:
        return op(REDUCE[kind], (a,), 1)
    if kind in SHIFT and (kind == "$shl" or a.width <= width):
        return op(SHIFT[kind], (_fit(a, width, signed[0]), b), width)
    raise ToolError(f"RTLIL: a cell {kind} of {width} bits has no way into Verilog here")


def _fit(value: Value, width: int, signed: bool) -> Value:
    return stretched(value, width, signed=signed)


def op(kind: str, args: tuple[Value, ...], width: int) -> Value:
    """Return an operator, or something simpler that is the same."""
    if kind in ("&", "|", "^"):
        return _bitwise(kind, args, width)
    if kind == "~":
        return _inverted(args[0], width)
    if kind in ("any", "all", "parity"):
        return _reduced(kind, args[0])
    if kind == "?":
        return _chosen(args, width)
    if kind in OPPOSITE and not kind.startswith("s"):
        return _compared(kind, *args)
    if kind in SHIFT.values() and set(getattr(args[1], "text", "1")) <= {"0"}:
        return args[0]
    return Op(kind, args, width)


def _constant(value: Value, bit: str) -> bool:
    return isinstance(value, Bits) and set(value.text) == {bit}


def _bitwise(kind: str, args: tuple[Value, ...], width: int) -> Value:
    for one, other in (args, args[::-1]):
        if _constant(one, "0"):
            return one if kind == "&" else other
        if _constant(one, "1"):
            return {"&": other, "|": one}.get(kind) or _inverted(other, width)
    return Op(kind, args, width)


def _inverted(value: Value, width: int) -> Value:
    if isinstance(value, Bits):
        return Bits(value.text.translate(str.maketrans("01", "10")))
    if isinstance(value, Op) and value.kind == "~":
        return value.args[0]
    if isinstance(value, Op) and value.kind in OPPOSITE:
        return Op(OPPOSITE[value.kind], value.args, 1)
    if isinstance(value, Op) and value.kind == "any":
        return op("==", (value.args[0], Bits("0" * value.args[0].width)), 1)
    return Op("~", (value,), width)


def _reduced(kind: str, value: Value) -> Value:
    if kind == "any" and isinstance(value, Cat):
        value = cat([one for one in value.parts if not _constant(one, "0")])
    if value.width == 1:
        return value
    if isinstance(value, Bits):
        ones = value.text.count("1")
        return Bits(str(int({"any": ones > 0, "all": ones == value.width, "parity": ones % 2 == 1}[kind])))
    return Op(kind, (value,), 1)


def _chosen(args: tuple[Value, ...], width: int) -> Value:
    test, yes, no = args
    if isinstance(test, Bits):
        return yes if test.text == "1" else no
    if yes == no:
        return yes
    if isinstance(no, Op) and no.kind == "?" and no.args[1] == yes:
        return _chosen((op("|", (test, no.args[0]), 1), yes, no.args[2]), width)
    if isinstance(test, Op) and test.kind == "~":
        return _chosen((test.args[0], no, yes), width)
    if width == 1:
        if isinstance(yes, Bits):
            return op("|", (test, no), 1) if yes.text == "1" else op("&", (op("~", (test,), 1), no), 1)
        if isinstance(no, Bits):
            return op("&", (test, yes), 1) if no.text == "0" else op("|", (op("~", (test,), 1), yes), 1)
    return Op("?", args, width)


def _zeros_above(value: Value) -> int:
    """Return how many of the highest bits are constant zeros."""
    if isinstance(value, Cat):
        value = value.parts[-1]
    if not isinstance(value, Bits):
        return 0
    return len(value.text) - len(value.text.lstrip("0"))


def _compared(kind: str, one: Value, other: Value) -> Value:
    spare = min(_zeros_above(one), _zeros_above(other), one.width - 1)
    one, other = (part(value, 0, value.width - spare) for value in (one, other))
    if one.width == 1 and kind in ("==", "!="):
        for left, right in ((one, other), (other, one)):
            if isinstance(right, Bits):
                return left if (right.text == "1") == (kind == "==") else _inverted(left, 1)
    if isinstance(one, Bits) and isinstance(other, Bits):
        pair = one.number, other.number
        true = {"==": pair[0] == pair[1], "!=": pair[0] != pair[1], "<": pair[0] < pair[1]}
        true |= {"<=": pair[0] <= pair[1], ">": pair[0] > pair[1], ">=": pair[0] >= pair[1]}
        return Bits(str(int(true[kind])))
    return Op(kind, (one, other), 1)


def simple(value: Value) -> bool:
    """Return whether a value is a net, a piece of one, or constant."""
    return isinstance(value, Ref | Bits)
