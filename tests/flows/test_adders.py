from accelgen.flows.adders import adder_commands
from accelgen.flows.yosys import YOSYS

FULL_ADDER = ("FA", "A", "B", "CI", "CO", "S")
CELL = """
module FA(input A, B, CI, output CO, S);
  assign {CO, S} = A + B + CI;
endmodule
"""
SUM = """
module sum(input [3:0] a, b, input signed [2:0] c, output [7:0] y, output signed [8:0] z);
  assign y = a + {b, 2'b0} + {a, 1'b1} + 8'd45 + a;
  assign z = 9'sd3 - c + (c <<< 2) + $signed({1'b0, b}) - 5 * c;
endmodule
"""


def mapped(folder, commands):
    """Map `SUM` to full adders, prove that it is the same, and return how many there are."""
    folder.mkdir()
    (folder / "sum.v").write_text(SUM)
    (folder / "cell.v").write_text(CELL)
    lines = ["read_verilog sum.v", "hierarchy -top sum", "proc", "alumacc", "opt -full", "copy sum before"]
    lines += ["select sum", *commands(folder).splitlines(), "techmap", "opt -fast", "select -clear"]
    lines += ["tee -q -o count.txt select -count sum/t:FA", "read_verilog cell.v", "flatten sum", "techmap"]
    lines += ["miter -equiv -flatten -make_outputs before sum miter", "hierarchy -top miter"]
    lines += ["sat -verify -prove trigger 0 miter"]
    (folder / "map.ys").write_text("\n".join(lines))
    YOSYS.run(["-q", "-s", "map.ys"], cwd=folder, log=folder / "map.log")
    return int((folder / "count.txt").read_text().split()[0])


def test_sums_with_constants_are_the_same_and_take_fewer_adders(tmp_path):
    def one_for_each(folder):
        adder_commands(FULL_ADDER, folder)
        return "maccmap\ntechmap -map bits.v\ntechmap -map adder.v"

    every = mapped(tmp_path / "every", one_for_each)
    fewer = mapped(tmp_path / "fewer", lambda folder: adder_commands(FULL_ADDER, folder))
    assert 0 < fewer < 0.8 * every
