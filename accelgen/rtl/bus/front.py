"""What every bus has to say of itself; each stands in a file of its own in `fronts`."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from amaranth.lib import wiring
from amaranth.lib.wiring import Member

from accelgen.errors import InvalidOption
from accelgen.rtl.bus.fronts import BUSES
from accelgen.values import shown

__all__ = ["Front", "front_of"]


@dataclass(frozen=True, slots=True)
class Front:
    """The front of a bus.

    Attributes
    ----------
    title : str
        What people call the bus.
    refusal : str
        How it says that an access is refused.
    ports : dict of str to Member
        Its wires, as the hardware sees them.
    meanings : dict of str to str
        What each is for.
    component : type
        Without arguments, has ``ports`` as members, and ``registers``: a `RegisterPort` that it drives.
    """

    title: str
    refusal: str
    ports: dict[str, Member]
    meanings: dict[str, str]
    component: type[wiring.Component]


def front_of(bus: str) -> Front:
    """Return the front of a bus, or raise `InvalidOption` if there is no bus of that name."""
    if not isinstance(bus, str) or bus not in BUSES:
        raise InvalidOption(f"bus must be {' or '.join(map(repr, BUSES))}, not {shown(bus)}")
    return importlib.import_module(f"accelgen.rtl.bus.fronts.{bus.replace('-', '_')}").FRONT
