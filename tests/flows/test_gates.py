import numpy as np
import pytest

from accelgen.errors import InvalidRequest
from accelgen.flows.gates import map_to_cells
from accelgen.golden import run_spiking
from accelgen.golden.spiking_vectors import spiking_vectors
from accelgen.golden.vectors import dense_vectors
from accelgen.network import Network, Neuron, PixelInput, RateInput, Requantise, Spiking, Window
from accelgen.power.netlist import read_netlist
from tests.flows.conftest import make
from tests.flows.test_yosys import CELLS
from tests.four_state import play
from tests.tiny_convolutions import conv_layer
from tests.tiny_networks import block_sparse, dense_layer, random_images

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
    return sorted((memory.depth, memory.width) for memory in memories)


def mapped(made, library, folder, **options):
    found = map_to_cells(made.verilog, made.manifest.top, library, folder, **options)
    assert found.verilog.is_file()
    return read_netlist(found.netlist, made.manifest.top)


def test_logic_becomes_cells_and_memories_stay(made, library, tmp_path):
    found = mapped(made, library, tmp_path / "gates", registers=[])
    kinds = {instance.kind for instance in found.instances}
    assert kinds <= {"INV_X1", "NAND2_X1", "NAND2_X4", "NOR2_X1", "XOR2_X1", "BUF_X1", "DFF_X1"}
    assert sum(instance.block == "mac" for instance in found.instances) > 100
    left = {(memory.depth, memory.width) for memory in found.memories}
    listed = set(sizes(made.manifest.memories))
    if made.load:
        assert left == listed
    else:  # constants became cells; what is written stays
        assert left < listed and all(memory.writes for memory in found.memories)


def test_memories_become_registers_when_that_is_asked(made, library, tmp_path):
    listed = sizes(made.manifest.memories)
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
    assert kinds.count("FA_X1") >= 5


def test_a_missing_library_is_named(made, tmp_path):
    with pytest.raises(InvalidRequest, match="nothing.lib: cannot be read as a Liberty file"):
        map_to_cells(made.verilog, made.manifest.top, tmp_path / "nothing.lib", tmp_path)


def tiny(kind: str) -> Network:
    """Return two layers, the smallest that still have passes, blocks and padding."""
    rng = np.random.default_rng(0)
    first = {"block_out": 4, "block_in": 4, "kept": 1}
    second = {"block_out": 3, "block_in": 3, "kept": 2}
    if kind == "dense":
        layers = (
            dense_layer(rng, "a", 6, 8, Requantise(2, 2), spread=9, **first),
            dense_layer(rng, "b", 3, 6, None, spread=9, **second),
        )
        return Network("tiny", PixelInput(8, 2), layers)
    if kind == "conv":
        window = Window(4, 3, 2, kernel=2, padding=1, pool=2)
        layers = (
            conv_layer(rng, "a", window, 3, Requantise(2, 2), block_out=3, block_in=1, kept=2, spread=9),
            dense_layer(rng, "b", 3, 12, None, spread=9, **second),
        )
        return Network("tiny", PixelInput(24, 2), layers)
    counts = kind == "count"
    weights = block_sparse(rng, 6, 8, **first), block_sparse(rng, 3, 6, **second)
    neuron = Neuron("continuous", 3, 1, "zero" if counts else "subtract")
    layers = (
        Spiking("a", weights[0], rng.integers(-3, 4, 6).astype(np.int32), neuron),
        Spiking("b", weights[1], rng.integers(-3, 4, 3).astype(np.int32), neuron if counts else None),
    )
    return Network("tiny", RateInput(8, 2, *(("lfsr", 3) if counts else ("dither", 0))), layers)


@pytest.mark.parametrize(
    ("kind", "gated", "options"),
    [
        ("dense", False, {}),
        ("dense", False, {"weights": "ram"}),
        ("dense", True, {"skip_zeros": False}),
        ("dense", False, {"unrolled": True}),
        ("conv", False, {}),
        ("membrane", False, {"early_stop": True}),
        ("membrane", True, {"stream": "events"}),
        ("count", False, {"weights": "ram"}),
        ("count", False, {"stream": "events", "early_stop": True}),
        ("membrane", False, {"unrolled": True}),
        ("count", False, {"unrolled": True, "stream": "events"}),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else str(value),
)
def test_nothing_is_unknown_once_a_netlist_has_been_reset(library, tmp_path, kind, gated, options):
    network = tiny(kind)
    images = random_images(np.random.default_rng(0), 4, network.input.inputs)
    if kind in ("dense", "conv"):
        vectors = dense_vectors(network, images, 8 if "unrolled" in options else None)
    else:
        entering = {} if "stream" in options else {"images": images}
        margin = 2 if "early_stop" in options else None
        per_beat = 8 if "unrolled" in options else None
        result = run_spiking(network, images, 3)
        vectors = spiking_vectors(network, result, margin=margin, per_beat=per_beat, **entering)
    made = make(tmp_path / "top", network, vectors, **options)
    said = play(made, library, tmp_path / "gates", clock_gates=gated)
    assert said.startswith("equal after "), said
