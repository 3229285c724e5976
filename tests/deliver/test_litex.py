import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from accelgen.deliver.litex import BUS_WIRES, class_name, litex_module
from accelgen.golden.vectors import dense_vectors
from accelgen.rtl.bus.front import front_of
from accelgen.rtl.bus.fronts import BUSES
from tests.deliver.forms import FORMS, manifest_of, written
from tests.tiny_networks import random_images

BENCH = """`timescale 1ns/1ps
module bench;
  reg clk = 0, rst = 1, cyc = 0, we = 0, valid = 0, last = 0, end_of_load = 0, loads = 0;
  reg [29:0] adr; reg [31:0] dat_w; reg [63:0] data; reg [31:0] word;
  wire [31:0] dat_r; wire ack, err, ready;
  wire [31:0] scores; wire scored, irq;
  always #5 clk = ~clk;
  soc soc (.clk(clk), .rst(rst), .host_adr(adr), .host_dat_w(dat_w), .host_dat_r(dat_r), .host_sel(4'hf),
    .host_cyc(cyc), .host_stb(cyc), .host_we(we), .host_ack(ack), .host_err(err){pins});
  task access(input [31:0] at, input [31:0] written, input writes);
    begin
      @(negedge clk); cyc = 1; adr = at >> 2; dat_w = written; we = writes;
      @(posedge clk); while (!ack && !err) @(posedge clk);
      if (err) $display("refused %h", at); else if (!writes) $display("read %0d", $signed(dat_r));
      @(negedge clk); cyc = 0;
      @(posedge clk);
    end
  endtask
  task beat(input [63:0] now, input ends);
    begin
      @(negedge clk); valid = 1; data = now; last = ends;
      @(posedge clk); while (!ready) @(posedge clk);
      @(negedge clk); valid = 0;
    end
  endtask
  initial begin #1_000_000 $display("late"); $finish; end
  always @(posedge clk) if (!rst && scored) $display("score %0d", $signed(scores));
  initial begin
    repeat (3) @(negedge clk);
    rst = 0;
{does}
    $finish;
  end
endmodule
"""
STREAMS = """,
    .sink_data(data), .sink_valid(valid), .sink_ready(ready), .sink_last(last),
    .source_data(scores), .source_valid(scored), .source_ready(1'b1)"""
#: Where registers begin in the system.
ORIGIN = 0x9000_0000
#: Blocks of logic, in the Verilog of a system.
COMBINATIONAL = re.compile(r"^always @\(\*\) begin$.*?^end$", re.DOTALL | re.MULTILINE)
#: Cycles in which an image is through.
PATIENCE = 3_000


@pytest.mark.parametrize("form", FORMS)
def test_it_is_python_that_connects_every_port(form):
    manifest = manifest_of(form)
    text = litex_module(manifest)
    compile(text, "module", "exec")
    assert f"class {class_name(manifest)}(LiteXModule):" in text
    way = {"input": "i", "output": "o"}
    for port in manifest.ports:
        assert text.count(f" {way[port.direction]}_{port.name}=") == 1, port.name


@pytest.mark.parametrize("bus", BUSES)
def test_every_wire_of_a_bus_has_its_place(bus):
    start = {"axi-lite": "s_axi_", "wishbone": "wb_"}[bus]
    assert {start + wire for wire in BUS_WIRES[bus]} == set(front_of(bus).ports)
    assert len(set(BUS_WIRES[bus].values())) == len(BUS_WIRES[bus])


def test_files_that_the_verilog_reads_are_named():
    manifest = manifest_of("hex")
    files = [file for kind, file in manifest.files.items() if kind.startswith("rom_")]
    assert files and all(file in litex_module(manifest) for file in files)
    assert ".hex" not in litex_module(manifest_of("rom"))


