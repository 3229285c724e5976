"""A network mapped to the cells of a Liberty file, as Verilog that can be simulated and as a netlist.

Memories stay memories; the MAC array keeps its boundary, so that its cells can be told from the rest.
"""

from __future__ import annotations

import gzip
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import InvalidRequest, ToolError, at
from accelgen.flows.yosys import YOSYS

__all__ = ["Gates", "map_to_cells"]

# Single-bit nets with plain names: every name in the netlist is then a name in the activity file.
SCRIPT = """
read_verilog design.v
hierarchy -top {top}
setattr -mod -set keep_hierarchy 1 *.mac
synth -flatten -top {top} -run begin:fine
opt -fast -full
memory_map -rom-only
opt -full
techmap
opt -fast
dfflibmap -liberty cells.lib
abc -liberty cells.lib
opt_clean -purge
splitnets
rename -hide
rename -enumerate -pattern n%
write_verilog -noattr netlist.v
write_json netlist.json
design -reset
read_liberty -ignore_miss_func cells.lib
write_verilog -noattr cells.v
"""


@dataclass(frozen=True, slots=True)
class Gates:
    """Files of a mapped network.

    Attributes
    ----------
    verilog : Path
        The netlist.
    models : Path
        What each cell does, made from the Liberty file.
    netlist : Path
        The netlist as Yosys' JSON.
    """

    verilog: Path
    models: Path
    netlist: Path


def map_to_cells(verilog: Path, top: str, liberty: Path, out: Path) -> Gates:
    """Map a network to the cells of ``liberty``, in the folder ``out``.

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
    (out / "gates.ys").write_text(SCRIPT.format(top=top))
    YOSYS.run(["-q", "-s", "gates.ys"], cwd=out, log=out / "gates.log")
    made = Gates(out / "netlist.v", out / "cells.v", out / "netlist.json")
    for path in (made.verilog, made.models, made.netlist):
        if not path.is_file():
            raise ToolError(f"Yosys wrote no {path.name}; see {out / 'gates.log'}")
    return made
