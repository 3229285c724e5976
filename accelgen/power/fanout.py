"""Buffers for nets that end in many pins, as a placer would put them, and a netlist without any buffers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from accelgen.power.estimate import clock_nets
from accelgen.power.liberty import Library
from accelgen.power.netlist import Bit, Instance, Netlist, Port
from accelgen.power.special import passed

__all__ = ["FANOUT", "buffered", "unbuffered"]

#: Pins that one cell drives, at most.
FANOUT = 16


def buffered(netlist: Netlist, library: Library, buffer: str, fanout: int = FANOUT) -> Netlist:
    """Return the netlist with a tree of buffers on every net, but clocks, that ends in too many pins.

    Memories and ports stay on the net itself.

    Parameters
    ----------
    netlist : Netlist
        Netlist that is left as it is.
    library : Library
        Library of the cells.
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


def unbuffered(netlist: Netlist, library: Library) -> Netlist:
    """Return the netlist without its buffers: what they drive is where they take it from.

    Transitions of the nets that are left are those that they were; what ended in a buffer ends in all pins
    behind it. So the two netlists, with the same transitions, cost what the buffers cost, apart.
    """
    sources, instances = {}, []
    for instance in netlist.instances:
        if pins := passed(library.cells[instance.kind]):
            entry, leaving = pins
            sources[instance.pins[leaving]] = instance.pins[entry]
        else:
            instances.append(instance)

    def source(net: Bit) -> Bit:
        while net in sources:
            net = sources[net]
        return net

    def port(memory_port: Port) -> Port:
        rest = (
            tuple(map(source, bits)) for bits in (memory_port.enables, memory_port.address, memory_port.data)
        )
        return Port(source(memory_port.clock), *rest)

    return replace(
        netlist,
        instances=[
            replace(instance, pins={name: source(net) for name, net in instance.pins.items()})
            for instance in instances
        ],
        memories=[
            replace(memory, reads=tuple(map(port, memory.reads)), writes=tuple(map(port, memory.writes)))
            for memory in netlist.memories
        ],
        outputs={name: [source(bit) for bit in bits] for name, bits in netlist.outputs.items()},
        part=[source(bit) for bit in netlist.part],
    )


def _nets(netlist: Netlist) -> list[int]:
    """Return the numbers that are in use."""
    ports = [port for memory in netlist.memories for port in (*memory.reads, *memory.writes)]
    bits = [bit for port in ports for bit in (port.clock, *port.enables, *port.address, *port.data)]
    bits += [bit for side in (netlist.inputs, netlist.outputs) for port in side.values() for bit in port]
    bits += [bit for instance in netlist.instances for bit in instance.pins.values()]
    return [bit for bit in bits if isinstance(bit, int)]
