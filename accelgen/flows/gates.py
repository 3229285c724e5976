"""A network mapped to the cells of a Liberty file, as Verilog that can be simulated and as a netlist.

Memories stay memories; the MAC array keeps its boundary, so that its cells can be told from the rest.
"""

from __future__ import annotations

import gzip
import shutil
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import InvalidRequest, ToolError, at
from accelgen.flows.adders import adder_commands
from accelgen.flows.yosys import YOSYS

__all__ = ["KEPT", "Gates", "map_to_cells"]

# The MAC array and the layers of unrolled hardware are mapped by themselves, so that they can be marked.
# Reset gives every register its first value, also in four states; what has none needs none.
SCRIPT = """
read_verilog design.v
hierarchy -top {top}
setattr -mod -set keep_hierarchy 1 {top}_mac {top}_layer*
setattr -set keep 1 {kept}
synth -flatten -top {top} -run begin:fine
opt -fast -full
memory_map -rom-only
{registers}
opt -full
{adders}
techmap
opt -fast
setattr -unset init a:init
dfflegalize -cell $_DFF_P_ x -cell $_DFFE_PP_ x -cell $_SDFF_PP?_ x -cell $_SDFFE_PP?P_ x
{enables}
techmap -map reset.v
dfflegalize -cell $_DFF_P_ x -cell $_DFFE_PP_ x
techmap
opt_merge
opt_clean
{gating}
dfflegalize -cell $_DFF_P_ x
dfflibmap -liberty cells.lib
{abc}
techmap -map cleared.v
techmap
{abc}
setattr -set block "mac" {top}_mac/c:* {top}_layer*/c:*
setattr -mod -unset keep_hierarchy *
flatten
opt_clean -purge
write_json netlist.json
rename -hide
rename -enumerate -pattern n%
write_verilog -noattr netlist.v
"""

#: Signals that keep their names in ``netlist.json``, if they are there: which layer runs, and if one does.
KEPT = ("engine.control.layer", "engine.control.running")

# A reset is the last gate before its register, and the first ABC does not see it. It would mix the reset with
# what the register holds, and a simulation of four states would never learn the first value: q ^ q is unknown
# as long as q is.
RESET = """module \\$_SDFF_PP{value}_ (D, C, R, Q);
  input D, C, R;
  output Q;
  wire next;
  cleared{value} gate (.D(D), .R(R), .Y(next));
  \\$_DFF_P_ flop (.D(next), .C(C), .Q(Q));
endmodule
"""
CLEARED = """module cleared{value} (D, R, Y);
  input D, R;
  output Y;
  assign Y = R ? 1'b{value} : D;
endmodule
"""

# With clock gates, enables stay enables: a reset enables and clears.
RESET_OF_GATED = """module \\$_SDFFE_PP{value}P_ (D, C, R, E, Q);
  input D, C, R, E;
  output Q;
  wire next;
  cleared{value} gate (.D(D), .R(R), .Y(next));
  \\$_DFFE_PP_ flop (.D(next), .C(C), .E(E | R), .Q(Q));
endmodule
"""
ENABLES_INTO_LOGIC = "dfflegalize -cell $_DFF_P_ x -cell $_SDFF_PP?_ x"

# What Yosys does by itself for a library, and then a tree of buffers wherever a net ends in many pins. Not
# `buffer -c`: of a layer of 160,000 cells it makes 165,000 buffers, where 4,700 do.
ABC = """strash
{merged}scorr
dc2
strash
&get -n
&dch -f
&nf
&put
buffer -N {fanout}
upsize -D {delay}
dnsize -D {delay}
"""
# Equal nodes are proved equal one by one. Where adders are made of gates, for want of full adders, that has
# not ended after half an hour for a layer that takes half a minute without it.
MERGED = """&get -n
&fraig -x
&put
"""
CONSTRAINTS = """set_driving_cell {buffer}
set_load 5.0
"""

#: Pins that one cell drives, at most.
FANOUT = 16

