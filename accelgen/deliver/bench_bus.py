"""The body of a bench that reaches a network through the registers of a bus."""

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
from accelgen.errors import InvalidRequest
from accelgen.golden.vectors import Vectors
from accelgen.network.task import score_names
from accelgen.rtl.bus.registers import RegisterMap
from accelgen.rtl.manifest import Manifest

__all__ = ["bus_body"]

BODY = """
module @NAME@_tb;

@PARAMETERS@
  // Offsets of registers, as in @PAGE@.
@OFFSETS@
  reg clk = 0;
  reg rst = 1;
  always #5 clk = ~clk;

@WIRES@
  @MODULE@ dut (
    @PORTS@
  );

  reg [32:0] frames [0:FRAMES-1];  // a one above the last word of an image
  reg [31:0] results [0:IMAGES*WORDS-1];
@TABLES_MEMORY@
@COUNTERS@
@PAUSES@
@TASKS@
  // Read a register that must have a certain value.
  task expect_word;
    input [11:0] address;
    input [31:0] right;
    begin
      read(address);
      if (got !== right && !over) begin
        $display("FAIL: the register at %h reads %h and should read %h", address, got, right);
        fail;
      end
    end
  endtask

  // Write a word of a frame once its queue has room.
  task put;
    input [11:0] room_at;
    input [11:0] address;
    input [31:0] data;
    begin
      while (room == 0 && !over) begin
        read(room_at);
        room = got;
      end
      write(address, data);
      room = room - 1;
      progress = progress + 1;
    end
  endtask
@TABLES_TASK@
  // Write an image, and compare its result once the interrupt says that it is there.
  task play;
    reg last;
    begin
      last = 0;
      room = 0;
      while (!last && !over) begin
        last = frames[next][32];
        put(INPUT_ROOM, last ? INPUT_LAST : INPUT, frames[next][31:0]);
        next = next + 1;
      end
      while (!irq) @(negedge clk);
      expect_word(RESULT_LEVEL, WORDS);
      for (word = 0; word < WORDS && !over; word = word + 1) begin
        read(RESULT);
        compare(got, results[image * WORDS + word]);
        progress = progress + 1;
      end
      expect_word(ERRORS, 0);
      expect_word(IMAGES_DONE, image + 1);
    end
  endtask

  initial begin
    $readmemh("@NAME@_tb_images.hex", frames);
    $readmemh("@NAME@_tb_results.hex", results);
    if (results[0] === 32'bx) begin
      $display("FAIL: @NAME@_tb_results.hex is not in the folder in which this runs");
      fail;
    end
@TABLES_READ@    repeat (4) @(negedge clk);
    rst = 0;
@IDENTITY@
@TABLES_LOAD@    write(IRQ_ENABLE, 1);
@SETTINGS@    for (image = 0; image < IMAGES && !over; image = image + 1) play;
    expect_word(RESULT_LEVEL, 0);
@FIGURES@    if (!over) begin
      over = 1;
      $display("PASS: %0d images, %0d words, %0d cycles with pauses", IMAGES, IMAGES * WORDS, cycle);
      $finish;
    end
  end

  always @(posedge clk)
    if (!rst && !over) begin
      cycle <= cycle + 1;
      seen <= progress;
      still <= progress == seen ? still + 1 : 0;
      if (still > PATIENCE) begin
        $display("FAIL: nothing moves for %0d cycles, after %0d of %0d words: image %0d waits for word %0d",
                 still, next, FRAMES, image, word);
        fail;
      end else if (^{@KNOWN@} === 1'bx) begin
        $display("FAIL: cycle %0d: an answer of the bus, or irq, is unknown", cycle);
        fail;
      end@RULES@
    end

@COMPARE@
@FAIL@
endmodule
"""

