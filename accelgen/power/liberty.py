"""Liberty files: pin capacitances, energies of transitions, leakage and area of the cells that are used.

Units are turned into SI here and nowhere else. The energy of an internal-power table is in the library's
unit of capacitance times its unit of voltage squared (Liberty User Guide, vol. 1, "internal_power").
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from accelgen.errors import InvalidRequest, at

__all__ = ["Cell", "Library", "Pin", "Table", "parse", "read_library"]

SI = {"f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3}
TOKEN = re.compile(r'"[^"]*"|[{}();:,]|[^\s{}();:,"]+')
SLEWS = {"input_transition_time", "input_net_transition"}


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Energy of a transition, over the slew of the input and the load of the output.

    Attributes
    ----------
    slews, loads : float64[n], float64[m]
        Seconds and farads; one value where the table does not depend on it.
    energies : float64[n, m]
        Joules.
    """

    slews: np.ndarray
    loads: np.ndarray
    energies: np.ndarray

    def at(self, slew: float, load: float) -> float:
        """Return the energy by bilinear interpolation; outside the table, that of its edge."""
        by_load = [np.interp(load, self.loads, row) for row in self.energies]
        return float(np.interp(slew, self.slews, by_load))


@dataclass(frozen=True, slots=True)
class Pin:
    """A pin of a cell.

    Attributes
    ----------
    output, clock : bool
        What it is.
    capacitance : float
        Farads.
    energies : tuple of Table
        Of each transition of the pin: rise and fall, under every condition the library tells apart.
    """

    output: bool
    clock: bool
    capacitance: float
    energies: tuple[Table, ...]

    def energy(self, slew: float, load: float) -> float:
        """Return the mean energy inside the cell of a transition of the pin, in joules."""
        return sum(table.at(slew, load) for table in self.energies) / max(len(self.energies), 1)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: area in um2, leakage in watts, pins by name, and the size of its memory if it is one."""

    area: float
    leakage: float
    pins: dict[str, Pin]
    depth: int = 0
    width: int = 0


@dataclass(frozen=True, slots=True)
class Library:
    """A library: its name, its voltage in volts, and the cells that were asked for."""

    name: str
    voltage: float
    cells: dict[str, Cell]


class _Tokens:
    """The words and signs of a text, one of which can be put back."""

    def __init__(self, text: str):
        self.left = iter(TOKEN.findall(text))
        self.back: list[str] = []

    def __iter__(self):
        return self

    def __next__(self) -> str:
        return self.back.pop() if self.back else next(self.left)


class _Group:
    """A group of a Liberty file: ``kind (arguments) { ... }``."""

    def __init__(self, kind: str, arguments: list[str]):
        self.kind, self.arguments = kind, arguments
        self.simple: dict[str, str] = {}
        self.complex: dict[str, list[str]] = {}
        self.groups: list[_Group] = []

    def of(self, *kinds: str) -> list[_Group]:
        return [group for group in self.groups if group.kind in kinds]

    def number(self, name: str, default: float | None = None) -> float:
        if name not in self.simple and default is not None:
            return default
        try:
            return float(self.simple[name])
        except (KeyError, ValueError) as error:
            raise InvalidRequest(
                f"{self.kind} {' '.join(self.arguments)}: {name} must be a number"
            ) from error


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
            text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8", "replace")
        except (OSError, EOFError, zlib.error) as error:
            raise InvalidRequest(f"cannot be read as a Liberty file: {error}") from error
        return parse(text, wanted)


def parse(text: str, wanted: Iterable[str] | None = None) -> Library:
    """Parse the text of a Liberty file; see `read_library`."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*|\\\n", " ", text, flags=re.DOTALL)
    head, spans = _split(text)
    library = _group(head)
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
        with at(name):
            cells[name] = _cell(_group(spans[name]), units, templates)
    return Library(library.arguments[0], library.number("nom_voltage"), cells)


