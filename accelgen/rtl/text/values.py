"""What a net carries, as a tree of which every node knows its width.

Each operand that Verilog would stretch has the width of its result here: what is printed means the same
wherever it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

__all__ = [
    "Bits",
    "Cat",
    "Net",
    "Op",
    "Ref",
    "Value",
    "cat",
    "nets_of",
    "part",
    "part_of",
    "rebuilt",
    "stretched",
]

#: Operators of which each bit of the result depends on the same bit of every operand.
BITWISE = {"~", "&", "|", "^"}


@dataclass(eq=False, slots=True)
class Net:
    """A wire or a register of a module; two nets are never equal.

    Attributes
    ----------
    name : str
        In RTLIL first, in Verilog in the end.
    width : int
    port : {"input", "output", None}
    named : bool
        Somebody gave it a name.
    start : str or None
        Bits of a register at the start, the highest first.
    source : str
        Name in RTLIL.
    kept : bool
        Synthesis is asked to keep it as it is.
    """

    name: str
    width: int
    port: str | None = None
    named: bool = True
    start: str | None = None
    source: str = ""
    comment: str = ""
    kept: bool = False

    def __repr__(self) -> str:
        return f"Net({self.name})"


@dataclass(frozen=True, slots=True)
class Bits:
    """Constant bits, the highest first."""

    text: str

    @property
    def width(self) -> int:
        """How many there are."""
        return len(self.text)

    @property
    def number(self) -> int:
        """The unsigned number that they are; no bits are 0."""
        return int(self.text or "0", 2)


@dataclass(frozen=True, slots=True)
class Ref:
    """Bits of a net."""

    net: Net
    low: int
    width: int

    @property
    def whole(self) -> bool:
        """It is all of the net."""
        return self.low == 0 and self.width == self.net.width


@dataclass(frozen=True, slots=True)
class Cat:
    """Values side by side, the lowest first."""

    parts: tuple[Value, ...]
    width: int = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "width", sum(one.width for one in self.parts))


@dataclass(frozen=True, slots=True)
class Op:
    """An operator.

    Attributes
    ----------
    kind : str
        As in Verilog; ``any``, ``all`` and ``parity`` for ``|``, ``&`` and ``^`` of one operand; ``s<`` and
        the like for signed operands; ``?`` chooses its second operand if the first is one, else its third.
    args : tuple of Value
    width : int
        Of the result.
    """

    kind: str
    args: tuple[Value, ...]
    width: int


Value = Bits | Ref | Cat | Op


def cat(parts: list[Value]) -> Value:
    """Return values side by side, the lowest first; neighbours that belong together become one."""
    flat: list[Value] = []
    for one in parts:
        for piece in one.parts if isinstance(one, Cat) else [one]:
            last = flat[-1] if flat else None
            if isinstance(piece, Bits) and isinstance(last, Bits):
                flat[-1] = Bits(piece.text + last.text)
            elif isinstance(piece, Ref) and isinstance(last, Ref) and _follows(last, piece):
                flat[-1] = Ref(last.net, last.low, last.width + piece.width)
            elif piece.width:
                flat.append(piece)
    return flat[0] if len(flat) == 1 else Cat(tuple(flat)) if flat else Bits("")


def _follows(last: Ref, piece: Ref) -> bool:
    return piece.net is last.net and piece.low == last.low + last.width


def part(value: Value, low: int, width: int) -> Value:
    """Return some bits of a value of which that takes no net of its own."""
    found = part_of(value, low, width)
    if found is None:
        raise ValueError(f"bits of {value!r} take a net of their own")
    return found


def part_of(value: Value, low: int, width: int) -> Value | None:
    """Return some bits of a value, or None where that takes a net of its own."""
    if low == 0 and width == value.width:
        return value
    if isinstance(value, Bits):
        return Bits(value.text[len(value.text) - low - width : len(value.text) - low])
    if isinstance(value, Ref):
        return Ref(value.net, value.low + low, width)
    if isinstance(value, Cat):
        found: list[Value] = []
        at = 0
        for one in value.parts:
            first, last = max(low, at), min(low + width, at + one.width)
            if first < last:
                piece = part_of(one, first - at, last - first)
                if piece is None:
                    return None
                found.append(piece)
            at += one.width
        return cat(found)
    return None


def stretched(value: Value, width: int, *, signed: bool) -> Value:
    """Return a value of ``width`` bits that means the same, or its lowest ``width`` bits."""
    if value.width >= width:
        return part(value, 0, width)
    if isinstance(value, Bits):
        fill = value.text[0] if signed and value.text else "0"
        return Bits(fill * (width - value.width) + value.text)
    if not signed:
        return cat([value, Bits("0" * (width - value.width))])
    sign = part(value, value.width - 1, 1)
    return cat([value, *[sign] * (width - value.width)])


def nets_of(value: Value) -> Iterator[Ref]:
    """Yield each place at which a value reads a net; one that is repeated counts once."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Cat):
        for one, _ in groupby(value.parts):
            yield from nets_of(one)
    elif isinstance(value, Op):
        for one in value.args:
            yield from nets_of(one)


def rebuilt(value: Value, change: Callable[[Ref], Value]) -> Value:
    """Return a value with each reading of a net replaced by ``change`` of it."""
    if isinstance(value, Ref):
        return change(value)
    if isinstance(value, Cat):
        return cat([rebuilt(one, change) for one in value.parts])
    if isinstance(value, Op):
        return Op(value.kind, tuple(rebuilt(one, change) for one in value.args), value.width)
    return value
