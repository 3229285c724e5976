"""AXI4-Stream: the signature, its flat ports with the names of the standard, and how two ends meet.

Ports of a top are called ``s_axis_tdata``, and a member of a member would be ``s_axis__tdata``. So a
component has the wires of a stream as members of its own, under a prefix, and an `End` gathers them again to
be connected.
"""

from __future__ import annotations

from amaranth.hdl import unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Member, Out

__all__ = ["AxiStream", "End", "flat_ports"]


class AxiStream(wiring.Signature):
    """A stream as its sender sees it.

    A beat moves in a cycle with ``tvalid`` and ``tready``; ``tlast`` is on the last beat of a frame.

    Parameters
    ----------
    width : int
        Bits of ``tdata``.
    """

    def __init__(self, width: int):
        super().__init__({"tdata": Out(unsigned(width)), "tvalid": Out(1), "tready": In(1), "tlast": Out(1)})


def flat_ports(stream: wiring.Signature, prefix: str = "") -> dict[str, Member]:
    """Return the wires of a stream as members of a component, their names after ``prefix``."""
    return {prefix + name: stream.members[name] for name in ("tdata", "tvalid", "tready", "tlast")}


class End:
    """The wires of a stream in a component, as an interface that `amaranth.lib.wiring.connect` takes.

    Parameters
    ----------
    owner : object
        Has the wires.
    signature : Signature
        An `AxiStream`, flipped if ``owner`` receives. Within a component its own ports are seen from the
        other side: what it receives there comes from its ports.
    prefix : str
        Of their names.
    """

    def __init__(self, owner, signature: wiring.Signature, prefix: str = ""):
        self.signature = signature
        for name in signature.members:
            setattr(self, name, getattr(owner, prefix + name))
