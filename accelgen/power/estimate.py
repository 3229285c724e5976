"""Energy of a netlist from the activity of its nets.

Of a net that changes ``n`` times, with the pins it drives of capacitance C at voltage V:

    switching = n C V**2 / 2
    internal  = n * mean energy of the internal-power tables of each pin on the net, at its slew and load

Leakage is that of each cell, whatever its state, for as long as the run takes. Wires, the buffers of a clock
tree, and glitches are not in it: the activity is that of a simulation without delays.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from accelgen.errors import ToolError
from accelgen.power.liberty import Cell, Library
from accelgen.power.macros import Macros, fit
from accelgen.power.netlist import Memory, Net, Netlist
from accelgen.power.saif import Activity

__all__ = ["SLEW", "Energy", "MemoryEnergy", "estimate"]

#: Slew of every net, in seconds: that of a lightly loaded gate of a 45 nm library.
SLEW = 20e-12


@dataclass(frozen=True, slots=True)
class MemoryEnergy:
    """A memory, what it is made of, and how often it was used."""

    memory: Memory
    macros: Macros
    reads: int
    writes: int

    @property
    def access(self) -> float:
        """Joules of all accesses."""
        return (self.reads + self.writes) * self.macros.access


@dataclass(frozen=True, slots=True)
class Energy:
    """Energy of a run, in joules.

    Attributes
    ----------
    blocks : dict of str to float
        Dynamic energy of the logic: "mac", "control" and "clock".
    memories : list of MemoryEnergy
        Dynamic energy of each memory.
    leakage : dict of str to float
        Of "logic" and of "memory".
    seconds : float
        How long it took.
    area : dict of str to float
        um2 of "logic" and of "memory".
    """

    blocks: dict[str, float]
    memories: list[MemoryEnergy]
    leakage: dict[str, float]
    seconds: float
    area: dict[str, float]

    @property
    def total(self) -> float:
        """Everything."""
        memories = sum(memory.access for memory in self.memories)
        return sum(self.blocks.values()) + memories + sum(self.leakage.values())


def estimate(
    netlist: Netlist,
    activity: dict[tuple[str, ...], dict[str, Activity]],
    library: Library,
    macros: dict[str, Cell],
    *,
    cycles: int,
    clock_hz: float,
) -> Energy:
    """Estimate the energy of a run.

    Parameters
    ----------
    netlist : Netlist
        What was simulated.
    activity : dict
        Of `read_saif`, with two units of time in a cycle.
    library : Library
        With every cell of the netlist.
    macros : dict of str to Cell
        Of `read_macros`; may be empty if there are no memories.
    cycles : int
        Length of the run.
    clock_hz : float
        Only leakage depends on it.

    Raises
    ------
    ToolError
        If a net has no activity.
    """
    loads: dict[Net, float] = defaultdict(float)
    for instance in netlist.instances:
        for pin, net in instance.pins.items():
            if net is not None:
                loads[net] += library.cells[instance.kind].pins[pin].capacitance
    blocks = {"mac": 0.0, "control": 0.0, "clock": 0.0}
    clocks = _clocks(netlist, library)
    for instance in netlist.instances:
        block = "mac" if instance.block.endswith(".mac") else "control"
        for name, net in instance.pins.items():
            if net is None:
                continue
            pin, load = library.cells[instance.kind].pins[name], loads[net]
            toggles = _of(activity, net).toggles
            energy = pin.energy(SLEW, load if pin.output else 0.0)
            # What charges a net is counted where it is charged: at the pins it ends in.
            energy += 0.0 if pin.output else pin.capacitance * library.voltage**2 / 2
            blocks["clock" if net in clocks else block] += toggles * energy
    seconds = cycles / clock_hz
    memories = [_memory(memory, activity, macros, cycles, seconds) for memory in netlist.memories]
    cells = [library.cells[instance.kind] for instance in netlist.instances]
    leakage = {
        "logic": seconds * sum(cell.leakage for cell in cells),
        "memory": seconds * sum(memory.macros.leakage for memory in memories),
    }
    area = {
        "logic": sum(cell.area for cell in cells),
        "memory": sum(memory.macros.area for memory in memories),
    }
    return Energy(blocks, memories, leakage, seconds, area)


def _memory(memory: Memory, activity, macros: dict[str, Cell], cycles: int, seconds: float) -> MemoryEnergy:
    reads, writes = (_used(ports, activity, cycles) for ports in (memory.reads, memory.writes))
    made = fit(memory.depth, memory.width, macros, accesses=reads + writes, seconds=seconds)
    return MemoryEnergy(memory, made, reads, writes)


def _clocks(netlist: Netlist, library: Library) -> set[Net]:
    """Return the nets that reach a clock pin."""
    return {
        net
        for instance in netlist.instances
        for name, net in instance.pins.items()
        if net is not None and library.cells[instance.kind].pins[name].clock
    }


def _of(activity: dict[tuple[str, ...], dict[str, Activity]], net: Net) -> Activity:
    try:
        return activity[net.path][net.name]
    except KeyError as error:
        raise ToolError(f"the simulation has no activity of {'.'.join([*net.path, net.name])}") from error


def _used(ports: tuple[tuple[Net | None, ...], ...], activity: dict, cycles: int) -> int:
    """Return the cycles in which any enable of a port is high, summed over ports."""
    return sum(
        max(cycles if net is None else round(_of(activity, net).high / 2) for net in enables)
        for enables in ports
        if enables
    )
