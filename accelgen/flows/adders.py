"""Sums made of the full adders of a library, by Yosys: no more of them than constant inputs leave."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

__all__ = ["adder_commands"]

# One bit at a time, so that each can be looked at.
BITS = """module \\$fa (A, B, C, X, Y);
  parameter WIDTH = 1;
  input [WIDTH-1:0] A, B, C;
  output [WIDTH-1:0] X, Y;
  wire _TECHMAP_FAIL_ = WIDTH == 1;
  genvar n;
  generate
    for (n = 0; n < WIDTH; n = n + 1) begin : bits
      \\$fa #(.WIDTH(1)) adder (.A(A[n]), .B(B[n]), .C(C[n]), .X(X[n]), .Y(Y[n]));
    end
  endgenerate
endmodule
"""
# Weights are constants, so of the full adders of unrolled hardware every fourth has an input that never
# changes, or two that are one net: those are half adders, or wires.
FEWER = """module \\$fa (A, B, C, X, Y);
  parameter WIDTH = 1;
  parameter _TECHMAP_CONSTMSK_A_ = 0, _TECHMAP_CONSTMSK_B_ = 0, _TECHMAP_CONSTMSK_C_ = 0;
  parameter _TECHMAP_CONSTVAL_A_ = 0, _TECHMAP_CONSTVAL_B_ = 0, _TECHMAP_CONSTVAL_C_ = 0;
  parameter _TECHMAP_BITS_CONNMAP_ = 0;
  parameter [_TECHMAP_BITS_CONNMAP_-1:0] _TECHMAP_CONNMAP_A_ = 0;
  parameter [_TECHMAP_BITS_CONNMAP_-1:0] _TECHMAP_CONNMAP_B_ = 0;
  parameter [_TECHMAP_BITS_CONNMAP_-1:0] _TECHMAP_CONNMAP_C_ = 0;
  input A, B, C;
  output X, Y;
  generate
    if (_TECHMAP_CONSTMSK_A_) begin
      assign X = _TECHMAP_CONSTVAL_A_ ? B | C : B & C;
      assign Y = _TECHMAP_CONSTVAL_A_ ? ~(B ^ C) : B ^ C;
    end else if (_TECHMAP_CONSTMSK_B_) begin
      assign X = _TECHMAP_CONSTVAL_B_ ? A | C : A & C;
      assign Y = _TECHMAP_CONSTVAL_B_ ? ~(A ^ C) : A ^ C;
    end else if (_TECHMAP_CONSTMSK_C_) begin
      assign X = _TECHMAP_CONSTVAL_C_ ? A | B : A & B;
      assign Y = _TECHMAP_CONSTVAL_C_ ? ~(A ^ B) : A ^ B;
    end else if (_TECHMAP_CONNMAP_A_ == _TECHMAP_CONNMAP_B_) begin
      assign X = A;
      assign Y = C;
    end else if (_TECHMAP_CONNMAP_A_ == _TECHMAP_CONNMAP_C_) begin
      assign X = A;
      assign Y = B;
    end else if (_TECHMAP_CONNMAP_B_ == _TECHMAP_CONNMAP_C_) begin
      assign X = B;
      assign Y = A;
    end else wire _TECHMAP_FAIL_ = 1;
  endgenerate
endmodule
"""
ADDER = """module \\$fa (A, B, C, X, Y);
  parameter WIDTH = 1;
  input A, B, C;
  output X, Y;
  {} adder (.{}(A), .{}(B), .{}(C), .{}(X), .{}(Y));
endmodule
"""

#: How often constants are looked for: what becomes one makes others so. After four times few are left.
ROUNDS = 4


def adder_commands(full_adder: Sequence[str], folder: Path) -> str:
    """Return the commands of Yosys that make sums of full adders; what they read is written into a folder.

    Parameters
    ----------
    full_adder : sequence of str
        Names of a full adder, its three inputs, its carry and its sum.
    folder : Path
        Where Yosys runs.
    """
    for name, text in (("bits.v", BITS), ("fewer.v", FEWER), ("adder.v", ADDER.format(*full_adder))):
        (folder / name).write_text(text)
    fewer = ["techmap -map fewer.v", "opt -fast -full"] * ROUNDS
    return "\n".join(["maccmap", "techmap -map bits.v", *fewer, "techmap -map adder.v"])
