"""What the benches of streams and of buses have in common: marks that are filled in, and how they end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.rtl.edge.ports import Port
from accelgen.rtl.manifest import LayerEntry, Manifest
from accelgen.rtl.text.names import KEYWORDS

__all__ = [
    "FAIL",
    "PAUSES",
    "aligned",
    "compare",
    "driver_of",
    "filled",
    "module_name",
    "patience",
    "settings",
]

PAUSES = """\
  // Pauses are drawn from a shift register, x^16 + x^14 + x^13 + x^11 + 1.
  reg [15:0] dice = 16'hace1;
  always @(posedge clk)
    dice <= {dice[14:0], dice[15] ^ dice[13] ^ dice[12] ^ dice[10]};
"""

#: Ends the simulation with an error, once what was wrong has been printed.
FAIL = """\
  task fail;
    begin
      over = 1;
`ifdef __ICARUS__
      $finish_and_return(1);
`else
      $stop;
`endif
    end
  endtask
"""

#: Compares a word of a result.
COMPARE = """\
  task compare;
    input [31:0] found;
    input [31:0] right;
    begin
      if (found !== right && !over) begin
@ANSWER@          $display("FAIL: image %0d: score %0d is %0d and should be %0d", image, word,
                   $signed(found), $signed(right));
        fail;
      end
    end
  endtask
"""

#: Cycles of a layer beyond what its passes take, at most, and of a frame.
OVERHEAD = 1000
LEAST = 100_000


#: What is said of the last word of a result where it is no score.
ANSWER = """\
        if (word == WORDS - 1)
          $display("FAIL: image %0d: the {} is %0d and should be %0d", image, found, right);
        else
"""


def compare(manifest: Manifest) -> str:
    """Return the task that compares a word of a result."""
    alone = manifest.results == manifest.classes
    word = "class" if manifest.task is None else "decision"
    return filled(COMPARE, {"ANSWER": "" if alone else ANSWER.format(word)})


def filled(text: str, parts: Mapping[str, object]) -> str:
    """Return a text whose marks, such as ``@NAME@``, are replaced."""
    for mark, value in parts.items():
        text = text.replace(f"@{mark}@", str(value))
    return text


def aligned(lines: Sequence[tuple[str, str]], indent: str = "  ") -> str:
    """Return declarations, each with its comment, the comments below each other."""
    widest = max((len(code) for code, comment in lines if comment), default=0)
    return "".join(
        f"{indent}{code:<{widest}}  // {comment}\n" if comment else f"{indent}{code}\n"
        for code, comment in lines
    )


def module_name(name: str) -> str:
    """Return the name of the hardware as an instance has it: a word of Verilog itself needs an escape."""
    return f"\\{name}" if name in KEYWORDS else name


def driver_of(port: Port) -> str:
    """Return what a bench connects a port to: its own clock and reset, else a wire of the same name."""
    reset = "~rst" if port.active_low else "rst"
    return {"clock": "clk", "reset": reset}.get(port.role, port.name)


def patience(manifest: Manifest) -> int:
    """Return after how many cycles without any progress a bench gives up: more than an image takes."""
    cycles = sum((layer.passes or 1) * _looked_at(layer) + OVERHEAD for layer in manifest.layers)
    return max(2 * cycles * (MAX_TIMESTEPS if manifest.kind == "spiking" else 1), LEAST)


def _looked_at(layer: LayerEntry) -> int:
    """Return how many activations a pass looks at, at most."""
    if layer.window is None:
        return layer.inputs
    return layer.kept_blocks * layer.window.positions * (layer.channels_per_word or 1)


def settings(manifest: Manifest, inputs: dict[str, int]) -> list[tuple[str, int, str]]:
    """Return the name, the value and the meaning of each run-time input.

    Parameters
    ----------
    manifest : Manifest
        Of the hardware.
    inputs : dict of str to int
        As `Vectors` has them.
    """
    meanings = {
        "last_timestep": "timesteps of an image, less one",
        "margin": "lead at which a sample stops early, 0 for never",
    }
    return [(name, value, meanings[name]) for name, value in inputs.items()]
