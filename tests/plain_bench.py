"""A bench in plain Verilog, as a user's own would be: no cocotb, no library, any simulator and mode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.golden import run_spiking
from accelgen.golden.spiking import run_spikes
from accelgen.golden.spiking_vectors import spiking_vectors
from accelgen.golden.vectors import Vectors, dense_vectors
from accelgen.network import Network
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import Generated, generate
from accelgen.rtl.hardware import EventWords
from accelgen.rtl.text.rows import Rom
from tests.tiny_networks import random_images, random_spikes

LIMIT = 20_000


@dataclass(frozen=True)
class Form:
    """A network, what it is built as, and what it must answer."""

    network: Network
    generated: Generated
    vectors: Vectors


def form(network: Network, rom: Rom = "initial", **options) -> Form:
    """Return ``network`` built with ``options`` of `Datapath`, and the golden answers to two samples."""
    datapath, rng = Datapath(**options), np.random.default_rng(6)
    generated = generate(network, datapath, rom=rom)
    inputs, margin = network.input.inputs, 0 if datapath.early_stop else None
    if not network.spiking:
        images = random_images(rng, 2, inputs)
        vectors = dense_vectors(network, images, generated.manifest.input.pixels_per_beat)
    elif isinstance(generated.manifest.input, EventWords):
        vectors = spiking_vectors(
            network, run_spikes(network, random_spikes(rng, 2, 4, inputs)), margin=margin
        )
    else:
        images = random_images(rng, 2, inputs)
        vectors = spiking_vectors(network, run_spiking(network, images, 4), images=images, margin=margin)
    return Form(network, generated, vectors)


def bench(form: Form) -> str:
    """Return the text of ``bench_<name>``, which prints ``<name> equal`` or what went wrong."""
    name, vectors = form.network.name, form.vectors
    frames = [(beat, n == len(frame) - 1) for frame in vectors.frames() for n, beat in enumerate(frame)]
    loads = [] if form.generated.load is None else [int(word) for word in form.generated.load]
    answers = vectors.expected.reshape(-1).tolist()
    width = form.generated.manifest.input.width
    ports = ["clk", "rst", "error", *(f"{stream}_axis_{wire}" for stream in "sm" for wire in WIRES)]
    ports += [f"l_axis_{wire}" for wire in WIRES] if loads else []
    ports = [f".{port}({port})" for port in ports]
    widths = {port.name: port.width for port in form.generated.manifest.ports}
    settings = [f".{port}({widths[port]}'d{value})" for port, value in vectors.inputs.items()]
    ports += [".error_clear(1'b0)", *settings]
    return f"""
module bench_{name};
  reg clk = 0, rst = 1, s_axis_tvalid = 0, s_axis_tlast = 0, l_axis_tvalid = 0, l_axis_tlast = 0;
  reg [{width - 1}:0] s_axis_tdata;
  reg [31:0] l_axis_tdata;
  wire [31:0] m_axis_tdata;
  wire [3:0] error;
  wire s_axis_tready, l_axis_tready, m_axis_tvalid, m_axis_tlast;
  reg m_axis_tready = 0;
  reg [{width}:0] beats [0:{len(frames) - 1}];
  reg [31:0] loads [0:{max(len(loads) - 1, 0)}];
  reg [32:0] answers [0:{len(answers) - 1}];
  integer s, l, m, cycle, wrong;
  {name} dut({", ".join(ports)});
  initial begin
{_memory("beats", [beat | last << width for beat, last in frames], width + 1)}
{_memory("loads", loads, 32)}
{_memory("answers", _answers(answers, vectors.expected.shape[1]), 33)}
    s = 0; l = 0; m = 0; wrong = 0;
    for (cycle = 0; cycle < {LIMIT} && m < {len(answers)}; cycle = cycle + 1) begin
      #5;
      rst = cycle < 4;
      s_axis_tvalid = !rst && s < {len(frames)};
      {{s_axis_tlast, s_axis_tdata}} = beats[s < {len(frames)} ? s : 0];
      l_axis_tvalid = !rst && l < {len(loads)};
      l_axis_tdata = loads[l < {len(loads)} ? l : 0];
      l_axis_tlast = l == {len(loads) - 1};
      m_axis_tready = cycle % 3 != 0;
      #5;
      if (s_axis_tvalid && s_axis_tready) s = s + 1;
      if (l_axis_tvalid && {"l_axis_tready" if loads else "1'b0"}) l = l + 1;
      if (!rst && m_axis_tvalid === 1'b1 && m_axis_tready) begin
        if ({{m_axis_tlast, m_axis_tdata}} !== answers[m]) wrong = wrong + 1;
        m = m + 1;
      end
      clk = 1;
      #5;
      clk = 0;
    end
    if (m < {len(answers)}) $display("{name} answers %0d of {len(answers)} words", m);
    else if (wrong || error !== 4'h0) $display("{name} has %0d wrong words, error %b", wrong, error);
    else $display("{name} equal");
  end
endmodule
"""


WIRES = ("tdata", "tvalid", "tready", "tlast")


def _memory(name: str, words: list[int], width: int) -> str:
    return "\n".join(f"    {name}[{n}] = {width}'h{word:x};" for n, word in enumerate(words))


def _answers(words: list[int], results: int) -> list[int]:
    return [(word & 0xFFFFFFFF) | ((n + 1) % results == 0) << 32 for n, word in enumerate(words)]
