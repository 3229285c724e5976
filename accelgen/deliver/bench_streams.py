"""The body of a bench that plays frames into the streams of a network."""

from __future__ import annotations

from accelgen.deliver.bench_text import (
    FAIL,
    PAUSES,
    aligned,
    compare,
    driver_of,
    filled,
    module_name,
    patience,
    settings,
)
from accelgen.golden.vectors import Vectors
from accelgen.network.task import score_names
from accelgen.rtl.edge.ports import ERRORS
from accelgen.rtl.manifest import Manifest

__all__ = ["stream_body"]

BODY = """
module @NAME@_tb;

@PARAMETERS@
  reg clk = 0;
  reg rst = 1;
  always #5 clk = ~clk;
@SETTINGS@
  reg  @RANGE@s_axis_tdata = 0;
  reg  s_axis_tvalid = 0;
  reg  s_axis_tlast = 0;
  wire s_axis_tready;

  wire [@OUT_HIGH@:0] m_axis_tdata;
  wire m_axis_tvalid;
  wire m_axis_tlast;
  reg  m_axis_tready = 0;
@TABLES_WIRES@
  wire [@ERROR_HIGH@:0] error;

  @MODULE@ dut (
    @PORTS@
  );

  reg [@BEAT_HIGH@:0] beats [0:BEATS-1];  // tlast above tdata
  reg [31:0] results [0:IMAGES*WORDS-1];
@TABLES_MEMORY@
@COUNTERS@
@PAUSES@
  initial begin
    $readmemh("@NAME@_tb_images.hex", beats);
    $readmemh("@NAME@_tb_results.hex", results);
    if (results[0] === 32'bx) begin
      $display("FAIL: @NAME@_tb_results.hex is not in the folder in which this runs");
      fail;
    end
@TABLES_READ@    repeat (4) @(negedge clk);
    rst = 0;
  end
@TABLES_SEND@
  // A beat that is on offer stays until it is taken; the next one follows at once or after a pause.
  always @(posedge clk)
    if (!rst && (!s_axis_tvalid || s_axis_tready)) begin
      s_axis_tvalid <= 0;
      if (sent < BEATS && dice[1:0] != 0@TABLES_DONE@) begin
        s_axis_tvalid <= 1;
        {s_axis_tlast, s_axis_tdata} <= beats[sent];
        sent <= sent + 1;
      end
    end

  // Results are taken in three of four cycles.
  always @(posedge clk)
    m_axis_tready <= dice[5:4] != 0;

  // A word that was on offer in the cycle before and was not taken must be on offer still.
  reg waited = 0;
  reg [@OUT_HIGH@ + 1:0] offered = 0;
  always @(posedge clk) begin
    waited <= !rst && m_axis_tvalid && !m_axis_tready;
    offered <= {m_axis_tlast, m_axis_tdata};
  end

  always @(posedge clk)
    if (!rst && !over) begin
      cycle <= cycle + 1;
      still <= still + 1;
      if (@MOVES@)
        still <= 0;
      if (image == IMAGES) after <= after + 1;

      if (^{@KNOWN@} === 1'bx) begin
        $display("FAIL: cycle %0d: valid or ready is unknown", cycle);
        fail;
      end else if (error !== 0) begin
        $display("FAIL: cycle %0d: error is %b, from bit 0 up: @ERRORS@", cycle, error);
        fail;
      end else if (waited && (!m_axis_tvalid || offered !== {m_axis_tlast, m_axis_tdata})) begin
        $display("FAIL: cycle %0d: m_axis changed before it was taken", cycle);
        fail;
      end else if (still > PATIENCE) begin
        $display("FAIL: nothing moves for %0d cycles, after %0d of %0d beats: image %0d waits for word %0d",
                 still, sent, BEATS, image, word);
        fail;
      end else if (m_axis_tvalid && m_axis_tready && image == IMAGES) begin
        $display("FAIL: %0d comes after the last result", $signed(m_axis_tdata[31:0]));
        fail;
      end else if (m_axis_tvalid && m_axis_tready) begin
@COMPARED@        if (m_axis_tlast !== (@LAST@) && !over) begin
          $display("FAIL: image %0d: tlast is %b with word %0d of %0d", image, m_axis_tlast, word, WORDS);
          fail;
        end
@COUNTED@        if (m_axis_tlast) image <= image + 1;
      end else if (after == 100) begin
        over = 1;
        $display("PASS: %0d images, %0d words, %0d cycles with pauses",
                 IMAGES, IMAGES * WORDS, cycle - after);
        $finish;
      end
    end

@COMPARE@
@FAIL@
endmodule
"""

