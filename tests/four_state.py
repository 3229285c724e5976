"""A mapped netlist in Icarus, in four states: nothing has a value until a reset or a write gives it one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

from accelgen.flows.gates import map_to_cells
from accelgen.flows.icarus import ICARUS
from accelgen.flows.yosys import YOSYS
from tests.flows.conftest import Made

# One edge of the clock sees the reset. From then on all outputs are looked at at every edge, and what is not
# valid at an input is unknown, as on a bus that nobody drives. Pauses come from a dice.
BENCH = """`timescale 1ns/1ps
module bench;
  reg clk = 0, rst = 1, source = 0, loads = 0, m_axis_tready = 0;
  reg [{width} - 1:0] s_axis_tdata;
  reg [31:0] l_axis_tdata;
  reg s_axis_tlast, l_axis_tlast;
  wire s_axis_tready, l_axis_tready, m_axis_tvalid, m_axis_tlast;
  wire [31:0] m_axis_tdata;
  wire [3:0] error;
  reg [{width}:0] frames [0:{beats} - 1];
  reg [32:0] tables [0:{last_word}];
  reg [32:0] results [0:{answers} - 1];
  integer seed = 1, beat = 0, word = 0, answer = 0, cycle = 0;
  {top} dut (.clk(clk), .rst(rst), .error(error), .error_clear(1'b0),
    {ports}
    .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(source), .s_axis_tready(s_axis_tready),
    .s_axis_tlast(s_axis_tlast), .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid),
    .m_axis_tready(m_axis_tready), .m_axis_tlast(m_axis_tlast));
  always #5 clk = ~clk;
  initial begin
    $readmemh("frames.hex", frames);
    $readmemh("results.hex", results);
    if ({words} != 0) $readmemh("tables.hex", tables);
    #8 rst = 0;
  end
  always @(negedge clk) if (!rst) begin  // what the next edge of the clock sees
    if (!source && beat < {beats} && $random(seed) % 4 != 0) begin
      source = 1;
      {{s_axis_tlast, s_axis_tdata}} = frames[beat];
    end
    if (!loads && word < {words} && $random(seed) % 4 != 0) begin
      loads = 1;
      {{l_axis_tlast, l_axis_tdata}} = tables[word];
    end
    m_axis_tready = $random(seed) % 4 != 0;
  end
  always @(posedge clk) if (!rst) begin
    cycle = cycle + 1;
    if (^{{m_axis_tvalid, s_axis_tready, error{load_ready}}} === 1'bx) begin
      $display("cycle %0d: tvalid %b, tready %b, error %b", cycle, m_axis_tvalid, s_axis_tready, error);
      $finish;
    end
    if (m_axis_tvalid && ^{{m_axis_tlast, m_axis_tdata}} === 1'bx) begin
      $display("beat %0d is unknown: %b %b", answer, m_axis_tlast, m_axis_tdata);
      $finish;
    end
    if (error !== 0) begin
      $display("cycle %0d: error %b", cycle, error);
      $finish;
    end
    if (m_axis_tvalid && m_axis_tready) begin
      if ({{m_axis_tlast, m_axis_tdata}} !== results[answer]) begin
        $display("beat %0d is %h, not %h", answer, {{m_axis_tlast, m_axis_tdata}}, results[answer]);
        $finish;
      end
      answer = answer + 1;
      if (answer == {answers}) begin
        $display("equal after %0d cycles", cycle);
        $finish;
      end
    end
    if (cycle == 20000) begin
      $display("only %0d beats of {answers}", answer);
      $finish;
    end
    if (source && s_axis_tready) begin
      beat = beat + 1;
      source <= 0;
      {{s_axis_tlast, s_axis_tdata}} <= {{({width} + 1){{1'bx}}}};
    end
    if (loads && l_axis_tready) begin
      word = word + 1;
      loads <= 0;
      {{l_axis_tlast, l_axis_tdata}} <= 33'bx;
    end
  end
endmodule
"""


# What a Liberty file says of a clock gate is no function that Yosys reads.
CLOCK_GATE = """
module CLKGATE_X1 (input CK, input E, output GCK);
  reg open;
  always @* if (!CK) open = E;
  assign GCK = CK & open;
endmodule
"""


def play(made: Made, library: Path, out: Path, **options) -> str:
    """Map a top to the cells of ``library``, play its vectors through them, and return the last word.

    Parameters
    ----------
    made : Made
        The top.
    library : Path
        Standard cells, of which every function is known.
    out : Path
        Folder for what is written.
    options
        For `map_to_cells`.

    Returns
    -------
    str
        ``equal after N cycles``, or the first thing that is unknown, wrong or late.
    """
    map_to_cells(made.verilog, made.manifest.top, library, out, **options)
    models = "read_liberty -ignore_miss_func cells.lib; delete CLKGATE*; write_verilog -noattr cells.v"
    YOSYS.run(["-q", "-p", models], cwd=out, log=out / "cells.log")
    width, vectors = made.manifest.input.width, made.vectors
    words = np.fromfile(made.load, "<u4").tolist() if made.load else []
    _beats(out / "frames.hex", vectors.frames(), width)
    _beats(out / "tables.hex", [words], 32)
    _beats(out / "results.hex", (vectors.expected.astype(np.int64) & 0xFFFFFFFF).tolist(), 32)
    ports = [f".{name}({value})" for name, value in vectors.inputs.items()]
    if words:
        names = {
            "tdata": "l_axis_tdata",
            "tvalid": "loads",
            "tready": "l_axis_tready",
            "tlast": "l_axis_tlast",
        }
        ports += [f".l_axis_{port}({name})" for port, name in names.items()]
    bench = BENCH.format(
        top=made.manifest.top,
        ports="".join(f"{port}, " for port in ports),
        width=width,
        beats=len(vectors.beats),
        words=len(words),
        last_word=max(len(words) - 1, 0),
        answers=vectors.expected.size,
        load_ready=", l_axis_tready" if words else "",
    )
    (out / "bench.v").write_text(bench + CLOCK_GATE)
    files = ["netlist.v", "cells.v", "bench.v"]
    ICARUS.run(["-g2005", "-s", "bench", "-o", "bench.vvp", *files], cwd=out, log=out / "icarus.log")
    said = subprocess.run(["vvp", "-n", "bench.vvp"], cwd=out, check=True, capture_output=True, text=True)
    return said.stdout.strip().splitlines()[-1]


def _beats(path: Path, frames: list[list[int]], width: int) -> None:
    """Write beats for $readmemh, with a one above the last of each frame."""
    marked = [
        beat | (number == len(frame) - 1) << width for frame in frames for number, beat in enumerate(frame)
    ]
    path.write_text("".join(f"{beat:x}\n" for beat in marked))
