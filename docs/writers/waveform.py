"""The waveform of the streams: one image through a tiny network in Icarus, drawn as SVG.

Nothing in the picture is invented. A bench in plain Verilog prints the ports of the top in every cycle, and
the picture shows what it printed; a long stretch in which nothing changes is cut out.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np

from accelgen.flows.icarus import ICARUS
from accelgen.flows.tool import Tool
from accelgen.golden.vectors import dense_vectors
from accelgen.network import BlockSparse, Dense, Network, PixelInput, Requantise
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate

__all__ = ["Sample", "drawn", "played", "tiny", "waveform_pages"]

PICTURE = "docs/waveform.svg"
VVP = Tool("vvp", r"version ([\d.]+)", "apt install iverilog", "-V")
SIGNALS = (
    "clk", "s_axis_tvalid", "s_axis_tready", "s_axis_tdata", "s_axis_tlast",
    "m_axis_tvalid", "m_axis_tready", "m_axis_tdata", "m_axis_tlast",
)  # fmt: skip
#: Cycles between images and results that are shown on each side of the cut.
SHOWN = 2
NAMES, CYCLE, ROW, HIGH = 128, 46, 34, 20
INK, GRID, INPUT, OUTPUT = "#1e293b", "#e2e8f0", "#dbeafe", "#dcfce7"


@dataclass(frozen=True, slots=True)
class Sample:
    """The ports before a rising edge of the clock, by name; "x" where nothing is said."""

    cycle: int
    ports: dict[str, str]


def waveform_pages(root: Path) -> dict[str, str]:
    """Return the picture; `ToolError` without Icarus."""
    return {PICTURE: drawn(played(*tiny()))}


def tiny() -> tuple[Network, np.ndarray]:
    """Return a network of 6 pixels, 4 neurons and 2 classes, and one image."""
    hidden = BlockSparse.from_dense(
        np.array([[1, 2, 0, 0, 3, 1], [-1, 2, 0, 0, 1, 2], [2, 0, 0, 0, 1, 1], [1, 1, 0, 0, -1, 2]]),
        np.array([[True, False, True]]), 3, 4, 2,
    )  # fmt: skip
    scores = BlockSparse.from_dense(np.array([[1, -1, 2, 0], [2, 1, -1, 3]]), np.array([[True]]), 3, 2, 4)
    layers = (
        Dense("hidden", hidden, np.zeros(4, np.int32), Requantise(2, 3)),
        Dense("scores", scores, np.zeros(2, np.int32), None),
    )
    return Network("tiny", PixelInput(6, 4), layers), np.array([[240, 16, 0, 32, 128, 64]], np.uint8)


def played(network: Network, images: np.ndarray) -> list[Sample]:
    """Return the ports in every cycle while one image goes through; the reader stops once."""
    made = generate(network, Datapath(lanes=4))
    (beats,) = dense_vectors(network, images, made.manifest.input.pixels_per_beat).frames()
    width, results = made.manifest.input.width, network.classes + 1
    digits = -(-width // 4)
    bench = f"""
module bench;
  reg clk = 0, rst = 1, s_axis_tvalid = 0, s_axis_tlast = 0, m_axis_tready = 1;
  reg [{width - 1}:0] s_axis_tdata = 0;
  wire [31:0] m_axis_tdata;
  wire [3:0] error;
  wire s_axis_tready, m_axis_tvalid, m_axis_tlast;
  reg [{width - 1}:0] image [0:{len(beats) - 1}];
  integer sent = 0, got = 0, waited = 0, cycle = 0;
  {network.name} dut(.clk(clk), .rst(rst), .error(error), .error_clear(1'b0), .s_axis_tdata(s_axis_tdata),
    .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready), .s_axis_tlast(s_axis_tlast),
    .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready),
    .m_axis_tlast(m_axis_tlast));
  initial begin
{chr(10).join(f"    image[{n}] = {width}'h{beat:x};" for n, beat in enumerate(beats))}
    while (got < {results} && cycle < 500) begin
      rst = cycle < 2;
      s_axis_tvalid = cycle >= 4 && sent < {len(beats)};
      s_axis_tdata = s_axis_tvalid ? image[sent] : 0;
      s_axis_tlast = s_axis_tvalid && sent == {len(beats) - 1};
      #4;
      m_axis_tready = got != 1 || waited == 2;
      if (got == 1 && m_axis_tvalid && waited < 2) waited = waited + 1;
      #1;
      if (cycle >= 3) $display("%0d %b %b %h %b %b %b %h %b", cycle, s_axis_tvalid, s_axis_tready,
        s_axis_tdata, s_axis_tlast, m_axis_tvalid, m_axis_tready, m_axis_tdata, m_axis_tlast);
      if (s_axis_tvalid && s_axis_tready) sent = sent + 1;
      if (m_axis_tvalid && m_axis_tready) got = got + 1;
      cycle = cycle + 1;
      clk = 1;
      #5;
      clk = 0;
    end
  end
