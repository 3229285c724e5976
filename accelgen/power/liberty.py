"""Liberty files: what the cells that are used do, and what it costs: area, leakage, energy and time.

Units are turned into SI here and nowhere else. The energy of an internal-power table is in the library's
unit of capacitance times its unit of voltage squared (Liberty User Guide, vol. 1, "internal_power").
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from accelgen.errors import InvalidRequest, at
from accelgen.power.function import possible, verilog
from accelgen.power.liberty_syntax import Group, read_group, split_cells
from accelgen.power.memory_port import MemoryPort, memory_port
from accelgen.reading import check_mark

__all__ = ["Cell", "Library", "Pin", "Spent", "Table", "parse", "read_library"]

SI = {"f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3}
SLEWS = {"input_transition_time", "input_net_transition"}
#: Larger figures are mistakes in the library: pins of a net, and bits of a memory's address and of its word.
MOST_FANOUT, MOST_ADDRESS, MOST_WIDTH = 10_000, 40, 1 << 20

#: Delays of what clears or sets a register: that is never done.
FORCED = {"clear", "preset"}


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A figure over the slew of an input and the load of an output.

    Attributes
    ----------
    slews, loads : float64[n], float64[m]
        Seconds and farads; one value where the table does not depend on it.
    values : float64[n, m]
        Joules, or seconds.
    """

    slews: np.ndarray
    loads: np.ndarray
    values: np.ndarray

    def at(self, slew: float, load: float) -> float:
        """Return the figure by bilinear interpolation; outside the table, that of its edge."""
        return float(np.interp(load, self.loads, _row(self, slew)))


@dataclass(frozen=True, slots=True)
class Spent:
    """What a transition of a pin costs inside the cell, under a condition.

    Attributes
    ----------
    when : str
        A Verilog expression of pins; "" if there is no condition.
    tables : tuple of Table
        Tables of the rise and of the fall.
    """

    when: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Pin:
    """A pin of a cell.

    Attributes
    ----------
    output, clock : bool
        Whether it is an output, and whether it is a clock.
    capacitance : float
        Farads.
    spent : tuple of Spent
        Energy of each transition of the pin, under every condition that the library tells apart.
    otherwise : tuple of Spent
        What the library gives for the states that its conditions leave.
    function : str
        What an output is, as a Verilog expression of pins and registers; "" if the library does not give it.
    delays : tuple of Table
        Delay of each transition of an output, from every input.
    """

    output: bool
    clock: bool
    capacitance: float
    spent: tuple[Spent, ...]
    function: str = ""
    delays: tuple[Table, ...] = ()
    otherwise: tuple[Spent, ...] = ()

    def energy(self, slew: float, load: float) -> float:
        """Return the mean energy inside the cell of a transition of the pin, in joules."""
        return _mean(tuple(table for each in self.spent for table in each.tables), slew, load)

    def under(self, tied: Mapping[str, str]) -> Pin:
        """Return the pin without the conditions that cannot be where other pins are "0" or "1"."""
        if not tied or not any(each.when for each in self.spent):
            return self
        left = tuple(each for each in self.spent if possible(each.when, tied))
        return replace(self, spent=left or self.otherwise)

    def delay(self, slew: float, load: float) -> float:
        """Return the mean delay of a transition of the pin, in seconds."""
        return _mean(self.delays, slew, load)


