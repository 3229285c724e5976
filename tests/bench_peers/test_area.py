from bench.area import areas, cells, luts

ADDER = "module top(input [7:0] a, b, output [7:0] y);\n  assign y = a + b;\nendmodule\n"


def test_cells_are_grouped_and_others_left_out():
    found = cells({"SB_LUT4": 3, "SB_DFFE": 1, "SB_DFFSR": 2, "SB_IO": 9}, "ice40")
    assert (found["LUT4"], found["FF"], found["RAM40"]) == (3, 3, 0)


def test_an_adder_cell_of_ecp5_takes_two_sites():
    assert luts({"LUT4": 5, "CCU2C": 2}) == 9
    assert luts({"LUT4": 5, "CARRY": 2}) == 5


def test_a_small_memory_of_ecp5_takes_the_place_of_six():
    assert luts({"LUT4": 5, "CCU2C": 2, "TRELLIS_DPR16X4": 3}) == 27


def test_statistics_are_kept_for_the_same_verilog_alone(tmp_path):
    source, out = tmp_path / "top.v", tmp_path / "out"
    out.mkdir()
    source.write_text(ADDER)
    found = areas(source, "top", out)
    assert found["ice40"]["CARRY"] > 0
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.glob("stat_*.json")}
    assert areas(source, "top", out) == found
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("stat_*.json")} == kept
    source.write_text(ADDER.replace("+", "^"))
    assert areas(source, "top", out)["ice40"]["CARRY"] == 0
