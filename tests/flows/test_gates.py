import pytest

from accelgen.errors import InvalidRequest
from accelgen.flows.gates import map_to_cells
from accelgen.power.netlist import read_netlist
from tests.flows.test_yosys import CELLS

SPECIAL = """
  cell(FA_X1) { area : 5.0;
    pin(A) { direction : input; } pin(B) { direction : input; } pin(CI) { direction : input; }
    pin(CO) { direction : output; function : "(A&B)|(A&CI)|(B&CI)"; }
    pin(S) { direction : output; function : "A^B^CI"; } }
  cell(CLKGATE_X1) { area : 4.0; clock_gating_integrated_cell : "latch_posedge";
    pin(CK) { direction : input; clock_gate_clock_pin : true; clock : true; }
    pin(E) { direction : input; clock_gate_enable_pin : true; }
    pin(GCK) { direction : output; clock_gate_out_pin : true; } }
}
"""


@pytest.fixture
def library(tmp_path):
    path = tmp_path / "tiny.lib"
    path.write_text(CELLS.rstrip().removesuffix("}") + SPECIAL)
    return path


def sizes(memories):
    return sorted((memory["depth"], memory["width"]) for memory in memories)


def mapped(made, library, folder, **options):
    found = map_to_cells(made.verilog, made.manifest["top"], library, folder, **options)
    assert found.verilog.is_file()
    return read_netlist(found.netlist, made.manifest["top"])


def test_logic_becomes_cells_and_memories_stay(made, library, tmp_path):
    found = mapped(made, library, tmp_path / "gates", registers=[])
    kinds = {instance.kind for instance in found.instances}
    assert kinds <= {"INV_X1", "NAND2_X1", "NAND2_X4", "NOR2_X1", "XOR2_X1", "BUF_X1", "DFF_X1"}
    assert sum(instance.block == "mac" for instance in found.instances) > 100
    left = {(memory.depth, memory.width) for memory in found.memories}
    listed = set(sizes(made.manifest["memories"]))
    if made.load:
        assert left == listed
    else:  # constants became cells; what is written stays
        assert left < listed and all(memory.writes for memory in found.memories)


def test_memories_become_registers_when_that_is_asked(made, library, tmp_path):
    listed = sizes(made.manifest["memories"])
    found = mapped(made, library, tmp_path / "one", registers=listed[:1])
    assert listed[0] not in {(memory.depth, memory.width) for memory in found.memories}
    assert found.memories
    assert not mapped(made, library, tmp_path / "all").memories


def test_registers_that_hold_get_clock_gates(made, library, tmp_path):
    options = {"registers": [], "clock_gates": True}
    found = mapped(made, library, tmp_path / "gates", **options)
    gates = [instance for instance in found.instances if instance.kind == "CLKGATE_X1"]
    gated = {gate.pins["GCK"] for gate in gates}
    registers = [instance for instance in found.instances if instance.kind == "DFF_X1"]
    assert len(gates) > 3
    # The accumulators are most of the registers, and hold when no operand comes.
    assert sum(register.pins["CK"] in gated for register in registers) > len(registers) / 2


def test_sums_are_made_of_full_adders(library, tmp_path):
    (tmp_path / "sum.v").write_text(
        "module sum(input clk, input [3:0] a, b, c, d, output reg [5:0] y);\n"
        "always @(posedge clk) y <= a + b + c + d;\nendmodule\n"
    )
    options = {"full_adder": ("FA_X1", "A", "B", "CI", "CO", "S")}
    found = map_to_cells(tmp_path / "sum.v", "sum", library, tmp_path / "gates", **options)
    kinds = [instance.kind for instance in read_netlist(found.netlist, "sum").instances]
    assert kinds.count("FA_X1") >= 8


def test_a_missing_library_is_named(made, tmp_path):
    with pytest.raises(InvalidRequest, match="nothing.lib: cannot be read as a Liberty file"):
        map_to_cells(made.verilog, made.manifest["top"], tmp_path / "nothing.lib", tmp_path)
