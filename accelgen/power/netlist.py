"""A mapped netlist, flat: cells and memories, and the nets between them.

A net is a number. Where something is connected to a constant it has "0", "1" or "x" instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from accelgen.errors import ToolError, at
from accelgen.reading import read_json

__all__ = ["Bit", "Instance", "Memory", "Netlist", "Port", "read_netlist"]

Bit = int | str


@dataclass(frozen=True, slots=True)
class Instance:
    """A cell.

    Attributes
    ----------
    kind : str
        Its name in the library.
    block : str
        "mac" if it multiplies or adds, else "".
    pins : dict of str to Bit
        What each pin is connected to.
    """

    kind: str
    block: str
    pins: dict[str, Bit]


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a memory.

    Attributes
    ----------
    clock : Bit
        Its rising edge counts.
    enables : tuple of Bit
        One, or, of a port that writes, one for each bit of a word.
    address, data : tuple of Bit
        Bit 0 first.
    """

    clock: Bit
    enables: tuple[Bit, ...]
    address: tuple[Bit, ...]
    data: tuple[Bit, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """A memory.

    Attributes
    ----------
    name : str
        Name of the memory in the sources.
    depth, width : int
        Words, and bits of each.
    reads, writes : tuple of Port
        What it is used through.
    """

    name: str
    depth: int
    width: int
    reads: tuple[Port, ...]
    writes: tuple[Port, ...]


@dataclass(frozen=True, slots=True)
class Netlist:
    """Cells and memories of a design, and its ports.

    Attributes
    ----------
    instances, memories : list
        What is in it.
    inputs, outputs : dict of str to list of Bit
        The bits of each port, bit 0 first.
    part : list of Bit
        Nets whose number tells parts of a run apart, bit 0 first; may be empty.
    """

    instances: list[Instance]
    memories: list[Memory]
    inputs: dict[str, list[Bit]]
    outputs: dict[str, list[Bit]]
    part: list[Bit] = field(default_factory=list)


def read_netlist(path: Path, top: str, part: Sequence[str] = ()) -> Netlist:
    """Read a flat netlist that Yosys' ``write_json`` wrote.

    Parameters
    ----------
    path : Path
        The file.
    top : str
        Its module.
    part : sequence of str
        Names of the nets that tell parts of a run apart: all of them, or there are no parts.

    Raises
    ------
    ToolError
        If the file is not that, or holds something that is neither cell nor memory.
    """
    with at(path):
        try:
            return _netlist(read_json(path, ToolError)["modules"][top], part)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ToolError(f"is not a netlist of Yosys ({error!r})") from error


def _netlist(module: dict, part: Sequence[str]) -> Netlist:
    netlist = Netlist([], [], {}, {})
    for name, port in module["ports"].items():
        (netlist.inputs if port["direction"] == "input" else netlist.outputs)[name] = port["bits"]
    names = module.get("netnames", {})
    if all(name in names for name in part):
        netlist.part.extend(bit for name in part for bit in names[name]["bits"])
    for name, cell in module["cells"].items():
        kind, wired = cell["type"], cell["connections"]
        if kind == "$mem_v2":
            netlist.memories.append(_memory(cell))
        elif kind.startswith("$"):
            raise ToolError(f"{name}: {kind} was not mapped to a cell")
        else:
            block = cell["attributes"].get("block", "")
            netlist.instances.append(Instance(kind, block, {pin: bits[0] for pin, bits in wired.items()}))
    return netlist


def _memory(cell: dict) -> Memory:
    wired, parameters = cell["connections"], cell["parameters"]
    name = parameters["MEMID"].lstrip("\\")
    width, depth, places = (int(parameters[key], 2) for key in ("WIDTH", "SIZE", "ABITS"))
    sides = []
    for side, enables in (("RD", 1), ("WR", width)):
        ports = []
        for number in range(int(parameters[f"{side}_PORTS"], 2)):
            if parameters[f"{side}_CLK_ENABLE"][-1 - number] != "1":
                raise ToolError(f"{name}: has a port without a clock")
            clock, enable, address, data = (
                tuple(wired[f"{side}_{kind}"][number * size : (number + 1) * size])
                for kind, size in (("CLK", 1), ("EN", enables), ("ADDR", places), ("DATA", width))
            )
            ports.append(Port(clock[0], enable, address, data))
        sides.append(tuple(ports))
    return Memory(name, depth, width, *sides)