endmodule
"""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "top.v").write_text(made.verilog)
        (folder / "bench.v").write_text(bench)
        log = folder / "log"
        ICARUS.run(["-g2005", "-o", "bench.vvp", "top.v", "bench.v"], cwd=folder, log=log)
        said = VVP.run(["bench.vvp"], cwd=folder, log=log)
    lines = [line.split() for line in said.splitlines() if line[:1].isdigit()]
    found = []
    for number, *values in lines:
        ports = dict(zip(SIGNALS[1:], values, strict=True))
        ports["s_axis_tdata"] = ports["s_axis_tdata"][-digits:] if ports["s_axis_tvalid"] == "1" else "x"
        ports["m_axis_tdata"] = _signed(ports["m_axis_tdata"]) if ports["m_axis_tvalid"] == "1" else "x"
        for stream in "sm":
            if ports[f"{stream}_axis_tvalid"] != "1":
                ports[f"{stream}_axis_tlast"] = "0"
        found.append(Sample(int(number), ports))
    return found


def _signed(word: str) -> str:
    value = int(word, 16)
    return str(value - (1 << 32) if value >> 31 else value)


def drawn(samples: list[Sample]) -> str:
    """Return samples as SVG; the quiet middle is a gap."""
    last_in = max(n for n, s in enumerate(samples) if s.ports["s_axis_tvalid"] == "1")
    first_out = min(n for n, s in enumerate(samples) if s.ports["m_axis_tvalid"] == "1")
    columns: list[Sample | None] = [
        *samples[: last_in + 1 + SHOWN],
        None,
        None,
        *samples[first_out - SHOWN :],
    ]
    width, height = NAMES + CYCLE * len(columns) + 16, ROW * len(SIGNALS) + 46
    left_out = samples[first_out - SHOWN].cycle - samples[last_in + SHOWN].cycle - 1
    body = [f'<rect width="{width}" height="{height}" fill="#ffffff"/>']
    for n, sample in enumerate(columns):
        x = NAMES + n * CYCLE
        if sample:
            body.append(_label(x + CYCLE / 2, 20, str(sample.cycle), "#64748b"))
            body.append(f'<path d="M{x} 30V{height - 10}" stroke="{GRID}"/>')
        elif columns[n - 1]:
            body.append(_label(x + CYCLE, 20, f"{left_out} cycles", "#64748b"))
    for row, name in enumerate(SIGNALS):
        y = 38 + row * ROW
        body.append(f'<text x="{NAMES - 12}" y="{y + 15}" text-anchor="end" fill="{INK}">{name}</text>')
        if name == "clk":
            body.append(_clock(columns, y))
        elif name.endswith("tdata"):
            body += _words(columns, name, y)
        else:
            body.append(_line(columns, name, y))
    label = "an image enters over s_axis as three beats; the scores and the class leave over m_axis as three"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-size="13" '
        f'font-family="Menlo, Consolas, DejaVu Sans Mono, monospace" aria-label="{escape(label)}">\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )


def _label(x: float, y: float, words: str, fill: str = INK) -> str:
    return f'<text x="{x:g}" y="{y}" text-anchor="middle" fill="{fill}">{words}</text>'


def _clock(columns: list[Sample | None], y: int) -> str:
    """Return the clock, whose rising edge ends each cycle."""
    path = f"M{NAMES} {y + HIGH}"
    for n, sample in enumerate(columns):
        x = NAMES + n * CYCLE
        if sample is None:
            path += f"M{x + CYCLE} {y + HIGH}"
        else:
            path += f"M{x} {y}H{x + CYCLE // 2}V{y + HIGH}H{x + CYCLE}V{y}"
    return f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="1.5"/>'


def _line(columns: list[Sample | None], name: str, y: int) -> str:
    path, before = "", None
    for n, sample in enumerate(columns):
        x = NAMES + n * CYCLE
        if sample is None:
            before = None
            continue
        level = y if sample.ports[name] == "1" else y + HIGH
        path += f"M{x} {level}" if before is None else f"V{level}"
        path += f"H{x + CYCLE}"
        before = level
    return f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="1.5"/>'


def _words(columns: list[Sample | None], name: str, y: int) -> list[str]:
    """Return a box for each word; one that waits for tready is one long box."""
    fill, found, n = (INPUT if name[0] == "s" else OUTPUT), [], 0
    ready = name.replace("tdata", "tready")
    while n < len(columns):
        sample = columns[n]
        start = n
        n += 1
        if sample is None or (word := sample.ports[name]) == "x":
            continue
        while (held := columns[n - 1]) and held.ports[ready] == "0" and n < len(columns):
            n += 1
        x, wide = NAMES + start * CYCLE, (n - start) * CYCLE
        found.append(
            f'<rect x="{x + 1}" y="{y}" width="{wide - 2}" height="{HIGH}" rx="4" fill="{fill}" '
            f'stroke="{INK}"/>' + _label(x + wide / 2, y + 15, word)
        )
    return found