AXI_TASKS = """\
  // Accesses begin and end at falling edges; what the network answers is looked at when the clock rises.
  task pause;
    if (dice[2:0] == 0) repeat (3) @(negedge clk);
  endtask

  // Address and data are on offer until each is taken.
  task write;
    input [11:0] address;
    input [31:0] data;
    reg [1:0] taken;
    begin
      s_axi_awaddr = address;
      s_axi_awvalid = 1;
      s_axi_wdata = data;
      s_axi_wvalid = 1;
      while (s_axi_awvalid || s_axi_wvalid) begin
        @(posedge clk) taken = {s_axi_awready, s_axi_wready};
        @(negedge clk);
        if (taken[1]) s_axi_awvalid = 0;
        if (taken[0]) s_axi_wvalid = 0;
      end
      pause;
      s_axi_bready = 1;
      @(posedge clk);
      while (!s_axi_bvalid) @(posedge clk);
      if (s_axi_bresp !== 0 && !over) begin
        $display("FAIL: a write of %h to %h is refused", data, address);
        fail;
      end
      @(negedge clk) s_axi_bready = 0;
    end
  endtask

  task read;
    input [11:0] address;
    begin
      s_axi_araddr = address;
      s_axi_arvalid = 1;
      @(posedge clk);
      while (!s_axi_arready) @(posedge clk);
      @(negedge clk) s_axi_arvalid = 0;
      pause;
      s_axi_rready = 1;
      @(posedge clk);
      while (!s_axi_rvalid) @(posedge clk);
      got = s_axi_rdata;
      if (s_axi_rresp !== 0 && !over) begin
        $display("FAIL: a read of %h is refused", address);
        fail;
      end
      @(negedge clk) s_axi_rready = 0;
    end
  endtask

  // An answer that was on offer in the cycle before and was not taken must be on offer still.
  reg b_waited = 0;
  reg r_waited = 0;
  reg [33:0] offered = 0;
  always @(posedge clk) begin
    b_waited <= !rst && s_axi_bvalid && !s_axi_bready;
    r_waited <= !rst && s_axi_rvalid && !s_axi_rready;
    offered <= {s_axi_rresp, s_axi_rdata};
  end
"""

AXI_RULES = """ else if ((b_waited && !s_axi_bvalid)
          || (r_waited && (!s_axi_rvalid || offered !== {s_axi_rresp, s_axi_rdata}))) begin
        $display("FAIL: cycle %0d: an answer changed before it was taken", cycle);
        fail;
      end"""

WISHBONE_TASKS = """\
  // Accesses begin and end at falling edges; what the network answers is looked at when the clock rises.
  task access;
    input writes;
    input [11:0] address;
    input [31:0] data;
    begin
      if (dice[2:0] == 0) repeat (3) @(negedge clk);
      wb_cyc_i = 1;
      wb_stb_i = 1;
      wb_we_i = writes;
      wb_adr_i = address[11:2];
      wb_dat_i = data;
      @(posedge clk);
      while (!wb_ack_o && !wb_err_o) @(posedge clk);
      got = wb_dat_o;
      if (wb_err_o && !over) begin
        if (writes) $display("FAIL: a write of %h to %h is refused", data, address);
        else $display("FAIL: a read of %h is refused", address);
        fail;
      end
      @(negedge clk);
      wb_cyc_i = 0;
      wb_stb_i = 0;
    end
  endtask

  task write;
    input [11:0] address;
    input [31:0] data;
    access(1, address, data);
  endtask

  task read;
    input [11:0] address;
    access(0, address, 0);
  endtask

  // Nothing may be answered that was not asked for.
  reg asked = 0;
  always @(posedge clk)
    asked <= !rst && wb_cyc_i && wb_stb_i && !wb_ack_o && !wb_err_o;
"""

WISHBONE_RULES = """ else if ((wb_ack_o && wb_err_o) || ((wb_ack_o || wb_err_o) && !asked)) begin
        $display("FAIL: cycle %0d: an answer to nothing, or two at once", cycle);
        fail;
      end"""

TABLES = {
    "MEMORY": "  reg [31:0] tables [0:TABLES-1];\n",
    "READ": '    $readmemh("@NAME@_tb_tables.hex", tables);\n',
    "TASK": """
  task load;
    integer n;
    begin
      room = 0;
      for (n = 0; n < TABLES && !over; n = n + 1)
        put(TABLE_ROOM, n == TABLES - 1 ? TABLE_LAST : TABLE, tables[n]);
      got = 0;
      while (!got[0] && !over) read(STATUS);
    end
  endtask
""",
    "LOAD": "    load;\n",
}

BUSES = {"axi-lite": (AXI_TASKS, AXI_RULES), "wishbone": (WISHBONE_TASKS, WISHBONE_RULES)}
#: Values of wires that no task changes.
TIED = {"s_axi_awprot": "3'b000", "s_axi_arprot": "3'b000", "s_axi_wstrb": "4'b1111", "wb_sel_i": "4'b1111"}
#: Registers that are read at the end and shown.
FIGURES = {
    "LATENCY": "cycles from the last input word of the last image to its result",
    "SKIPPED": "activations were left out because they are zero",
}
RENAMED = {"IMAGES": "IMAGES_DONE"}


