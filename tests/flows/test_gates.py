import pytest

from accelgen.errors import InvalidRequest
from accelgen.flows.gates import map_to_cells
from accelgen.power.netlist import read_netlist
from tests.flows.test_yosys import CELLS


def test_logic_becomes_cells_and_memories_stay(made, tmp_path):
    library = tmp_path / "tiny.lib"
    library.write_text(CELLS)
    mapped = map_to_cells(made.verilog, made.manifest["top"], library, tmp_path / "gates")
    found = read_netlist(mapped.netlist, made.manifest["top"])
    kinds = {instance.kind for instance in found.instances}
    assert kinds <= {"INV_X1", "NAND2_X1", "NAND2_X4", "NOR2_X1", "XOR2_X1", "BUF_X1", "DFF_X1"}
    assert sum(instance.block.endswith(".mac") for instance in found.instances) > 100
    sizes = {(memory.depth, memory.width) for memory in found.memories}
    listed = {(memory["depth"], memory["width"]) for memory in made.manifest["memories"]}
    if made.load:
        assert sizes == listed
    else:  # constants became cells; what is written stays
        assert sizes < listed and all(memory.writes for memory in found.memories)
    assert "module INV_X1" in mapped.models.read_text()


def test_a_missing_library_is_named(made, tmp_path):
    with pytest.raises(InvalidRequest, match="nothing.lib: cannot be read as a Liberty file"):
        map_to_cells(made.verilog, made.manifest["top"], tmp_path / "nothing.lib", tmp_path)
