"""A mapped netlist in Icarus, in four states: nothing has a value until reset or a write gives it one."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np

from accelgen.flows.gates import map_to_cells
from accelgen.flows.yosys import YOSYS
from accelgen.golden.vectors import Vectors

# Pauses come from a dice; what is not valid is unknown, as on a bus that nobody drives. Outputs are looked
# at before each edge of the clock, from the first one on that sees no reset.
BENCH = """`timescale 1ns/1ps
module bench;
  reg clk = 0, rst = 1, source = 0, loads = 0, m_axis_tready = 0;
  reg [{input_width} - 1:0] s_axis_tdata;
  reg [31:0] l_axis_tdata;
  reg s_axis_tlast, l_axis_tlast;
  wire s_axis_tready, l_axis_tready, m_axis_tvalid, m_axis_tlast;
  wire [31:0] m_axis_tdata;
  wire [3:0] error;
  reg [{input_width}:0] frames [0:{beats} - 1];
  reg [32:0] tables [0:{words} - 1];
  reg [32:0] results [0:{answers} - 1];
  integer seed = {seed}, beat = 0, word = 0, answer = 0, cycle = 0;
  {top} dut (.clk(clk), .rst(rst), .error(error), .error_clear(1'b0),{ports}
    .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(source), .s_axis_tready(s_axis_tready),
    .s_axis_tlast(s_axis_tlast), .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid),
    .m_axis_tready(m_axis_tready), .m_axis_tlast(m_axis_tlast));
  always #5 clk = ~clk;
  initial begin
    $readmemh("frames.hex", frames);
    $readmemh("results.hex", results);
    if ({loaded}) $readmemh("tables.hex", tables);
    #42 rst = 0;
  end
  always @(negedge clk) if (!rst) begin  // what the next edge of the clock sees
    if (!source && beat < {beats} && $random(seed) % 4 != 0) begin
      source = 1;
      {{s_axis_tlast, s_axis_tdata}} = frames[beat];
    end
    if (!loads && word < {words} && {loaded} && $random(seed) % 4 != 0) begin
      loads = 1;
      {{l_axis_tlast, l_axis_tdata}} = tables[word];
    end
    m_axis_tready = $random(seed) % 4 != 0;
  end
  always @(posedge clk) if (!rst) begin
    cycle = cycle + 1;
    if (^{{m_axis_tvalid, s_axis_tready, error{load_ready}}} === 1'bx) begin
      $display("control is unknown in cycle %0d: %b %b %b %b", cycle, m_axis_tvalid, s_axis_tready, error, l_axis_tready);
      $finish;
    end
    if (m_axis_tvalid && ^{{m_axis_tlast, m_axis_tdata}} === 1'bx) begin
      $display("beat %0d is unknown in cycle %0d: %b %b", answer, cycle, m_axis_tlast, m_axis_tdata);
      $finish;
    end
    if (error !== 0) begin
      $display("error %b in cycle %0d", error, cycle);
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
    if (cycle == {limit}) begin
      $display("only %0d beats of {answers}", answer);
      $finish;
    end
    if (source && s_axis_tready) begin
      beat = beat + 1;
      source <= 0;
      {{s_axis_tlast, s_axis_tdata}} <= {{({input_width} + 1){{1'bx}}}};
    end
    if (loads && l_axis_tready) begin
      word = word + 1;
      loads <= 0;
      {{l_axis_tlast, l_axis_tdata}} <= 33'bx;
    end
  end
endmodule
"""


def play(verilog: Path, manifest: dict, library: Path, vectors: Vectors, out: Path, load=None) -> str:
    """Map a top to the cells of ``library``, play ``vectors`` through them, and return the last line."""
    map_to_cells(verilog, manifest["top"], library, out)
    cells = "read_liberty -ignore_miss_func cells.lib; write_verilog -noattr cells.v"
    YOSYS.run(["-q", "-p", cells], cwd=out, log=out / "cells.log")
    return simulate(manifest, vectors, out, load)


def simulate(manifest: dict, vectors: Vectors, out: Path, load=None, seed: int = 1, limit: int = 200_000) -> str:
    """Play ``vectors`` through the netlist in ``out``."""
    frames = vectors.frames()
    width = manifest["input"]["width"]
    _hex(out / "frames.hex", frames, width)
    _hex(out / "results.hex", [[int(word) & 0xFFFFFFFF for word in row] for row in vectors.expected], 32)
    tables = np.fromfile(load, "<u4").tolist() if load else []
    _hex(out / "tables.hex", [tables] if tables else [], 32)
    ports = "".join(
        f"\n    .{name}({value})," for name, value in vectors.inputs.items()
    )
    if load:
        ports += (
            "\n    .l_axis_tdata(l_axis_tdata), .l_axis_tvalid(loads), .l_axis_tready(l_axis_tready),"
            " .l_axis_tlast(l_axis_tlast),"
        )
    (out / "bench.v").write_text(
        BENCH.format(
            top=manifest["top"],
            input_width=width,
            beats=len(vectors.beats),
            words=max(len(tables), 1),
            answers=vectors.expected.size,
            seed=seed,
            ports=ports,
            loaded=int(bool(load)),
            load_ready=", l_axis_tready" if load else "",
            limit=limit,
        )
    )
    files = ["netlist.v", "cells.v", "bench.v"]
    subprocess.run(["iverilog", "-g2005", "-s", "bench", "-o", "bench.vvp", *files], cwd=out, check=True)
    said = subprocess.run(["vvp", "-n", "bench.vvp"], cwd=out, check=True, capture_output=True, text=True)
    return said.stdout.strip().splitlines()[-1]


def _hex(path: Path, frames: list[list[int]], width: int) -> None:
    """Write beats for $readmemh, the mark of the last one above each."""
    lines = [
        f"{value | (number == len(frame) - 1) << width:x}\n"
        for frame in frames
        for number, value in enumerate(frame)
    ]
    path.write_text("".join(lines))
