"""A Verilog instance of the top, with every port named, to paste into a module."""

from __future__ import annotations

from accelgen.deliver.interfaces import clock, reset
from accelgen.rtl.edge.ports import Port
from accelgen.rtl.manifest import Manifest
from accelgen.rtl.text.names import KEYWORDS

__all__ = ["template"]


def template(manifest: Manifest) -> str:
    """Return a wire for each port but clock and reset, and an instance of the top that is connected to them.

    It is read as it is inside a module that has the clock and the reset under the names of the ports.
    """
    names = [port.name for port in manifest.ports]
    width = max(map(len, names))
    inside = [f"{clock(manifest).name} and {reset(manifest).name}"]
    return "\n".join(
        [
            f"// An instance of {manifest.name}, to paste into a module that has {inside[0]},",
            f'// or to include there: `include "{manifest.files["template"]}".',
            *_declared([port for port in manifest.ports if port.role == "data"]),
            "",
            f"{_module(manifest.top)} core (",
            ",\n".join(f"  .{name:{width}}({name})" for name in names),
            ");",
            "",
        ]
    )


def _module(name: str) -> str:
    """Return the name of a module as the Verilog has it: one that is a word of the language is escaped."""
    return f"\\{name} " if name in KEYWORDS else name


def _declared(ports: list[Port]) -> list[str]:
    """Return the declarations, each with the direction and the meaning of its port behind it."""
    ranges = [f"[{port.width - 1}:0]" if port.width > 1 else "" for port in ports]
    widest, longest = max(map(len, ranges)), max(len(port.name) for port in ports)
    way = {"input": "in: ", "output": "out:"}
    return [
        f"wire {bits:>{widest}} {port.name + ';':{longest + 1}} // {way[port.direction]} {port.meaning}"
        for port, bits in zip(ports, ranges, strict=True)
    ]
