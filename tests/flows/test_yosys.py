import gzip
import json

import pytest

from accelgen.errors import InvalidRequest, ToolError
from accelgen.flows import yosys
from accelgen.flows.yosys import nand2_area, synth, without_zeros
from accelgen.rtl.text.modules import Rows
from accelgen.rtl.text.rows import contents
from accelgen.rtl.text.values import Net

CELLS = """library(tiny) {
  cell(INV_X1) { area : 1.0; pin(A) { direction : input; } pin(Y) { direction : output; function : "!A"; } }
  cell(NAND2_X1) { area : 2.0;
    pin(A) { direction : input; } pin(B) { direction : input; }
    pin(Y) { direction : output; function : "!(A & B)"; } }
  cell(NAND2_X4) { area : 5.0;
    pin(A) { direction : input; } pin(B) { direction : input; }
    pin(Y) { direction : output; function : "!(A & B)"; } }
  cell(NOR2_X1) { area : 2.0;
    pin(A) { direction : input; } pin(B) { direction : input; }
    pin(Y) { direction : output; function : "!(A | B)"; } }
  cell(XOR2_X1) { area : 4.0;
    pin(A) { direction : input; } pin(B) { direction : input; }
    pin(Y) { direction : output; function : "A ^ B"; } }
  cell(BUF_X1) { area : 1.5; pin(A) { direction : input; } pin(Y) { direction : output; function : "A"; } }
  cell(DFF_X1) { area : 6.0;
    ff(IQ, IQN) { clocked_on : "CK"; next_state : "D"; }
    pin(D) { direction : input; } pin(CK) { direction : input; clock : true; }
    pin(Q) { direction : output; function : "IQ"; } }
}
"""


@pytest.mark.parametrize("target", ["generic", "ice40", "ecp5", "gowin"])
def test_area_is_reported_without_any_multiplier(made, manifest, target):
    area = synth(made.verilog, manifest, target, made.folder / "reports")
    assert area.to_json()["memory_bits"] == manifest.memory_bits
    assert area.logic.get("DSP", 0) == 0
    registers = area.logic.get("FF", area.logic.get("flip_flops"))
    assert registers > 4 * 10  # four accumulators and much else
    if "load" in manifest.files:
        return  # that a second run says the same is shown once for each target
    again = synth(made.verilog, manifest, target, made.folder / "again")
    assert again == area
    text = (made.folder / "reports" / f"synth_{target}.json").read_text()
    assert text == (made.folder / "again" / f"synth_{target}.json").read_text()
    assert json.loads(text) == area.to_json()


def test_standard_cells_are_counted_in_nand2_equivalents(made, manifest, tmp_path):
    library = tmp_path / "tiny.lib.gz"
    library.write_bytes(gzip.compress(CELLS.encode()))
    logic = synth(made.verilog, manifest, "liberty", tmp_path / "reports", library).logic
    assert logic["kGE"] == pytest.approx(logic["area_um2"] / 2.0 / 1000, abs=1e-3)
    assert 0 < logic["sequential_area_um2"] < logic["area_um2"]
    assert logic["sequential_area_um2"] % 6 == 0


def test_the_smallest_nand2_counts():
    assert nand2_area(CELLS) == 2.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello", "is not a Liberty file: it has no library group"),
        ("library(x) { }", "has no two-input NAND"),
    ],
)
def test_what_is_no_library_is_refused(text, message):
    with pytest.raises(InvalidRequest, match=message):
        nand2_area(text)


def test_a_missing_or_broken_library_is_named(made, manifest, tmp_path):
    with pytest.raises(InvalidRequest, match="nothing.lib: cannot be read as a Liberty file"):
        synth(made.verilog, manifest, "liberty", tmp_path, tmp_path / "nothing.lib")
    (tmp_path / "cut.lib").write_text(CELLS[: len(CELLS) // 2])
    with pytest.raises(ToolError, match="see .*synth_liberty.log"):
        synth(made.verilog, manifest, "liberty", tmp_path, tmp_path / "cut.lib")
    with pytest.raises(InvalidRequest, match="^a Liberty file goes with target liberty"):
        synth(made.verilog, manifest, "liberty", tmp_path)


def test_a_damaged_gzip_is_named(made, manifest, tmp_path):
    packed = bytearray(gzip.compress(CELLS.encode()))
    packed[12:60] = bytes(48)
    (tmp_path / "bad.lib.gz").write_bytes(packed)
    with pytest.raises(InvalidRequest, match="bad.lib.gz: cannot be read as a Liberty file"):
        synth(made.verilog, manifest, "liberty", tmp_path, tmp_path / "bad.lib.gz")


def test_an_and_gate_is_no_nand():
    with pytest.raises(InvalidRequest, match="has no two-input NAND"):
        nand2_area("library(x) {\n cell(AND2_X1) { area : 1.0; }\n}")


class Silent:
    """Stands for Yosys."""

    def run(self, arguments, *, cwd, log):
        """Do nothing."""


def test_products_in_multipliers_are_refused(made, manifest, tmp_path, monkeypatch):
    monkeypatch.setattr(yosys, "YOSYS", Silent())
    multipliers = yosys._Statistics(3, {"MULT18X18D": 3})
    monkeypatch.setattr(yosys, "_statistics", lambda path: multipliers)
    with pytest.raises(ToolError, match="^ecp5: 3 products became DSP blocks"):
        synth(made.verilog, manifest, "ecp5", tmp_path)


@pytest.mark.parametrize(
    ("design", "target", "message"),
    [
        ({"num_cells_by_type": {}}, "generic", "are not the JSON of `stat -json`$"),
        ({"num_cells": 1, "num_cells_by_type": {"a": "b"}}, "generic", "are not the JSON of `stat -json`$"),
        ({"num_cells": 1, "num_cells_by_type": {"a": 1}, "area": "?"}, "liberty", "are not the JSON"),
        ({"num_cells": 1, "num_cells_by_type": {"a": 1}}, "generic", "lack estimated_num_transistors$"),
        ({"num_cells": 1, "num_cells_by_type": {"a": 1}}, "liberty", "lack area$"),
    ],
)
def test_statistics_without_their_figures_are_refused(tmp_path, design, target, message):
    (tmp_path / "stat.json").write_text(json.dumps({"design": design}))
    with pytest.raises(ToolError, match=f"^the statistics of Yosys {message}"):
        yosys._logic(target, yosys._statistics(tmp_path / "stat.json"), 1.0)
    with pytest.raises(ToolError, match="^Yosys wrote no statistics$"):
        yosys._statistics(tmp_path / "none.json")


def memory(name, words, value=0):
    start = contents(Rows(Net(name, 32), words, {}, [f"{value:032b}"] * words))
    return "".join(f"{line}\n" for line in start[1:])


def test_start_values_of_large_memories_of_zeros_are_left_out():
    small, large, table = memory("a", 3), memory("b", 2000), memory("c", 2000, 5)
    assert small.count("begin") == 1 and large.count("begin") > 1
    assert without_zeros(f"before\n{small}{large}between\n{table}after\n") == (
        f"before\n{small}between\n{table}after\n"
    )