@dataclass(frozen=True, slots=True)
class Register:
    """A flip-flop: names of its state and of the inverse, and, as Verilog, what it takes on which edge.

    ``forced`` is when its state is cleared or set without an edge; "" if it never is.
    """

    state: str
    inverse: str
    following: str
    clock: str
    forced: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell.

    Attributes
    ----------
    area, leakage : float
        um2 and watts.
    pins : dict of str to Pin
        Pins by name.
    depth, width : int
        Words, and bits of each, of a memory.
    register : Register or None
        The register of a flip-flop.
    gate : tuple of str
        Names of the enable, the clock and the gated clock, of a clock gate with a latch; else empty.
    port : MemoryPort or None
        The port of a memory; its times are in seconds.
    """

    area: float
    leakage: float
    pins: dict[str, Pin]
    depth: int = 0
    width: int = 0
    register: Register | None = None
    gate: tuple[str, ...] = ()
    port: MemoryPort | None = None


@dataclass(frozen=True, slots=True)
class Library:
    """A library.

    Attributes
    ----------
    name : str
        Name of the library.
    voltage : float
        Volts.
    cells : dict of str to Cell
        Cells that were asked for, by name.
    wire_load : str
        Name of the default wire-load model; "" if there is none.
    wires : tuple of float
        Farads of the wire of a net that ends in 1, 2, ... pins; empty without a model.
    """

    name: str
    voltage: float
    cells: dict[str, Cell]
    wire_load: str = ""
    wires: tuple[float, ...] = ()

    def wire(self, fanout: int) -> float:
        """Return the capacitance of the wire of a net that ends in ``fanout`` pins, in farads."""
        if not self.wires or not fanout:
            return 0.0
        if fanout <= len(self.wires):
            return self.wires[fanout - 1]
        return self.wires[-1] * fanout / len(self.wires)


def read_library(path: Path, wanted: Iterable[str] | None = None) -> Library:
    """Read a Liberty file, gzipped or not.

    Parameters
    ----------
    path : Path
        The file.
    wanted : iterable of str, optional
        Names of cells; all by default. A library has megabytes of which a netlist uses little.

    Raises
    ------
    InvalidRequest
        If it cannot be read, is no Liberty file, or lacks a cell or a figure.
    """
    path = Path(path)
    with at(path):
        try:
            raw = path.read_bytes()
            data = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
        except (OSError, EOFError, zlib.error) as error:
            raise InvalidRequest(f"cannot be read as a Liberty file: {error}") from error
        check_mark(data, InvalidRequest)
        with _damage():
            return parse(data.decode("utf-8", "replace"), wanted)


@contextmanager
def _damage() -> Iterator[None]:
    """Turn the exceptions that a misplaced word causes into `InvalidRequest`."""
    try:
        yield
    except RecursionError as error:
        raise InvalidRequest("is not a Liberty file: its groups are nested too deeply") from error
    except (ValueError, LookupError, TypeError, ArithmeticError) as error:
        raise InvalidRequest(f"has a figure, a table or a unit that is none ({error})") from error


def parse(text: str, wanted: Iterable[str] | None = None) -> Library:
    """Parse the text of a Liberty file, or raise `InvalidRequest`; see `read_library`."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*|\\\n", " ", text, flags=re.DOTALL)
    head, spans = split_cells(text)
    library = read_group(head)
    if library.kind != "library":
        raise InvalidRequest("is not a Liberty file: it has no library group")
    unit = library.complex.get("capacitive_load_unit", ["1", "pf"])
    farad = float(unit[0]) * SI[unit[1].lower().removesuffix("f")]
    units = {
        "farad": farad,
        "joule": farad * _unit(library, "voltage_unit", "1V", "v") ** 2,
        "second": _unit(library, "time_unit", "1ns", "s"),
        "watt": _unit(library, "leakage_power_unit", "1nW", "w"),
    }
    templates = {group.arguments[0]: group for group in library.of("power_lut_template", "lu_table_template")}
    names = spans.keys() if wanted is None else list(wanted)
    cells = {}
    for name in names:
        if name not in spans:
            raise InvalidRequest(f"has no cell {name!r}")
        with at(name), _damage():
            cells[name] = _cell(read_group(spans[name]), units, templates)
    return Library(library.arguments[0], library.number("nom_voltage"), cells, *_wires(library, farad))


def _wires(library: Group, farad: float) -> tuple[str, tuple[float, ...]]:
    """Return the name of the default wire-load model and its capacitances: length times that of a unit."""
    name = library.simple.get("default_wire_load", "")
    for group in library.of("wire_load"):
        if group.arguments[0] == name:
            points = [
                [float(v) for v in values]
                for key, values in group.repeated
                if key == "fanout_length" and values
            ]
            fanouts, lengths = zip(*(point[:2] for point in points), strict=True)
            if not 1 <= max(fanouts) <= MOST_FANOUT:
                raise InvalidRequest(f"wire_load {name}: fanout_length ends at {max(fanouts):g} pins")
            every = np.interp(range(1, int(max(fanouts)) + 1), fanouts, lengths)
            return name, tuple(float(v) for v in every * group.number("capacitance") * farad)
    return "", ()


@lru_cache(maxsize=1 << 17)
def _row(table: Table, slew: float) -> np.ndarray:
    """Return the figures over the load at a slew; few slews are asked for, and many loads."""
    return np.array([np.interp(slew, table.slews, column) for column in table.values.T])


def _mean(tables: tuple[Table, ...], slew: float, load: float) -> float:
    return sum(table.at(slew, load) for table in tables) / max(len(tables), 1)


def _unit(library: Group, name: str, default: str, base: str) -> float:
    text = library.simple.get(name, default).lower()
    match = re.fullmatch(rf"([\d.]+)\s*([a-z]?){base}", text)
    if match is None or match[2] not in SI:
        raise InvalidRequest(f"{name}: {text!r} is no unit")
    return float(match[1]) * SI[match[2]]


