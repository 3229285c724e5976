"""The ports that every top has: AXI4-Streams, and errors that stay until they are cleared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from amaranth.hdl import Shape
from amaranth.lib.wiring import In, Member, Out

from accelgen.network.task import Task, score_names
from accelgen.rtl.edge.axi_stream import AxiStream, flat_ports
from accelgen.rtl.words import BEAT_BITS

__all__ = ["ERRORS", "WATCHED", "Port", "meanings_of", "ports_of", "stream_ports"]

#: What each bit of ``error`` means, bit 0 first.
ERRORS = ("short", "long", "range", "load")

#: What a top has besides, if somebody counts the work of its engine: see `folded_members`.
WATCHED: dict[str, Member] = {"met": Out(1), "ended": Out(1)}

WIRES = {
    "tvalid": "a beat is on offer",
    "tready": "the beat on offer is taken",
    "tlast": "the beat is the last of its frame",
}
DATA = {
    "s_axis": "an input beat, see `input`",
    "m_axis": f"a result word: {score_names(None)}",
    "l_axis": "a table word, as in the file `load`",
}
MEANINGS = {
    **{f"{stream}_tdata": meaning for stream, meaning in DATA.items()},
    **{f"{stream}_{wire}": meaning for stream in DATA for wire, meaning in WIRES.items()},
    "error": f"errors until they are cleared, from bit 0 up: {', '.join(ERRORS)}",
    "error_clear": "clears the errors; one of the same cycle stays",
    "last_timestep": "timesteps of the next image, less one",
    "margin": "lead at which a sample stops early, 0 for never",
}


@dataclass(frozen=True, slots=True)
class Port:
    """A port of the Verilog.

    Attributes
    ----------
    name : str
        Name in the Verilog.
    direction : "input" or "output"
        Direction as the hardware sees it.
    width : int
        Width in bits.
    role : "clock", "reset" or "data"
        There is one clock, whose rising edge counts, and one synchronous reset.
    meaning : str
        What the port carries, in words.
    active_low : bool or None
        Of a reset that is active when low; None of every other port.
    """

    name: str
    direction: Literal["input", "output"]
    width: int
    role: Literal["clock", "reset", "data"]
    meaning: str
    active_low: bool | None = None


def meanings_of(task: Task | None, *, side_by_side: bool = False) -> dict[str, str]:
    """Return what the ports of a top are for, if its scores stand for what ``task`` says."""
    what = f"words of {BEAT_BITS} bits side by side, low bits first" if side_by_side else "a result word"
    return MEANINGS | {"m_axis_tdata": f"{what}: {score_names(task)}"}


def ports_of(members: dict[str, Member], meanings: dict[str, str] = MEANINGS) -> list[Port]:
    """Return the ports of a top with these members as its Verilog has them, the clock and the reset first.

    Parameters
    ----------
    members : dict of str to Member
        Members of the top.
    meanings : dict of str to str, optional
        What each is for.
    """
    ports = [
        Port("clk", "input", 1, "clock", "everything happens at its rising edge"),
        Port("rst", "input", 1, "reset", "synchronous, active when high; ends loaded tables"),
    ]
    for name, member in members.items():
        direction: Literal["input", "output"] = "input" if member.flow == In else "output"
        ports.append(Port(name, direction, Shape.cast(member.shape).width, "data", meanings[name]))
    return ports


def stream_ports(input_width: int, *, loadable: bool, output_width: int = BEAT_BITS) -> dict[str, Member]:
    """Return the members of a top.

    Parameters
    ----------
    input_width : int
        Bits of ``s_axis_tdata``.
    loadable : bool
        The tables enter over ``l_axis``.
    output_width : int
        Bits of ``m_axis_tdata``.
    """
    members = {
        **flat_ports(AxiStream(input_width).flip(), "s_axis_"),
        **flat_ports(AxiStream(output_width), "m_axis_"),
        "error": Out(len(ERRORS)),
        "error_clear": In(1),
    }
    if loadable:
        members |= flat_ports(AxiStream(BEAT_BITS).flip(), "l_axis_")
    return members
