"""AXI4-Stream: the signature, its flat ports with the names of the standard, and how two ends meet.

Ports of a top are called ``s_axis_tdata``, and a member of a member would be ``s_axis__tdata``. So a
component has the wires of a stream as members of its own, under a prefix, and an `End` gathers them again to
be connected.
"""

from __future__ import annotations

from amaranth.hdl import Module, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Member, Out

__all__ = ["AxiStream", "End", "flat_ports", "join"]

WIRES = ("tdata", "tvalid", "tready", "tlast")


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
    return {prefix + wire: stream.members[wire] for wire in WIRES}


class End:
    """The wires of a stream in a component.

    Parameters
    ----------
    owner : object
        Has the wires.
    prefix : str
        Prefix of their names.
    """

    def __init__(self, owner, prefix: str = ""):
        self.tdata, self.tvalid, self.tready, self.tlast = (getattr(owner, prefix + wire) for wire in WIRES)


def join(m: Module, source: End, sink: End) -> None:
    """Let beats go from ``source`` to ``sink``.

    `amaranth.lib.wiring.connect` would do the same to whole interfaces, and look at their directions; the
    ports of a top are no interfaces, and theirs are the other way round when they are seen from within.
    """
    m.d.comb += [
        sink.tdata.eq(source.tdata),
        sink.tvalid.eq(source.tvalid),
        source.tready.eq(sink.tready),
        sink.tlast.eq(source.tlast),
    ]
