"""The ports of a top by what they belong to: clock, reset, streams, a bus, and the rest."""

from __future__ import annotations

from dataclasses import dataclass
from os.path import commonprefix

from accelgen.rtl.bus.front import front_of
from accelgen.rtl.edge.ports import Port
from accelgen.rtl.manifest import Manifest

__all__ = ["STREAMS", "Interface", "clock", "loose", "reset", "streams", "wires_of_bus"]

#: The streams that a top may have; `m_axis` alone leaves it.
STREAMS = ("s_axis", "m_axis", "l_axis")


@dataclass(frozen=True, slots=True)
class Interface:
    """Ports that belong together.

    Attributes
    ----------
    name : str
        What their names begin with, without the underscore.
    ports : dict of str to Port
        By the rest of their names: ``tdata``, ``awaddr``, ``cyc_i``.
    """

    name: str
    ports: dict[str, Port]


def clock(manifest: Manifest) -> Port:
    """Return the clock."""
    return next(port for port in manifest.ports if port.role == "clock")


def reset(manifest: Manifest) -> Port:
    """Return the reset."""
    return next(port for port in manifest.ports if port.role == "reset")


def streams(manifest: Manifest) -> list[Interface]:
    """Return the streams, in the order of `STREAMS`; a network behind a bus has none."""
    found = (_interface(manifest, f"{name}_") for name in STREAMS)
    return [one for one in found if one.ports]


def wires_of_bus(manifest: Manifest) -> Interface | None:
    """Return the wires of the bus, or None without one."""
    if manifest.bus is None:
        return None
    return _interface(manifest, commonprefix([*front_of(manifest.bus.bus).ports]))


def loose(manifest: Manifest) -> list[Port]:
    """Return the ports that are of no stream and no bus, without clock and reset."""
    bus = wires_of_bus(manifest)
    taken = {port for one in [*streams(manifest), *([bus] if bus else [])] for port in one.ports.values()}
    return [port for port in manifest.ports if port.role == "data" and port not in taken]


def _interface(manifest: Manifest, start: str) -> Interface:
    ports = [port for port in manifest.ports if port.name.startswith(start)]
    return Interface(start.rstrip("_"), {port.name.removeprefix(start): port for port in ports})
