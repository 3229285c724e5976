"""A proof by Yosys that Verilog is the hardware that Amaranth elaborates.

Registers are cut: what each takes next, every output and every pin of a memory is a function of registers,
inputs and words of memories, and is proven the same on both sides. Start values and contents of memories are
compared as they stand.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from amaranth.back import rtlil

from accelgen.flows.yosys import YOSYS
from accelgen.rtl.text.design import Design

# A memory that reads in a clocked block is one with a clocked port once the enable is a part of its register.
READ = """proc -norom
flatten
opt_expr
opt_dff -nosdff
opt_clean
memory_dff
memory_collect
dffunmap
opt_expr"""
SIDE = """
read_verilog outside.v
{read}
hierarchy -top {top}
{steps}
cd {top}
{renamed}
cd ..
rename {top} {side}
select -set keep w:*_register
rename -hide w:* @keep %d
opt_expr
opt_merge
opt_clean
design -stash {side}
"""
BOTH = """
design -copy-from gold -as gold gold
design -copy-from gate -as gate gate
write_json both.json
write_rtlil both.il
"""
PROOF = """
read_rtlil boxed.il
read_verilog outside.v boxes.v
expose -evert -evert-dff gold gate
equiv_make gold gate equiv
hierarchy -top equiv
opt_clean
equiv_struct
equiv_simple
equiv_status -assert
"""
MEMORY = re.compile(r"^  cell [$]mem_v2 \\?(\S+)\n((?:    .*\n)*)", re.MULTILINE)


def prove(make, name: str, folder: Path, platform=lambda: None, change=str) -> int:
    """Raise `ToolError` unless the Verilog of ``make()`` is what it elaborates to; return its registers.

    ``change`` is done to the Verilog first: a proof that holds then, too, would prove nothing.
    """
    design = Design(make(), name, platform())
    gold = rtlil.convert(make(), name=name, platform=platform(), emit_src=False)
    (folder / "gold.il").write_text(gold)
    (folder / "gate.v").write_text(change(design.text))
    (folder / "outside.v").write_text("".join(_outside(design)))
    pairs = list(_registers(design, next(iter(design.raw)), []))
    sides = {
        "gold": SIDE.format(
            read="read_rtlil gold.il",
            steps=READ,
            renamed="".join(f"rename \\{old} \\{new}_register\n" for old, new in pairs),
            top=name,
            side="gold",
        ),
        "gate": SIDE.format(
            read="read_verilog gate.v",
            # what an idle write port has for an address is anybody's choice
            steps=f"{READ} -mux_undef",
            renamed="".join(f"rename \\{new} \\{new}_register\n" for _, new in pairs),
            top=name,
            side="gate",
        ),
    }
    _yosys("".join(sides.values()) + BOTH, folder, "read")
    modules = json.loads((folder / "both.json").read_text())["modules"]
    facts = [(_starts(modules[side]), _memories(modules[side])) for side in sides]
    assert facts[0] == facts[1], "start values or memories differ"
    _box(modules["gold"], folder)
    _yosys(PROOF, folder, "proof")
    return len(pairs)


def _yosys(script: str, folder: Path, name: str) -> None:
    (folder / f"{name}.ys").write_text(script)
    YOSYS.run(["-q", "-s", f"{name}.ys"], cwd=folder, log=folder / f"{name}.log")


def _registers(design: Design, kind: str, path: list[str]):
    """Yield the name of each register in RTLIL and in Verilog, once it is flat."""
    module = design.modules[kind]
    for register in module.registers:
        yield ".".join([*path, register.net.source]), ".".join([*path, register.net.name])
    for instance in module.instances:
        if instance.kind in design.modules:
            yield from _registers(design, instance.kind, [*path, instance.name])


def _outside(design: Design):
    """Yield an empty module for each that the design uses and does not have."""
    sizes = {}
    for module in design.modules.values():
        for instance in module.instances:
            if instance.kind not in design.modules:
                sizes[instance.kind] = {name: value.width for name, value in instance.ports.items()}
    for kind, ports in sizes.items():
        text = ", ".join(
            f"{'output' if name == 'read_data' else 'input'} [{width - 1}:0] {name}"
            for name, width in ports.items()
        )
        yield f"(* blackbox *) module {kind}({text}); endmodule\n"


def _starts(module: dict) -> dict:
    """Return the start values of registers."""
    named = module["netnames"].items()
    found = {name: facts["attributes"].get("init") for name, facts in named if name.endswith("_register")}
    assert found
    return found


def _memories(module: dict) -> dict:
    """Return everything that memories are; one is marked as never read while written, the other is not."""
    return {
        name: {key: value for key, value in cell["parameters"].items() if key != "RD_COLLISION_X_MASK"}
        for name, cell in module["cells"].items()
        if cell["type"] == "$mem_v2"
    }


def _box(gold: dict, folder: Path) -> None:
    """Write both sides with an unknown module for each memory: its pins are compared, its inside is not."""
    names = {name: f"box{number}" for number, name in enumerate(_memories(gold))}
    boxes = []
    for name, box in names.items():
        cell = gold["cells"][name]
        ports = ", ".join(
            f"{cell['port_directions'][port]} [{max(len(bits), 1) - 1}:0] {port}"
            for port, bits in cell["connections"].items()
        )
        boxes.append(f"(* blackbox *) module {box}({ports}); endmodule\n")
    (folder / "boxes.v").write_text("".join(boxes))

    def boxed(cell: re.Match) -> str:
        pins = re.sub(r"^    parameter .*\n", "", cell[2], flags=re.MULTILINE)
        return f"  cell \\{names[cell[1]]} \\{cell[1]}\n{pins}"

    (folder / "boxed.il").write_text(MEMORY.sub(boxed, (folder / "both.il").read_text()))