def _split(text: str) -> tuple[str, dict[str, str]]:
    """Return the text without its cells, and the text of each cell."""
    spans, head, end = {}, [], 0
    for found in re.finditer(r"\bcell\s*\(\s*\"?([^\s\")]+)\"?\s*\)\s*\{", text):
        if found.start() < end:
            continue
        depth, place = 1, found.end()
        for brace in re.finditer(r"[{}]", text[found.end() :]):
            depth += 1 if brace[0] == "{" else -1
            if not depth:
                place = found.end() + brace.end()
                break
        else:
            raise InvalidRequest(f"ends within cell {found[1]!r}")
        head.append(text[end : found.start()])
        spans[found[1]], end = text[found.start() : place], place
    return "".join([*head, text[end:]]), spans


def _group(text: str) -> _Group:
    """Read the one group that ``text`` holds."""
    root, tokens = _Group("", []), _Tokens(text)
    try:
        _fill(root, tokens)
    except StopIteration as error:
        raise InvalidRequest("is not a Liberty file: it ends within a group") from error
    if not root.groups:
        raise InvalidRequest("is not a Liberty file: it has no library group")
    return root.groups[0]


def _fill(group: _Group, tokens: _Tokens) -> None:
    for name in tokens:
        if name == "}":
            return
        if name == ";":
            continue
        following = next(tokens)
        if following == ":":
            words = []
            while (word := next(tokens)) != ";":
                words.append(word.strip('"'))
            group.simple[name] = " ".join(words)
            continue
        if following != "(":
            raise InvalidRequest(f"is not a Liberty file: {following!r} after {name!r}")
        arguments = []
        while (word := next(tokens)) != ")":
            if word != ",":
                arguments.append(word.strip('"'))
        after = next(tokens, ";")
        if after == "{":
            inner = _Group(name, arguments)
            _fill(inner, tokens)
            group.groups.append(inner)
            continue
        group.complex[name] = arguments
        if after != ";":  # many libraries forget it
            tokens.back.append(after)
    if group.kind:
        raise InvalidRequest("is not a Liberty file: it ends within a group")


def _unit(library: _Group, name: str, default: str, base: str) -> float:
    text = library.simple.get(name, default).lower()
    found = re.fullmatch(rf"([\d.]+)\s*([a-z]?){base}", text)
    if found is None or found[2] not in SI:
        raise InvalidRequest(f"{name}: {text!r} is no unit")
    return float(found[1]) * SI[found[2]]


def _cell(group: _Group, units: dict[str, float], templates: dict[str, _Group]) -> Cell:
    pins = {}
    for pin in group.of("pin", "bus"):
        energies = tuple(
            _table(table, units, templates)
            for internal in pin.of("internal_power")
            for table in internal.of("rise_power", "fall_power", "power")
        )
        for name in pin.arguments:
            pins[name] = Pin(
                output=pin.simple.get("direction") == "output",
                clock=pin.simple.get("clock") == "true",
                capacitance=pin.number("capacitance", 0.0) * units["farad"],
                energies=energies,
            )
    depth = width = 0
    for memory in group.of("memory"):
        depth, width = 1 << int(memory.number("address_width")), int(memory.number("word_width"))
    leakage = group.number("cell_leakage_power", 0.0) * units["watt"]
    return Cell(group.number("area"), leakage, pins, depth, width)


def _table(group: _Group, units: dict[str, float], templates: dict[str, _Group]) -> Table:
    name = group.arguments[0] if group.arguments else "scalar"
    rows = [[float(v) for v in row.replace(",", " ").split()] for row in group.complex["values"]]
    values = np.array([v for row in rows for v in row]) * units["joule"]
    template = templates.get(name, _Group("", []))
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
        (variable, axis), one = axes[0], np.zeros(1)
        if variable in SLEWS:
            return Table(axis * units["second"], one, shaped[:, None])
        return Table(one, axis * units["farad"], shaped[None, :])
    if axes[0][0] not in SLEWS:
        axes, shaped = axes[::-1], shaped.T
    return Table(axes[0][1] * units["second"], axes[1][1] * units["farad"], shaped)
