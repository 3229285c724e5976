"""What an access to an SRAM macro costs, as its Liberty file states it.

The price of a cycle is that of both edges of the clock pin, in the state of the enables that the cycle
needs. Which state that is follows from the checks of the inputs: an address must be there when the macro is
accessed, a word when it is written. The cheapest of the states that serve is taken: no more pins are driven
than needed. Each access also pays for enables that rise and fall.

- A library that has one price for every state knows no idle cycle: its clock is gated, and rests.
- A library that has prices for states but does not say which of them reads or writes has every access pay for
  the dearest, and every other cycle for the cheapest.

To a pin's energy comes what charges its capacitance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from accelgen.errors import InvalidRequest
from accelgen.power.function import names_in, possible
from accelgen.power.liberty import Cell, Pin
from accelgen.power.memory_port import MemoryPort

__all__ = ["Macro", "priced"]

#: Farads that an output of a macro drives, and seconds of an edge at its inputs.
LOAD, SLEW = 10e-15, 0.0

#: Pins that a price may depend on, at most.
MOST = 10


@dataclass(frozen=True, slots=True)
class Macro:
    """A memory macro.

    Attributes
    ----------
    depth, width : int
        Words, and bits of each.
    area, leakage : float
        um2 and watts.
    read, write, idle : float
        Joules of a cycle that reads, that writes, or in which the macro only sees the clock.
    address, data : float
        Joules of a transition of a bit of the address, or of the word to write.
    delay, setup : float
        Seconds from the edge to the word, and from an input to the edge; 0 if the library has none.
    """

    depth: int
    width: int
    area: float
    leakage: float
    read: float
    write: float
    idle: float
    address: float
    data: float
    delay: float
    setup: float


def priced(cell: Cell, voltage: float) -> Macro:
    """Return a memory with its prices.

    Raises
    ------
    InvalidRequest
        If it has no port, no clock pin with internal_power, or a condition that cannot be read.
    """
    port = cell.port
    if port is None:
        raise InvalidRequest("is no memory: it has no port")
    clock: str | None = port.clock
    if clock not in cell.pins or not cell.pins[clock].spent:
        clock = next((name for name, pin in cell.pins.items() if pin.clock and pin.spent), None)
    if clock is None:
        raise InvalidRequest("has no clock pin with internal_power")

    def change(name: str) -> float:
        pin = cell.pins.get(name)
        return pin.energy(SLEW, 0.0) + pin.capacitance * voltage**2 / 2 if pin else 0.0

    charge = cell.pins[clock].capacitance * voltage**2
    read, write, idle = _cycles(port, cell.pins[clock], charge, change)
    outputs = [pin.delay(SLEW, LOAD) for pin in cell.pins.values() if pin.output]
    return Macro(
        cell.depth,
        cell.width,
        cell.area,
        cell.leakage,
        read,
        write,
        idle,
        change(port.address),
        change(port.data),
        max(outputs, default=0.0),
        max(port.setup, 0.0),
    )


def _cycles(
    port: MemoryPort, clock: Pin, charge: float, change: Callable[[str], float]
) -> tuple[float, float, float]:
    """Return the price of a read, a write and an idle cycle."""
    if not any(each.when for each in clock.spent):
        every = 2 * clock.energy(SLEW, 0.0) + charge
        return every, every, 0.0
    names = list(dict.fromkeys(name for each in clock.spent for name in names_in(each.when)))
    told = bool(port.accesses and port.writes)
    names += [
        name for name in names_in(f"{port.accesses} {port.writes}" if told else "") if name not in names
    ]
    if len(names) > MOST:
        raise InvalidRequest(f"the price of a cycle depends on {len(names)} pins, more than {MOST}")

    def cost(entry: tuple[float, dict[str, str]]) -> tuple[float, str]:
        return entry[0], "".join(entry[1].values())

    states = [dict(zip(names, bits, strict=True)) for bits in product("01", repeat=len(names))]
    prices = [2 * clock.under(state).energy(SLEW, 0.0) + charge for state in states]
    if not told:
        return max(prices), max(prices), min(prices)
    kinds: dict[str, list[tuple[float, dict[str, str]]]] = {"read": [], "write": [], "idle": []}
    for state, price in zip(states, prices, strict=True):
        accessed = possible(port.accesses, state)
        kind = "idle" if not accessed else "write" if possible(port.writes, state) else "read"
        kinds[kind].append((price, state))
    for kind in ("read", "write"):
        if not kinds[kind]:
            raise InvalidRequest(f"no state of {', '.join(names)} is a {kind}")
    cheapest = {kind: min(entries, key=cost) for kind, entries in kinds.items() if entries}
    # Without an idle state the clock is gated; an enable that is not as it rests changes before and after.
    idle, resting = cheapest.get("idle", (0.0, dict.fromkeys(names, "0")))
    read, write = (
        price + sum(2 * change(name) for name in names if state[name] != resting[name])
        for price, state in (cheapest["read"], cheapest["write"])
    )
    return read, write, idle