def bus_body(manifest: Manifest, vectors: Vectors, tables: int) -> str:
    """Return the module of a bench; see `accelgen.deliver.bench_streams.stream_body`."""
    registers = manifest.bus
    if registers is None or registers.bus not in BUSES:
        raise InvalidRequest(
            f"{manifest.name}: no bench is known for the bus {registers and registers.bus!r}"
        )
    tasks, rules = BUSES[registers.bus]
    used = ["ERRORS", "IRQ_ENABLE", "IMAGES", "INPUT", "INPUT_LAST", "INPUT_ROOM", "RESULT", "RESULT_LEVEL"]
    chosen = settings(manifest, vectors.inputs)
    used += [name.upper() for name, _, _ in chosen] + [name for name in FIGURES if name in registers]
    used += ["STATUS", "TABLE", "TABLE_LAST", "TABLE_ROOM"] if tables else []
    words = len(vectors.beats) * -(-manifest.input.width // 32)
    outputs = [port.name for port in manifest.ports if port.direction == "output"]
    parts: dict[str, object] = {f"TABLES_{mark}": text if tables else "" for mark, text in TABLES.items()}
    parts |= {
        "PARAMETERS": _parameters(manifest, vectors, words, tables),
        "OFFSETS": _offsets(registers, used),
        "WIRES": _wires(manifest),
        "PORTS": ",\n    ".join(_connections(manifest)),
        "COUNTERS": aligned(COUNTERS),
        "IDENTITY": _identity(registers),
        "SETTINGS": "".join(
            f"    write({name.upper()}, {value});  // {why}\n" for name, value, why in chosen
        ),
        "FIGURES": "".join(
            f'    read({name});\n    if (!over) $display("%0d {why}", got);\n'
            for name, why in FIGURES.items()
            if name in registers
        ),
        "KNOWN": ", ".join(name for name in outputs if not name.endswith(("data", "dat_o", "resp"))),
        "TASKS": tasks,
        "RULES": rules,
        "PAUSES": PAUSES,
        "COMPARE": compare(manifest),
        "FAIL": FAIL,
    }
    parts |= {
        "NAME": manifest.name,
        "PAGE": manifest.files.get("registers", "the manifest"),
        "MODULE": module_name(manifest.top),
    }
    return filled(BODY, parts)


COUNTERS = (
    ("integer cycle = 0;", ""),
    ("integer progress = 0;", "words of frames and results that passed"),
    ("integer seen = 0;", "what that was in the cycle before"),
    ("integer still = 0;", "cycles without any progress"),
    ("integer next = 0;", "the word of the images that is written next"),
    ("integer image = 0;", "the one that is played"),
    ("integer word = 0;", "the next word of its result"),
    ("reg [31:0] room = 0;", "words that a queue takes"),
    ("reg [31:0] got = 0;", "what was read"),
    ("reg over = 0;", ""),
)


def _parameters(manifest: Manifest, vectors: Vectors, words: int, tables: int) -> str:
    """Return the constants of a bench."""
    lines = [
        (f"localparam IMAGES = {len(vectors)};", ""),
        (f"localparam FRAMES = {words};", "words of all images"),
        (f"localparam WORDS = {manifest.results};", f"of a result: {score_names(manifest.task)}"),
        (f"localparam PATIENCE = {patience(manifest)};", "cycles without any progress"),
    ]
    return aligned(
        lines + ([(f"localparam TABLES = {tables};", "words of the table frame")] if tables else [])
    )


def _offsets(registers: RegisterMap, used: list[str]) -> str:
    """Return the offsets of registers, in their order."""
    return "".join(
        f"  localparam [11:0] {RENAMED.get(register.name, register.name)} = 12'h{register.offset:03x};\n"
        for register in registers.registers
        if register.name in used
    )


def _identity(registers: RegisterMap) -> str:
    """Return checks of what never changes: who is there, and which network."""
    return "".join(
        f"    expect_word(12'h{register.offset:03x}, 32'h{register.reset:08x});  // {register.name}\n"
        for register in registers.registers
        if register.access == "constant"
    )


def _wires(manifest: Manifest) -> str:
    """Return the wires of the bus."""
    lines = []
    for port in manifest.ports:
        if port.role != "data" or port.name in TIED:
            continue
        width = f"[{port.width - 1}:0] " if port.width > 1 else ""
        drives = port.direction == "input"
        lines.append(f"  {'reg ' if drives else 'wire'} {width}{port.name}{' = 0' if drives else ''};\n")
    return "".join(lines)


def _connections(manifest: Manifest) -> list[str]:
    """Return the connections of the network, those of a channel in a line."""
    lines: dict[str, list[str]] = {}
    for port in manifest.ports:
        group = "clock" if port.role != "data" else port.name
        if port.name.startswith("s_axi_"):
            channels = ("aw", "ar", "w", "b", "r")
            group = next(channel for channel in channels if port.name[6:].startswith(channel))
        elif port.name.startswith("wb_"):
            group = port.name[-1] + str(port.name[3] in "csw")
        lines.setdefault(group, []).append(f".{port.name}({TIED.get(port.name, driver_of(port))})")
    return [", ".join(connections) for connections in lines.values()]
