"""Buffers for nets that end in many pins, as a placer would put them: what one cell drives stays small."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from accelgen.power.estimate import clock_nets
from accelgen.power.liberty import Library
from accelgen.power.netlist import Instance, Netlist

__all__ = ["FANOUT", "buffered"]

#: Pins that one cell drives, at most.
FANOUT = 16


def buffered(netlist: Netlist, library: Library, buffer: str, fanout: int = FANOUT) -> Netlist:
    """Return the netlist with a tree of buffers on every net, but clocks, that ends in too many pins.

    Memories and ports stay on the net itself.

    Parameters
    ----------
    netlist : Netlist
        Is left as it is.
    library : Library
        Of the cells.
    buffer : str
        Its cell with one input and an equal output.
    fanout : int
        Pins that a cell may drive, 2 or more.
    """
    cell = library.cells[buffer]
    (entry,) = (name for name, pin in cell.pins.items() if not pin.output)
    (leaving,) = (name for name, pin in cell.pins.items() if pin.output)
    instances = [replace(instance, pins=dict(instance.pins)) for instance in netlist.instances]
    clocks, sinks = clock_nets(netlist, library), defaultdict(list)
    for instance in instances:
        for name, net in instance.pins.items():
            if isinstance(net, int) and not library.cells[instance.kind].pins[name].output:
                sinks[net].append((instance, name))
    following = 1 + max(_nets(netlist))
    for net in [net for net in sinks if net not in clocks]:
        ends = sinks[net]
        while len(ends) > fanout:
            drivers = []
            for start in range(0, len(ends), fanout):
                group = ends[start : start + fanout]
                driver = Instance(buffer, group[0][0].block, {entry: net, leaving: following})
                for instance, name in group:
                    instance.pins[name] = following
                drivers.append((driver, entry))
                following += 1
            instances += [driver for driver, _ in drivers]
            ends = drivers
    return replace(netlist, instances=instances)


def _nets(netlist: Netlist) -> list[int]:
    """Return the numbers that are in use."""
    ports = [port for memory in netlist.memories for port in (*memory.reads, *memory.writes)]
    bits = [bit for port in ports for bit in (port.clock, *port.enables, *port.address, *port.data)]
    bits += [bit for side in (netlist.inputs, netlist.outputs) for port in side.values() for bit in port]
    bits += [bit for instance in netlist.instances for bit in instance.pins.values()]
    return [bit for bit in bits if isinstance(bit, int)]
