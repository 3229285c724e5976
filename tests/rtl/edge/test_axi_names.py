import re
import subprocess

import numpy as np
import pytest

from accelgen.golden.vectors import dense_vectors
from accelgen.rtl.edge.axi_names import with_axi_names
from accelgen.rtl.edge.ports import ports_of
from accelgen.rtl.emit import generate
from tests.tiny_networks import random_images, tiny_network

BENCH = """module bench;
  reg aclk = 0, aresetn = 0, valid = 0, last = 0;
  reg [{high}:0] data;
  wire ready, scored, ends;
  wire [31:0] scores;
  wire [3:0] error;
  always #5 aclk = ~aclk;
  {name} core (.aclk(aclk), .aresetn(aresetn), .s_axis_tdata(data), .s_axis_tvalid(valid),
    .s_axis_tready(ready), .s_axis_tlast(last), .m_axis_tdata(scores), .m_axis_tvalid(scored),
    .m_axis_tready(1'b1), .m_axis_tlast(ends), .error(error), .error_clear(1'b0));
  task beat(input [{high}:0] now, input is_last);
    begin
      @(negedge aclk); valid = 1; data = now; last = is_last;
      @(posedge aclk); while (!ready) @(posedge aclk);
      @(negedge aclk); valid = 0;
    end
  endtask
  always @(posedge aclk) if (aresetn && scored) $display("%0d", $signed(scores));
  initial begin
    repeat (3) @(negedge aclk);
    aresetn = 1;
    beat(0, 1);
    @(negedge aclk) $display("error %b", error);
    aresetn = 0; @(negedge aclk); aresetn = 1; $display("error %b", error);
{beats}
    repeat (2000) @(posedge aclk);
    $finish;
  end
endmodule
"""


def test_only_clock_and_reset_have_other_names():
    ports = ports_of({})
    assert [(port.name, port.role, port.active_low) for port in with_axi_names(ports)] == [
        ("aclk", "clock", None),
        ("aresetn", "reset", True),
    ]
    assert "when low" in with_axi_names(ports)[1].meaning and "high" not in with_axi_names(ports)[1].meaning


def test_a_reset_that_is_low_resets_and_scores_are_equal(tmp_path):
    network = tiny_network(name="named")
    made = generate(network, axi_names=True)
    assert [port.name for port in made.manifest.ports[:2]] == ["aclk", "aresetn"]
    assert [port.name for port in made.manifest.ports[2:]] == [
        port.name for port in generate(network).manifest.ports[2:]
    ]
    vectors = dense_vectors(
        network, random_images(np.random.default_rng(1), 2, 12), made.manifest.input.pixels_per_beat
    )
    beats = [
        f"    beat({int(beat)}, {int(n == len(frame) - 1)});"
        for frame in vectors.frames()
        for n, beat in enumerate(frame)
    ]
    high = made.manifest.input.width - 1
    text = BENCH.replace("{high}", str(high)).replace("{name}", "named").replace("{beats}", "\n".join(beats))
    (tmp_path / "bench.v").write_text(text)
    (tmp_path / "named.v").write_text(made.verilog)
    command = [
        "iverilog",
        "-g2005",
        "-Wall",
        "-Wno-timescale",
        "-s",
        "bench",
        "-o",
        "a.vvp",
        "bench.v",
        "named.v",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert not done.stderr
    said = subprocess.run(["vvp", "-n", "a.vvp"], cwd=tmp_path, capture_output=True, text=True, check=True)
    expected = [str(word) for row in vectors.expected.tolist() for word in row]
    assert said.stdout.split("\n")[:-1] == ["error 0001", "error 0000", *expected]


@pytest.mark.parametrize("bus", [None, "axi-lite"])
def test_the_header_says_it(bus):
    text = generate(tiny_network(), bus=bus, axi_names=True).verilog
    head = text[: text.index("`default_nettype none")]
    flat = " ".join(line.strip("/ ") for line in head.splitlines())
    assert "rising edge of aclk; aresetn is synchronous, active low" in flat and "--axi-names" in flat
    ports = re.findall(r"^//   (?:input|output) +\d+ +(\w+)", head, re.MULTILINE)
    assert "aclk" in ports and "clk" not in ports
