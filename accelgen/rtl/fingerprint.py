"""The fingerprint of hardware: the same for the same circuit, another for any other.

That of a circuit is taken of what Amaranth elaborates, in RTLIL, before that becomes Verilog: neither a
docstring nor another way to write down the same circuit changes it, and every gate, register, name of a wire
and word of a table does. Contents of memories, most of that text, are digested instead of written. What a
circuit answers, and in how many cycles, depends on nothing else.

What a tool makes of it does: another text of the same circuit gets another area. So the fingerprint of a text
is of the Verilog itself, without its comments.
"""

from __future__ import annotations

import hashlib
import re

from amaranth.hdl import ClockSignal, Elaboratable, Instance

from accelgen.network.network import Network
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.garbage import uncollected
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.verilog import to_verilog

__all__ = ["DIGITS", "fingerprint", "of_text", "of_top", "text_fingerprint"]

#: Hexadecimal digits of a fingerprint.
DIGITS = 16


def fingerprint(network: Network, datapath: Datapath) -> str:
    """Return the fingerprint of what `accelgen.rtl.emit.generate` makes of a network.

    Parameters
    ----------
    network : Network
        What is to run.
    datapath : Datapath
        How it is built.

    Returns
    -------
    str
        `DIGITS` hexadecimal digits.

    Raises
    ------
    InvalidOption, InvalidNetwork
        See `accelgen.rtl.hardware.hardware_of`.
    """
    return of_top(hardware_of(network, datapath).top(), network.name)


def text_fingerprint(network: Network, datapath: Datapath) -> str:
    """Return the fingerprint of the Verilog that is written of a network; see `fingerprint` and `of_text`."""
    return of_text(hardware_of(network, datapath).top(), network.name)


def of_top(top: Elaboratable, name: str) -> str:
    """Return the fingerprint of any component, a top called ``name``."""
    from amaranth.back import rtlil

    with uncollected():
        text = rtlil.convert(top, name=name, platform=_Digested(), emit_src=False)
    return _short(text)


def of_text(top: Elaboratable, name: str) -> str:
    """Return the fingerprint of the Verilog of any component, a top called ``name``, without comments."""
    text, _ = to_verilog(top, name)
    return _short(re.sub(r"//.*", "", text))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


class _Digested:
    """A platform on which a memory is an instance that carries all about it, its contents as a digest."""

    def get_table(self, memory: Elaboratable) -> None:
        """Let a table be a memory with a port for each of its users, as without any platform."""

    def get_memory(self, memory) -> Elaboratable:
        """Return what stands for an `amaranth.lib.memory.Memory`."""
        words = " ".join(map(str, memory.init))
        facts = {
            "p_shape": repr(memory.shape),
            "p_depth": memory.depth,
            "p_words": hashlib.sha256(words.encode()).hexdigest(),
            "p_attributes": repr(sorted(memory.attrs.items())),
        }
        for number, port in enumerate(memory.write_ports):
            facts |= {f"i_write{number}_{part}": getattr(port, part) for part in ("en", "addr", "data")}
            facts[f"i_write{number}_clk"] = ClockSignal(port.domain)
        for number, port in enumerate(memory.read_ports):
            at, ahead = f"read{number}", [memory.write_ports.index(other) for other in port.transparent_for]
            facts |= {f"p_{at}_transparent": repr(ahead), f"o_{at}_data": port.data}
            facts |= {f"i_{at}_{part}": getattr(port, part) for part in ("en", "addr")}
            if port.domain != "comb":
                facts[f"i_{at}_clk"] = ClockSignal(port.domain)
        return Instance("digested_memory", **facts)
