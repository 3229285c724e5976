"""The port of a memory in a Liberty file: which pin is what, and when it reads and writes."""

from __future__ import annotations

from dataclasses import dataclass

from accelgen.power.function import verilog
from accelgen.power.liberty_syntax import Group

__all__ = ["MemoryPort", "memory_port"]


@dataclass(frozen=True, slots=True)
class MemoryPort:
    """The port through which words are written; "" for what the library does not give.

    Attributes
    ----------
    clock, address, data : str
        Names of pins and buses.
    accesses, writes : str
        When an address, and when a word to write, must be there: Verilog expressions of pins.
    setup : float
        The longest time before the edge at which an input must be there, in the library's unit of time.
    """

    clock: str
    address: str
    data: str
    accesses: str
    writes: str
    setup: float


def memory_port(cell: Group) -> MemoryPort:
    """Return the first port of a memory that writes, or that reads if none does."""
    inputs = {pin.arguments[0]: pin for pin in cell.of("pin", "bus") if pin.arguments}
    ports = [
        (name, use)
        for kind in ("memory_write", "memory_read")
        for name, pin in inputs.items()
        for use in pin.of(kind)
    ]
    name, use = ports[0] if ports else ("", Group("", []))
    address = use.simple.get("address", "").strip()
    return MemoryPort(
        clock=use.simple.get("clocked_on", "").strip(),
        address=address,
        data=name,
        accesses=_checked(inputs.get(address)),
        writes=_checked(inputs.get(name)),
        setup=max((time for pin in inputs.values() for time in _setups(pin)), default=0.0),
    )


def _checks(pin: Group | None) -> list[Group]:
    timings = pin.of("timing") if pin else []
    return [timing for timing in timings if timing.simple.get("timing_type", "").startswith("setup")]


def _checked(pin: Group | None) -> str:
    """Return the condition under which a pin is checked before the edge of the clock."""
    return next((verilog(timing.simple.get("when", "")) for timing in _checks(pin)), "")


def _setups(pin: Group) -> list[float]:
    """Return the setup times of a pin, those of the steepest edges."""
    return [
        float(table.complex["values"][0].replace(",", " ").split()[0])
        for timing in _checks(pin)
        for table in timing.of("rise_constraint", "fall_constraint")
        if table.complex.get("values")
    ]