def _cell(group: Group, units: dict[str, float], templates: dict[str, Group]) -> Cell:
    pins = {}
    for pin in group.of("pin", "bus"):
        delays = tuple(
            _table(table, units["second"], units, templates)
            for timing in pin.of("timing")
            if timing.simple.get("timing_type") not in FORCED
            for table in timing.of("cell_rise", "cell_fall")
        )
        spent, otherwise = _spent(pin, units, templates)
        for name in pin.arguments:
            pins[name] = Pin(
                output=pin.simple.get("direction") == "output",
                clock=pin.simple.get("clock") == "true",
                capacitance=pin.number("capacitance", 0.0) * units["farad"],
                spent=spent,
                function=verilog(pin.simple.get("function", "")),
                delays=delays,
                otherwise=otherwise,
            )
    depth, width, port = 0, 0, None
    for memory in group.of("memory"):
        address, width = int(memory.number("address_width")), int(memory.number("word_width"))
        if not (0 < address <= MOST_ADDRESS and 0 < width <= MOST_WIDTH):
            raise InvalidRequest(f"memory: no memory has {address} bits of address and words of {width} bits")
        depth = 1 << address
        port = memory_port(group)
        port = replace(port, setup=port.setup * units["second"])
    leakage = _leakage(group) * units["watt"]
    return Cell(group.number("area"), leakage, pins, depth, width, _register(group), _gate(group), port)


def _spent(pin: Group, units: dict[str, float], templates: dict[str, Group]) -> tuple[tuple[Spent, ...], ...]:
    """Return what transitions of a pin, or of the bits of a bus, cost, and what they cost otherwise."""
    groups = [group for bit in pin.of("pin") for group in bit.of("internal_power")]
    groups = groups or pin.of("internal_power")
    # Beside conditions, a group without one is for the states that they leave.
    told = {group.simple.get("related_pin") for group in groups if "when" in group.simple}
    spent: list[Spent] = []
    otherwise: list[Spent] = []
    for group in groups:
        tables = tuple(
            _table(table, units["joule"], units, templates)
            for table in group.of("rise_power", "fall_power", "power")
        )
        rest = "when" not in group.simple and group.simple.get("related_pin") in told
        (otherwise if rest else spent).append(Spent(verilog(group.simple.get("when", "")), tables))
    return tuple(spent), tuple(otherwise)


def _leakage(group: Group) -> float:
    """Return the leakage of a cell, which some libraries give for its states alone: their mean."""
    if "cell_leakage_power" in group.simple:
        return group.number("cell_leakage_power")
    states = [state.number("value") for state in group.of("leakage_power") if "value" in state.simple]
    return sum(states) / max(len(states), 1)


def _register(group: Group) -> Register | None:
    for register in group.of("ff"):
        following, clock, *forced = (
            verilog(register.simple.get(name, "")) for name in ("next_state", "clocked_on", "clear", "preset")
        )
        if len(register.arguments) == 2:
            state, inverse = register.arguments
            either = " | ".join(f"({when})" for when in forced if when)
            return Register(state, inverse, following, clock, either)
    return None


def _gate(group: Group) -> tuple[str, ...]:
    """Return the pins of a plain clock gate: enable, clock, gated clock."""
    if group.simple.get("clock_gating_integrated_cell") != "latch_posedge":
        return ()
    roles = ("clock_gate_enable_pin", "clock_gate_clock_pin", "clock_gate_out_pin")
    pins = {
        role: pin.arguments[0] for role in roles for pin in group.of("pin") if pin.simple.get(role) == "true"
    }
    return tuple(pins[role] for role in roles) if len(pins) == len(roles) else ()


def _table(group: Group, unit: float, units: dict[str, float], templates: dict[str, Group]) -> Table:
    name = group.arguments[0] if group.arguments else "scalar"
    rows = [[float(v) for v in row.replace(",", " ").split()] for row in group.complex["values"]]
    values = np.array([v for row in rows for v in row]) * unit
    if not values.size or not np.isfinite(values).all():
        raise InvalidRequest(f"{group.kind}: has a value that is no number")
    template = templates.get(name, Group("", []))
    axes = []
    for number in (1, 2):
        index = group.complex.get(f"index_{number}", template.complex.get(f"index_{number}"))
        variable = template.simple.get(f"variable_{number}")
        if index and variable:
            axes.append((variable, np.array([float(v) for v in " ".join(index).replace(",", " ").split()])))
    if not axes:
        return Table(np.zeros(1), np.zeros(1), values[:1, None])
    shaped = values.reshape([len(axis) for _, axis in axes])
    if len(axes) == 1:
        (variable, axis), single = axes[0], np.zeros(1)
        if variable in SLEWS:
            return Table(axis * units["second"], single, shaped[:, None])
        return Table(single, axis * units["farad"], shaped[None, :])
    if axes[0][0] not in SLEWS:
        axes, shaped = axes[::-1], shaped.T
    return Table(axes[0][1] * units["second"], axes[1][1] * units["farad"], shaped)
