"""A pipeline without handshakes, as da4ml makes them, in Icarus: its answers, and after how many clocks."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from accelgen.errors import ToolError
from accelgen.flows.icarus import ICARUS
from accelgen.flows.tool import Tool

__all__ = ["LONGEST", "latency", "played"]

VVP = Tool("vvp", r"version ([\d.]+)", "apt install iverilog", "-V")
#: Clocks that a pipeline may take, at most.
LONGEST = 64
BENCH = """`timescale 1ns/1ps
module bench;
  reg clk = 0;
  reg [{inputs}-1:0] x, images [0:{images}-1];
  wire [{outputs}-1:0] y;
  integer n;
  {top} dut(.clk(clk), .model_inp(x), .model_out(y));
  initial begin
    $readmemh("images.hex", images);
    for (n = 0; n < {images} + {longest}; n = n + 1) begin
      x = images[n < {images} ? n : 0];
      #5 clk = 1;
      #5 clk = 0;
      $display("%h", y);
    end
    $finish;
  end
endmodule
"""


def played(
    verilog: Path, top: str, values: np.ndarray, bits: int, scores: int, signed: bool, out: Path
) -> np.ndarray:
    """Return what leaves a pipeline after every clock, an image entering with each.

    Parameters
    ----------
    verilog, top
        The hardware: ports ``clk``, ``model_inp`` and ``model_out``, values of equal width side by side.
    values : integer[images, inputs]
        What enters, of ``bits`` bits each.
    scores, signed
        How many values leave, and whether their top bit is a sign.
    out : Path
        Folder for bench and logs.

    Returns
    -------
    int64[clocks, scores]
        Scores after each clock; any values before the first answer.

    Raises
    ------
    ToolError
        If the top has no port ``model_out``, or Icarus fails.
    """
    port = re.search(
        rf"module {top}\b.*?output (?:wire )?\[(\d+):0\] model_out", verilog.read_text(), re.DOTALL
    )
    if port is None:
        raise ToolError(f"{top} has no port model_out")
    width = int(port[1]) + 1
    words = [sum(int(value) << (bits * n) for n, value in enumerate(image)) for image in values]
    (out / "images.hex").write_text("\n".join(f"{word:x}" for word in words) + "\n")
    shape = {"inputs": bits * values.shape[1], "outputs": width, "images": len(values)}
    (out / "bench.v").write_text(BENCH.format(top=top, longest=LONGEST, **shape))
    arguments = ["-g2012", "-s", "bench", "-o", "bench.vvp", "bench.v", str(verilog.resolve())]
    ICARUS.run(arguments, cwd=out, log=out / "icarus_build.log")
    output = VVP.run(["bench.vvp"], cwd=out, log=out / "icarus.log")
    words = [
        int(re.sub("[xz]", "0", line), 16) for line in re.findall(r"^[0-9a-fxz]+$", output, re.MULTILINE)
    ]
    each = width // scores
    fields = [[word >> (each * n) & ((1 << each) - 1) for n in range(scores)] for word in words]
    numbers = np.array(fields, np.int64)
    return np.where(numbers >> (each - 1), numbers - (1 << each), numbers) if signed else numbers


def latency(answers: np.ndarray, wanted: np.ndarray) -> int:
    """Return the clocks after which ``answers`` are all of ``wanted``, in order.

    Both are int64[n, scores]; there may be more answers than are wanted.

    Raises
    ------
    ToolError
        If they never are.
    """
    for clocks in range(1, len(answers) - len(wanted) + 2):
        if (answers[clocks - 1 : clocks - 1 + len(wanted)] == wanted).all():
            return clocks
    raise ToolError("the answers differ from the golden model")
