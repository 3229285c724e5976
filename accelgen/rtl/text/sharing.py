"""One name for one thing: wires that carry the same are one, and parts of a wire have names of pieces."""

from __future__ import annotations

from accelgen.rtl.text.modules import Module
from accelgen.rtl.text.operators import simple
from accelgen.rtl.text.tidy import rewrite
from accelgen.rtl.text.values import Cat, Net, Ref, Value, rebuilt

__all__ = ["name_parts", "share"]


def name_parts(module: Module) -> None:
    """Give the parts of a wire the names of its pieces.

    Amaranth assigns the fields of a layout to bits of one wire, and reads them as pieces of it: a field that
    another is made of would be read from the whole that it is a part of.
    """
    renamed: dict[Net, Value] = {}
    for net, value in list(module.wires.items()):
        if net.port or not net.named or not isinstance(value, Ref) or value.whole:
            continue
        part = _part(module.wires.get(value.net), value)
        if isinstance(part, Ref) and part.whole and _is_nameless(part.net, module):
            part.net.name, part.net.named = net.name, True
            renamed[net] = part
            del module.wires[net]
    _replace(module, renamed)


def _part(whole: Value | None, piece: Ref) -> Value | None:
    """Return the part that a piece of something side by side is, or None if it is another piece."""
    at = 0
    for part in whole.parts if isinstance(whole, Cat) else ():
        if (at, part.width) == (piece.low, piece.width):
            return part
        at += part.width
    return None


def _is_nameless(net: Net, module: Module) -> bool:
    return not net.named and net.port is None and net in module.wires


def share(module: Module) -> None:
    """Let wires that carry the same be one: a port before any other, then the first."""
    while True:
        first: dict[Value, Net] = {}
        same: dict[Net, Value] = {}
        for net, value in sorted(module.wires.items(), key=lambda pair: pair[0].port is None):
            if simple(value) or net is first.setdefault(value, net) or net.port:
                continue
            same[net] = Ref(first[value], 0, net.width)
        if not same:
            return
        for net in same:
            del module.wires[net]
        _replace(module, same)


def _replace(module: Module, nets: dict[Net, Value]) -> None:
    """Let others stand in the place of nets, each of the same width."""

    def other(ref: Ref) -> Value:
        there = nets.get(ref.net)
        return Ref(there.net, ref.low, ref.width) if isinstance(there, Ref) else ref

    if nets:
        rewrite(module, lambda value: rebuilt(value, other))
