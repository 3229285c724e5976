"""A mapped netlist for the simulator with delays, ``sim/gates.cpp``, which counts what every net does.

Signals that reach a gate at different times make it change more than once. Such glitches cost as much as any
other transition, and a simulation without delays does not see them. Each output takes the mean delay of its
cell at the load that it drives. The clock, and what clock gates make of it, is ideal: a tree of buffers would
balance it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from accelgen.errors import InvalidRequest, ToolError, at
from accelgen.power.estimate import SLEW, clock_nets, loads_of
from accelgen.power.function import possible, truth_table
from accelgen.power.liberty import Cell, Library
from accelgen.power.netlist import Bit, Instance, Memory, Netlist

__all__ = ["Counts", "read_counts", "read_parts", "timed_netlist"]

PICO = 1e12

#: Seconds from an edge of the clock to the data of a memory, where no macro says how many.
MEMORY_DELAY = 300e-12

#: Numbers of the constants and of the clock; other nets follow.
FIXED = {"0": 0, "1": 1, "x": 0}
CLOCK = 2

Counts = tuple[dict[int, int], list[tuple[int, int]]]


class _Numbers:
    """A number for each net, and for each hidden state."""

    def __init__(self, clock: int):
        self.nets = {clock: CLOCK}
        self.states = 0

    def of(self, net: Bit) -> int:
        """Return the number of a net or a constant."""
        return FIXED[net] if isinstance(net, str) else self.nets.setdefault(net, len(self.nets) + CLOCK)

    def state(self) -> str:
        """Return a new place for the state of a flip-flop, to be numbered when all nets are known."""
        self.states += 1
        return f"s{self.states - 1}"


def timed_netlist(netlist: Netlist, library: Library, delays: Sequence[float]) -> tuple[str, list[int]]:
    """Return the netlist as ``sim/gates.cpp`` reads it, and its nets from number 2 on.

    ``delays`` are the seconds from the edge to a word that is read, for each memory.

    Raises
    ------
    InvalidRequest
        If the library does not say what a cell does, or the clock passes through anything but clock gates.
    """
    clocks = clock_nets(netlist, library)
    match netlist.inputs.get("clk"):
        case [int(clock)]:
            numbers = _Numbers(clock)
        case _:
            raise InvalidRequest("the netlist has no input 'clk'")
    loads, lines = loads_of(netlist, library), []
    for side, ports in (("input", netlist.inputs), ("output", netlist.outputs)):
        for name, bits in ports.items():
            lines.append(f"{side} {name} {' '.join(str(numbers.of(bit)) for bit in bits)}")
    for instance in netlist.instances:
        with at(instance.kind):
            lines += _cell(instance, library.cells[instance.kind], numbers, loads, clocks)
    for memory, delay in zip(netlist.memories, delays, strict=True):
        lines += _memory(memory, round(PICO * delay), numbers)
    if netlist.part:
        lines.append(f"part {' '.join(str(numbers.of(bit)) for bit in netlist.part)}")
    counted = CLOCK + len(numbers.nets)
    states = {f"s{n}": str(counted + n) for n in range(numbers.states)}
    text = [" ".join(states.get(word, word) for word in line.split(" ")) for line in lines]
    return "\n".join([f"nets {counted + numbers.states}", *text]) + "\n", list(numbers.nets)


def read_counts(text: str, nets: list[int], memories: int) -> Counts:
    """Return the transitions of each net, and the reads and writes of each memory, from a file of counts.

    Raises
    ------
    ToolError
        If the file has fewer nets than ``nets``.
    """
    lines = text.splitlines()
    uses = lines[len(lines) - memories :]
    if len(lines) < CLOCK + len(nets) + memories:
        raise ToolError("the simulation counted fewer nets than there are")
    toggles = {net: int(line) for net, line in zip(nets, lines[CLOCK:], strict=False)}
    return toggles, [(int(reads), int(writes)) for reads, writes in (line.split() for line in uses)]


def read_parts(text: str, nets: list[int], memories: int) -> dict[int, tuple[int, Counts]]:
    """Return the cycles and the counts of each part, by its number, from what is beside a file of counts.

    In it each part has a line of its number and its cycles, one for every net and state, and one a memory.

    Raises
    ------
    ToolError
        If a part has fewer nets than ``nets``.
    """
    lines = text.splitlines()
    heads = [place for place, line in enumerate(lines) if " " in line]
    parts = {}
    for start, end in pairwise([*heads[:: memories + 1], len(lines)]):
        number, cycles = (int(word) for word in lines[start].split())
        parts[number] = cycles, read_counts("\n".join(lines[start + 1 : end]), nets, memories)
    return parts


def _cell(
    instance: Instance, cell: Cell, numbers: _Numbers, loads: dict[int, float], clocks: set[int]
) -> Iterator[str]:
    """Yield the lines of a cell."""
    pins = {name: str(numbers.of(net)) for name, net in instance.pins.items()}
    if cell.gate:
        enable, clock, gated = cell.gate
        if instance.pins[clock] not in clocks or pins[clock] != str(CLOCK):
            raise InvalidRequest("a clock gate behind another cannot be simulated")
        yield f"clockgate {pins[gated]} {pins[enable]}"
        return
    if cell.register:
        register = cell.register
        if register.clock not in pins:
            raise InvalidRequest(f"takes its data at {register.clock!r}, which is no pin")
        tied = {name: net for name, net in instance.pins.items() if isinstance(net, str)}
        if register.forced and possible(register.forced, tied):
            raise InvalidRequest(f"is cleared or set by {register.forced}, which is not tied off")
        entering = [name for name in pins if not cell.pins[name].output and name != register.clock]
        pins[register.state] = numbers.state()
        table = truth_table(register.following, entering)
        wired = " ".join(pins[name] for name in entering)
        yield f"flop {pins[register.state]} {pins[register.clock]} {table:x} {wired}"
    for name, net in instance.pins.items():
        if not cell.pins[name].output or isinstance(net, str):
            continue
        if net in clocks:
            raise InvalidRequest("the clock passes through it, and it is no clock gate")
        entering = [pin for pin in pins if pin in instance.pins and not cell.pins[pin].output]
        function = cell.pins[name].function
        if cell.register:
            entering = [cell.register.state]
            function = function.replace(cell.register.inverse, f"~{cell.register.state}")
        delay = max(1, round(PICO * cell.pins[name].delay(SLEW, loads[net])))
        table = truth_table(function, entering)
        yield f"gate {pins[name]} {delay} {table:x} {' '.join(pins[pin] for pin in entering)}"


def _memory(memory: Memory, delay: int, numbers: _Numbers) -> Iterator[str]:
    def wired(nets: tuple[Bit, ...]) -> str:
        return " ".join(str(numbers.of(net)) for net in nets)

    yield f"memory {memory.depth} {memory.width} {delay}"
    for port in memory.reads:
        head = f"read {numbers.of(port.clock)} {wired(port.enables)} {len(port.address)}"
        yield f"{head} {wired(port.address)} {wired(port.data)}"
    for port in memory.writes:
        head = f"write {numbers.of(port.clock)} {len(port.address)} {wired(port.address)}"
        yield f"{head} {wired(port.data)} {wired(port.enables)}"
