"""The ports that every top has: AXI4-Streams, and errors that stay until they are cleared."""

from __future__ import annotations

from amaranth.hdl import unsigned
from amaranth.lib.wiring import In, Member, Out

__all__ = ["BEAT_BITS", "ERRORS", "stream_ports"]

#: Bits of a result word and of a table word.
BEAT_BITS = 32

#: What each bit of ``error`` means, bit 0 first.
ERRORS = ("short", "long", "range", "load")


def stream_ports(input_width: int, *, loadable: bool) -> dict[str, Member]:
    """Return the members of a top.

    Parameters
    ----------
    input_width : int
        Bits of ``s_axis_tdata``.
    loadable : bool
        The tables enter over ``l_axis``.
    """
    members = {
        "s_axis_tdata": In(unsigned(input_width)),
        "s_axis_tvalid": In(1),
        "s_axis_tready": Out(1),
        "s_axis_tlast": In(1),
        "m_axis_tdata": Out(unsigned(BEAT_BITS)),
        "m_axis_tvalid": Out(1),
        "m_axis_tready": In(1),
        "m_axis_tlast": Out(1),
        "error": Out(len(ERRORS)),
        "error_clear": In(1),
    }
    if loadable:
        members |= {
            "l_axis_tdata": In(unsigned(BEAT_BITS)),
            "l_axis_tvalid": In(1),
            "l_axis_tready": Out(1),
            "l_axis_tlast": In(1),
        }
    return members