#: How a beat of a result is looked at: a word or, side by side, all of them.
ONE = {
    "COMPARED": "        compare(m_axis_tdata, results[image * WORDS + word]);\n",
    "LAST": "word == WORDS - 1",
    "COUNTED": "        word <= m_axis_tlast ? 0 : word + 1;\n",
}
ALL = {
    "COMPARED": """\
        for (word = 0; word < WORDS; word = word + 1)
          compare(m_axis_tdata[32*word +: 32], results[image * WORDS + word]);
        word = 0;
""",
    "LAST": "1'b1",
    "COUNTED": "",
}

TABLES = {
    "WIRES": """
  reg  [31:0] l_axis_tdata = 0;
  reg  l_axis_tvalid = 0;
  reg  l_axis_tlast = 0;
  wire l_axis_tready;
""",
    "MEMORY": "  reg [31:0] tables [0:TABLES-1];\n",
    "READ": '    $readmemh("@NAME@_tb_tables.hex", tables);\n',
    "SEND": """
  // The table frame comes first.
  integer loaded = 0;
  always @(posedge clk)
    if (!rst && (!l_axis_tvalid || l_axis_tready)) begin
      l_axis_tvalid <= 0;
      if (loaded < TABLES && dice[3:2] != 0) begin
        l_axis_tvalid <= 1;
        l_axis_tdata <= tables[loaded];
        l_axis_tlast <= loaded == TABLES - 1;
        loaded <= loaded + 1;
      end
    end
""",
    "DONE": " && loaded == TABLES",
}


def stream_body(manifest: Manifest, vectors: Vectors, tables: int) -> str:
    """Return the module of a bench.

    Parameters
    ----------
    manifest : Manifest
        Of the hardware.
    vectors : Vectors
        What is played.
    tables : int
        Words of the table frame; 0 where none is loaded.
    """
    widths = {port.name: port.width for port in manifest.ports}
    chosen = [
        (f"reg {_range(widths[name])}{name} = {value};", meaning)
        for name, value, meaning in settings(manifest, vectors.inputs)
    ]
    streams = ["s_axis", "m_axis", *(["l_axis"] if tables else [])]
    parts: dict[str, object] = {f"TABLES_{mark}": text if tables else "" for mark, text in TABLES.items()}
    parts |= {
        "PARAMETERS": _parameters(manifest, vectors, tables),
        "COUNTERS": aligned(COUNTERS),
        "SETTINGS": "\n" + aligned(chosen) if chosen else "",
        "PORTS": ",\n    ".join(_connections(manifest)),
        "MOVES": " || ".join(f"{stream}_tvalid && {stream}_tready" for stream in streams),
        "KNOWN": ", ".join(f"{s}_tvalid" if s == "m_axis" else f"{s}_tready" for s in streams),
        "ERRORS": ", ".join(ERRORS),
        "PAUSES": PAUSES,
        "COMPARE": compare(manifest),
        **(ALL if manifest.interval else ONE),
        "FAIL": FAIL,
    }
    parts |= {
        "NAME": manifest.name,
        "MODULE": module_name(manifest.top),
        "RANGE": _range(manifest.input.width),
        "BEAT_HIGH": manifest.input.width,
        "ERROR_HIGH": len(ERRORS) - 1,
        "OUT_HIGH": widths["m_axis_tdata"] - 1,
    }
    return filled(BODY, parts)


COUNTERS = (
    ("integer cycle = 0;", ""),
    ("integer still = 0;", "cycles without any progress"),
    ("integer sent = 0;", "beats that were offered"),
    ("integer image = 0;", "the one that is answered next"),
    ("integer word = 0;", "the next word of its result"),
    ("integer after = 0;", "cycles since the last word, in which nothing more may come"),
    ("reg over = 0;", ""),
)


def _parameters(manifest: Manifest, vectors: Vectors, tables: int) -> str:
    """Return the constants of a bench."""
    lines = [
        (f"localparam IMAGES = {len(vectors)};", ""),
        (f"localparam BEATS = {len(vectors.beats)};", "of all images"),
        (f"localparam WORDS = {manifest.results};", f"of a result: {score_names(manifest.task)}"),
        (f"localparam PATIENCE = {patience(manifest)};", "cycles without any progress"),
    ]
    return aligned(
        lines + ([(f"localparam TABLES = {tables};", "words of the table frame")] if tables else [])
    )


def _range(width: int) -> str:
    """Return what a declaration says of a width."""
    return f"[{width - 1}:0] " if width > 1 else ""


def _connections(manifest: Manifest) -> list[str]:
    """Return the connections of the network, a few that belong together in a line."""
    lines: dict[str, list[str]] = {}
    for port in manifest.ports:
        stream, _, wire = port.name.rpartition("_")
        group = "clock" if port.role != "data" else "others"
        if wire.startswith("t") and stream.endswith("axis"):
            group = f"{stream} {wire in ('tready', 'tlast')}"
        elif port.name.startswith("error"):
            group = "error"
        driver = "1'b0" if port.name == "error_clear" else driver_of(port)
        lines.setdefault(group, []).append(f".{port.name}({driver})")
    return [", ".join(connections) for connections in lines.values()]