def test_a_system_with_streams_classifies_and_reads_its_errors(tmp_path):
    network, _, _ = FORMS["rom"]
    manifest = written("rom", tmp_path)
    images = random_images(np.random.default_rng(3), 3, network.input.inputs)
    vectors = dense_vectors(network, images, manifest.input.pixels_per_beat)
    start = system(tmp_path, manifest)
    does = [f"access({start}, 0, 0);"]
    for frame in vectors.frames():
        words = [int(beat) for beat in frame]
        does += [f"beat(64'h{word:x}, {int(n == len(words) - 1)});" for n, word in enumerate(words)]
    does += [f"repeat ({PATIENCE}) @(posedge clk);"]
    does += ["beat(64'hffffffffffffffff, 1);", "repeat (9) @(posedge clk);", f"access({start}, 0, 0);"]
    does += [f"access({start + 4}, 1, 1);", "repeat (9) @(posedge clk);", f"access({start}, 0, 0);"]
    said = played(tmp_path, manifest, does, STREAMS)
    scores = [f"score {word}" for row in vectors.expected.tolist() for word in row]
    assert said == ["read 0", *scores, "read 5", "read 0"]


@pytest.mark.parametrize("bus", ["axi-lite", "wishbone"])
def test_a_system_reaches_the_registers_and_hears_the_interrupt(bus, tmp_path):
    form = {"axi-lite": "axi-lite", "wishbone": "plain wishbone"}[bus]
    network, _, _ = FORMS[form]
    manifest = written(form, tmp_path)
    images = random_images(np.random.default_rng(3), 1, network.input.inputs)
    vectors = dense_vectors(network, images, manifest.input.pixels_per_beat)
    start = system(tmp_path, manifest)
    at = {register.name: ORIGIN + register.offset for register in manifest.bus.registers}
    does = [f"access({at['ID']}, 0, 0);", f"access({at['IRQ_ENABLE']}, 1, 1);", f"access({start + 8}, 1, 1);"]
    (frame,) = vectors.frames()
    for number, beat in enumerate(frame):
        register = "INPUT_LAST" if number == len(frame) - 1 else "INPUT"
        does.append(f"access({at[register]}, 32'h{int(beat):x}, 1);")
    does += ['$display("irq %b", irq);', f"repeat ({PATIENCE}) @(posedge clk);", '$display("irq %b", irq);']
    does += [f"access({at['RESULT']}, 0, 0);"] * vectors.expected.shape[1]
    said = played(tmp_path, manifest, does, ", .irq(irq)")
    words = [f"read {word}" for word in vectors.expected[0].tolist()]
    assert said == [f"read {0x4147454E}", "irq 0", "irq 1", *words]


def system(folder, manifest):
    """Write a system with a module in it, and return where its CSRs begin."""
    pytest.importorskip("litex")
    script = Path(__file__).with_name("litex_soc.py")
    name = manifest.files["litex"].removesuffix(".py")
    arguments = [str(folder), name, class_name(manifest), str(ORIGIN if manifest.bus else 0)]
    done = subprocess.run(
        [sys.executable, str(script), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    start, source = done.stdout.splitlines()[-1].split()
    assert source == manifest.files["verilog"]
    return int(start)


def played(folder, manifest, does, pins):
    """Return what a system says in Icarus."""
    text = BENCH.replace("{pins}", pins).replace("{does}", "\n".join(f"    {line}" for line in does))
    (folder / "bench.v").write_text(text)
    # LiteX writes logic with nonblocking assignments, for Verilator: Icarus would loop for ever.
    soc = COMBINATIONAL.sub(lambda block: block[0].replace(" <= ", " = "), (folder / "soc.v").read_text())
    (folder / "soc.v").write_text(soc)
    sources = ["bench.v", "soc.v", manifest.files["verilog"]]
    command = ["iverilog", "-g2005", "-s", "bench", "-o", "soc.vvp", *sources]
    subprocess.run(command, cwd=folder, check=True)
    done = subprocess.run(
        ["vvp", "-n", "soc.vvp"], cwd=folder, check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout.splitlines()
