"""Energy of a netlist from the activity of its nets.

For a net that changes ``n`` times, with the pins it drives of capacitance C at voltage V:

    switching = n C V**2 / 2
    internal  = n * mean energy of the internal-power tables of each pin on the net, at its slew and load

A wire has the capacitance that the library's wire-load model gives it by the pins it ends in, or none if
there is no model. Leakage is that of each cell, whatever its state, for as long as the run takes. The buffers
of a clock tree are not in it, and glitches only if the simulation had delays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from accelgen.errors import ToolError
from accelgen.power.access import Macro
from accelgen.power.liberty import Library
from accelgen.power.macros import Macros, Uses, fit
from accelgen.power.netlist import Memory, Netlist

__all__ = ["SLEW", "Energy", "MemoryEnergy", "clock_nets", "estimate", "fanouts_of", "loads_of"]

#: Slew of every net, in seconds: that of a lightly loaded gate of a 45 nm library.
SLEW = 20e-12


@dataclass(frozen=True, slots=True)
class MemoryEnergy:
    """A memory, what it is made of, and how often it was used."""

    memory: Memory
    macros: Macros
    uses: Uses

    @property
    def dynamic(self) -> float:
        """Joules of all that happened: accesses, pins that changed, and cycles in which macros were idle."""
        return self.macros.dynamic(self.uses)


@dataclass(frozen=True, slots=True)
class Energy:
    """Energy of a run, in joules.

    Attributes
    ----------
    blocks : dict of str to float
        Dynamic energy of the logic: "mac", "control", "clock" (with its wires) and other "wires".
    memories : list of MemoryEnergy
        Dynamic energy of each memory.
    leakage : dict of str to float
        Leakage power of "logic" and of "memory".
    seconds : float
        Duration of the run.
    area : dict of str to float
        um2 of "logic" and of "memory".
    charging : float
        What of the blocks charges pins and wires; the rest is spent inside cells.
    """

    blocks: dict[str, float]
    memories: list[MemoryEnergy]
    leakage: dict[str, float]
    seconds: float
    area: dict[str, float]
    charging: float = 0.0

    @property
    def total(self) -> float:
        """Joules of everything, leakage included."""
        memories = sum(memory.dynamic for memory in self.memories)
        return sum(self.blocks.values()) + memories + sum(self.leakage.values())


def estimate(
    netlist: Netlist,
    toggles: dict[int, int],
    accesses: Sequence[tuple[int, int]],
    library: Library,
    macros: Sequence[dict[str, Macro]],
    *,
    cycles: int,
    clock_hz: float,
) -> Energy:
    """Estimate the energy of a run.

    Parameters
    ----------
    netlist : Netlist
        What was simulated.
    toggles : dict of int to int
        How often each net changed.
    accesses : sequence of (int, int)
        Reads and writes of each memory.
    library : Library
        Library with every cell of the netlist.
    macros : sequence of dict of str to Macro
        Macros that may hold each memory, by name.
    cycles : int
        Length of the run.
    clock_hz : float
        Clock frequency in Hz; only leakage depends on it.

    Raises
    ------
    ToolError
        If a net has no activity.
    """
    loads = loads_of(netlist, library)
    blocks = {"mac": 0.0, "control": 0.0, "clock": 0.0, "wires": 0.0}
    clocks, charging = clock_nets(netlist, library), 0.0
    for wire, fanout in fanouts_of(netlist, library).items():
        energy = _of(toggles, wire) * library.wire(fanout) * library.voltage**2 / 2
        blocks["clock" if wire in clocks else "wires"] += energy
        charging += energy
    for instance in netlist.instances:
        block = instance.block or "control"
        tied = {name: net for name, net in instance.pins.items() if isinstance(net, str)}
        for name, net in instance.pins.items():
            if isinstance(net, str):
                continue
            pin, load = library.cells[instance.kind].pins[name].under(tied), loads[net]
            inside = _of(toggles, net) * pin.energy(SLEW, load if pin.output else 0.0)
            # What charges a net is counted where it is charged: at the pins it ends in.
            charge = _of(toggles, net) * (0.0 if pin.output else pin.capacitance) * library.voltage**2 / 2
            blocks["clock" if net in clocks else block] += inside + charge
            charging += charge
    seconds = cycles / clock_hz
    memories = [
        _memory(memory, Uses(*used, *_changes(memory, toggles), cycles, seconds), some)
        for memory, used, some in zip(netlist.memories, accesses, macros, strict=True)
    ]
    cells = [library.cells[instance.kind] for instance in netlist.instances]
    leakage = {
        "logic": seconds * sum(cell.leakage for cell in cells),
        "memory": seconds * sum(memory.macros.leakage for memory in memories),
    }
    area = {
        "logic": sum(cell.area for cell in cells),
        "memory": sum(memory.macros.area for memory in memories),
    }
    return Energy(blocks, memories, leakage, seconds, area, charging)


def _memory(memory: Memory, uses: Uses, macros: dict[str, Macro]) -> MemoryEnergy:
    return MemoryEnergy(memory, fit(memory.depth, memory.width, macros, uses), uses)


def _changes(memory: Memory, toggles: dict[int, int]) -> tuple[tuple[int, ...], int]:
    """Return the transitions of each bit of the address, those of all ports, and of all words to write."""
    bits = zip(*(port.address for port in (*memory.reads, *memory.writes)), strict=True)
    address = tuple(sum(_of(toggles, net) for net in nets if isinstance(net, int)) for nets in bits)
    data = (net for port in memory.writes for net in port.data if isinstance(net, int))
    return address, sum(_of(toggles, net) for net in data)


def loads_of(netlist: Netlist, library: Library) -> dict[int, float]:
    """Return the capacitance of each net in farads: the pins it ends in, and the wire between them."""
    loads: defaultdict[int, float] = defaultdict(float)
    for instance in netlist.instances:
        for name, net in instance.pins.items():
            if isinstance(net, int):
                loads[net] += library.cells[instance.kind].pins[name].capacitance
    for net, fanout in fanouts_of(netlist, library).items():
        loads[net] += library.wire(fanout)
    return loads


def fanouts_of(netlist: Netlist, library: Library) -> dict[int, int]:
    """Return how many input pins each net ends in."""
    fanouts: defaultdict[int, int] = defaultdict(int)
    for instance in netlist.instances:
        for name, net in instance.pins.items():
            if isinstance(net, int) and not library.cells[instance.kind].pins[name].output:
                fanouts[net] += 1
    return fanouts


def clock_nets(netlist: Netlist, library: Library) -> set[int]:
    """Return the nets that reach a clock pin."""
    return {
        net
        for instance in netlist.instances
        for name, net in instance.pins.items()
        if isinstance(net, int) and library.cells[instance.kind].pins[name].clock
    }


def _of(toggles: dict[int, int], net: int) -> int:
    try:
        return toggles[net]
    except KeyError as error:
        raise ToolError(f"the simulation has no activity of net {net}") from error