#: Registers that hold together, at least, for a clock gate to pay.
GATED = 4


@dataclass(frozen=True, slots=True)
class Gates:
    """Files of a mapped network.

    Attributes
    ----------
    verilog : Path
        The netlist.
    netlist : Path
        The netlist as Yosys' JSON.
    """

    verilog: Path
    netlist: Path


def map_to_cells(
    verilog: Path,
    top: str,
    liberty: Path,
    out: Path,
    *,
    full_adder: Sequence[str] | None = None,
    clock_gates: bool = False,
    buffer: str | None = None,
    delay: int = 1000,
    registers: Iterable[tuple[int, int]] | None = None,
) -> Gates:
    """Map a network to the cells of ``liberty``, in the folder ``out``.

    Parameters
    ----------
    verilog : Path
        The network.
    top : str
        Its top module.
    liberty : Path
        Standard cells, gzipped or not.
    out : Path
        Folder for what is written.
    full_adder : sequence of str, optional
        Names of a full adder, its three inputs, its carry and its sum, to make sums of.
    clock_gates : bool
        Registers that hold together get a clock gate of the library.
    buffer : str, optional
        A buffer of the library, to drive nets that end in many pins.
    delay : int
        Picoseconds that logic should take at most: where there are buffers, cells are as large as that needs.
    registers : iterable of (int, int), optional
        Words and bits of the memories that become registers; all memories by default.

    Raises
    ------
    InvalidRequest
        If the library cannot be read.
    ToolError
        If Yosys fails.
    """
    out.mkdir(parents=True, exist_ok=True)
    with at(liberty):
        try:
            raw = Path(liberty).read_bytes()
            text = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
        except (OSError, EOFError, zlib.error) as error:
            raise InvalidRequest(f"cannot be read as a Liberty file: {error}") from error
    (out / "cells.lib").write_bytes(text)
    shutil.copy(verilog, out / "design.v")
    resets = RESET + RESET_OF_GATED if clock_gates else RESET
    (out / "reset.v").write_text("".join(resets.format(value=value) for value in (0, 1)))
    (out / "cleared.v").write_text("".join(CLEARED.format(value=value) for value in (0, 1)))
    adders, enables, gating, abc = "", ENABLES_INTO_LOGIC, "", "abc -liberty cells.lib"
    if full_adder:
        adders = adder_commands(full_adder, out)
    if clock_gates:
        enables, gating = "", f"clockgate -liberty cells.lib -min_net_size {GATED}"
    if buffer:
        (out / "gates.abc").write_text(
            ABC.format(merged=MERGED if full_adder else "", fanout=FANOUT, delay=delay)
        )
        (out / "gates.constr").write_text(CONSTRAINTS.format(buffer=buffer))
        abc += " -constr gates.constr -script gates.abc"
    parts = {
        "kept": " ".join(f"{top}_{path[-2]}/w:{path[-1]}" for path in (name.split(".") for name in KEPT)),
        "adders": adders,
        "enables": enables,
        "gating": gating,
        "abc": abc,
        "registers": _registers(registers),
    }
    (out / "gates.ys").write_text(SCRIPT.format(top=top, **parts))
    gates = Gates(out / "netlist.v", out / "netlist.json")
    for path in (gates.verilog, gates.netlist):
        path.unlink(missing_ok=True)  # of an earlier run
    YOSYS.run(["-q", "-s", "gates.ys"], cwd=out, log=out / "gates.log")
    for path in (gates.verilog, gates.netlist):
        if not path.is_file():
            raise ToolError(f"Yosys wrote no {path.name}; see {out / 'gates.log'}")
    return gates


def _registers(sizes: Iterable[tuple[int, int]] | None) -> str:
    """Return the commands that make registers of the memories of these sizes."""
    if sizes is None:
        return "memory_map"
    chosen = sorted(set(sizes))
    return "\n".join(f"memory_map r:SIZE={depth} r:WIDTH={width} %i t:$mem_v2 %i" for depth, width in chosen)
