"""The commands that import networks of other tools, and export ours."""

from __future__ import annotations

import click

from accelgen import steps
from accelgen.cli.options import DATA, JSON, MODEL, PATH
from accelgen.cli.output import pairs, rows, show, wrote
from accelgen.errors import InvalidRequest

__all__ = ["export", "import_"]


@click.command("import")
@click.argument("path", metavar="FILE", type=PATH)
@click.option("--as", "name", required=True, metavar="NAME", help="Of the model: it goes to models/NAME.")
@click.option(
    "--range",
    "span",
    type=(float, float),
    default=(0.0, 1.0),
    show_default=True,
    metavar="LOW HIGH",
    help="What the darkest and the brightest pixel are in the source.",
)
@click.option(
    "--input-bits",
    type=int,
    default=8,
    show_default=True,
    help="Bits of what enters the source: 2**BITS numbers from LOW to HIGH.",
)
@click.option("--set", "data", default="", metavar="NAME", help="Data set it was trained on, such as mnist.")
@click.option("--samples", type=int, default=4096, show_default=True, help="Random samples of the proof.")
@JSON
def import_(path, as_json, span, **how):
    """Import a network that another tool trained, bit for bit.

    FILE is QONNX (.onnx), as Brevitas, QKeras and FINN write it, or ONNX with QuantizeLinear. Every node is
    accepted, folded or refused, and one that is refused leaves nothing behind. Weights become integers;
    scales, biases, batch norm and quantisers become thresholds, or a shift where that is the same function of
    every sum. Then the source's nodes and the golden model run on the same samples, and every value of every
    layer has to be equal.

    \b
    Example:
      accelgen import tfc.onnx --as tfc --set mnist
      accelgen import raw.onnx --as raw --range 0 255
    """
    low, high = span
    found = steps.import_model(path, low=low, high=high, **how)
    show(found, as_json, _imported)
    if found.refused:
        raise InvalidRequest(f"{found.source}: {found.refused}")


@click.command()
@MODEL
@click.option(
    "--format",
    type=click.Choice(["onnx", "qonnx"]),
    required=True,
    help="Plain ONNX, in integers, or QONNX.",
)
@click.option("--out", type=PATH, metavar="FILE", help="File to write (default: in rtl_out/MODEL).")
@click.option("--check", is_flag=True, help="Execute the file first, and compare every score.")
@click.option("--images", type=int, metavar="N", help="Check on N samples of the test set (default: all).")
@DATA
@JSON
def export(model, as_json, **how):
    """Write a network as a file that other tools run.

    Plain ONNX is for onnxruntime and its like: pixels or features in, integer scores and the class out, as
    the hardware computes them. QONNX is for FINN, qonnx and importers. A check plays the test set, random
    samples and corners, and nothing is written if a score differs from that of the golden model.

    \b
    Example:
      accelgen export mnist_3b_8x --format onnx --check
      accelgen export mnist_3b_8x --format qonnx --out tfc.onnx
    """
    show(steps.export_model(model, **how), as_json, _exported)


def _exported(found):
    if found.samples:
        compared = f"{found.samples:,} samples ({found.data}), {found.values:,} scores: EQUAL"
        pairs(found.name, {"played by": found.player, "compared": compared})
    wrote([found.written])


def _imported(found):
    rows(
        ["node", "operator", "", "becomes, or why not"],
        [[one.node, one.op, one.verdict, one.why] for one in found.nodes],
    )
    if not found.layers:
        return
    rows(
        ["layer", "node", "outputs", "inputs", "weight bits", "rule", "stored bits"],
        [[x.name, x.node, x.outputs, x.inputs, x.weight_bits, x.rule, x.stored_bits] for x in found.layers],
    )
    proof = f"{found.samples:,} samples, {found.values:,} values of all layers"
    facts = {"input": found.input, "compared": f"{proof}: {'DIFFERENT' if found.refused else 'EQUAL'}"}
    if found.rounded:
        facts["rounded"] = f"sums of {', '.join(found.rounded)}: the source adds them in float32"
    pairs(found.name, facts)
    if found.written:
        wrote([found.written])
