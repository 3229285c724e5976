"""The command that imports networks of other tools."""

from __future__ import annotations

import click

from accelgen import steps
from accelgen.cli.options import JSON, PATH
from accelgen.cli.output import pairs, rows, show, wrote
from accelgen.errors import InvalidRequest

__all__ = ["import_"]


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
    scales, biases, batch norm and quantisers become thresholds, or a shift, or multipliers and a shift, where
    that is the same function of every sum. Then the source's nodes and the golden model run on the same
    samples, and every value of every layer has to be equal.

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
        sums = f"sums of {', '.join(found.rounded)}"
        facts["rounded"] = (
            f"{sums}: the source adds them in float32"
            if found.apart is None
            else f"{sums}, in float32, which gives {found.apart:,} codes otherwise than real numbers do"
        )
    pairs(found.name, facts)
    if found.written:
        wrote([found.written])
