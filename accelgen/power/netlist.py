"""A mapped netlist, flat: cells and memories, and the nets between them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import ToolError, at

__all__ = ["Instance", "Memory", "Net", "Netlist", "read_netlist"]


@dataclass(frozen=True, slots=True)
class Net:
    """A net: the path of the instance it is named in, and its name there; constants have no name."""

    path: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Instance:
    """A cell.

    Attributes
    ----------
    kind : str
        Its name in the library.
    block : str
        Name of the module that it stands in.
    pins : dict of str to Net or None
        What each pin is connected to; None is a constant.
    """

    kind: str
    block: str
    pins: dict[str, Net | None]


@dataclass(frozen=True, slots=True)
class Memory:
    """A memory.

    Attributes
    ----------
    name : str
        Of the memory in the sources.
    depth, width : int
        Words, and bits of each.
    reads, writes : tuple of (tuple of Net or None)
        Enables of each port, one for each distinct net; None is a constant 1.
    """

    name: str
    depth: int
    width: int
    reads: tuple[tuple[Net | None, ...], ...]
    writes: tuple[tuple[Net | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Netlist:
    """Cells and memories of a design."""

    instances: list[Instance]
    memories: list[Memory]


def read_netlist(path: Path, top: str) -> Netlist:
    """Read what Yosys' ``write_json`` wrote.

    Raises
    ------
    ToolError
        If the file is not that, or holds something that is neither cell, memory nor module.
    """
    with at(path):
        try:
            modules = json.loads(path.read_text())["modules"]
        except (OSError, ValueError, KeyError) as error:
            raise ToolError(f"is not a netlist of Yosys ({error})") from error
        found = Netlist([], [])
        _walk(modules, top, (top,), {}, found)
    return found


def _walk(modules: dict, kind: str, path: tuple[str, ...], outer: dict[int, Net], found: Netlist) -> None:
    """Add what module ``kind`` holds; ``outer`` are its bits that are nets of the module around it."""
    module = modules[kind]
    nets = dict(_named(module, path)) | outer
    for name, cell in module["cells"].items():
        bits = {pin: [_net(nets, bit, path) for bit in wired] for pin, wired in cell["connections"].items()}
        if cell["type"] == "$mem_v2":
            found.memories.append(_memory(cell, bits))
        elif cell["type"] in modules:
            inner = modules[cell["type"]]
            ports = {
                bit: net
                for port, wired in bits.items()
                for bit, net in zip(inner["ports"][port]["bits"], wired, strict=True)
                if isinstance(bit, int) and net is not None
            }
            _walk(modules, cell["type"], (*path, name), ports, found)
        elif cell["type"].startswith("$"):
            raise ToolError(f"{name}: {cell['type']} was not mapped to a cell")
        else:
            found.instances.append(Instance(cell["type"], kind, {pin: net[0] for pin, net in bits.items()}))


def _named(module: dict, path: tuple[str, ...]) -> Iterator[tuple[int, Net]]:
    for name, wire in module["netnames"].items():
        for place, bit in enumerate(wire["bits"]):
            if isinstance(bit, int):
                index = place + wire.get("offset", 0)
                yield bit, Net(path, name if len(wire["bits"]) == 1 else f"{name}[{index}]")


def _net(nets: dict[int, Net], bit: int | str, path: tuple[str, ...]) -> Net | None:
    return None if isinstance(bit, str) else nets[bit]


def _memory(cell: dict, bits: dict[str, list[Net | None]]) -> Memory:
    values = cell["parameters"]
    width, depth = int(values["WIDTH"], 2), int(values["SIZE"], 2)
    ports = []
    for side, step in (("RD", 1), ("WR", width)):
        count = int(values[f"{side}_PORTS"], 2)
        enables = bits.get(f"{side}_EN", [])
        ports.append(tuple(tuple(dict.fromkeys(enables[n * step : (n + 1) * step])) for n in range(count)))
    return Memory(values["MEMID"].lstrip("\\"), depth, width, *ports)
