"""Names that a network can have: they become a Verilog module, a folder and a C++ class."""

from __future__ import annotations

import re

from accelgen.errors import InvalidNetwork

__all__ = ["RESERVED", "check_name"]

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
STREAMS = [f"{stream}_axis_{wire}" for stream in "sml" for wire in ("tdata", "tvalid", "tready", "tlast")]
PORTS = ["clk", "rst", "aclk", "aresetn", "error", "error_clear", "last_timestep", "margin", *STREAMS]
# Nets of one plain word that the top of some form has.
NETS = [
    *("cancel", "consumed", "final", "first", "idle", "image", "loaded", "long", "malformed", "may_begin"),
    *("may_load", "note", "open", "range_", "ready", "short", "stopped", "taken", "tdata", "tlast", "tready"),
    *("tvalid", "used"),
]
#: What a module must not be called: what stands inside it, and the package of SystemVerilog.
RESERVED = frozenset([*PORTS, *NETS, "std"])


def check_name(name: object) -> None:
    """Raise `InvalidNetwork` unless ``name`` is one that a network can have.

    Parameters
    ----------
    name : str
        At most 63 lower-case letters, digits and underscores, starting with a letter; no name of a port.
    """
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise InvalidNetwork(
            f"name: must be lower-case letters, digits and underscores, starting with a letter, "
            f"not {str(name)[:80]!r}"
        )
    if name in RESERVED:
        raise InvalidNetwork(f"name: {name!r} is taken by a port or a net of the hardware; choose another")
