"""The commands that import networks of other tools, and export ours."""

from __future__ import annotations

import click

from accelgen import steps
from accelgen.cli.options import DATA, JSON, MODEL, PATH
from accelgen.cli.output import pairs, rows, show, wrote
from accelgen.errors import InvalidOption, InvalidRequest

__all__ = ["export", "import_"]


#: Options that only files of one kind have, by the names that steps have for them.
PIXELS, SPIKES = (
    {"span", "input_bits", "data"},
    {"dt", "reset", "scores", "weight_bits", "timesteps", "spikes"},
)
OPTIONS = {"span": "range", "data": "set"}


@click.command("import")
@click.argument("path", metavar="FILE", type=PATH)
@click.option("--as", "name", required=True, metavar="NAME", help="Of the model: it goes to models/NAME.")
@click.option(
    "--range",
    "span",
    type=(float, float),
    metavar="LOW HIGH",
    help="What the darkest and the brightest pixel are in the source (default: 0 1).",
)
@click.option(
    "--input-bits",
    type=int,
    help="Bits of what enters the source: 2**BITS numbers from LOW to HIGH (default: 8).",
)
@click.option("--set", "data", metavar="NAME", help="Data set it was trained on, such as mnist.")
@click.option("--samples", type=int, help="Random samples of the proof (default: 4096; of spikes 256).")
@click.option("--dt", type=float, metavar="SECONDS", help="NIR: of a timestep (default: what FILE says).")
@click.option(
    "--reset",
    type=click.Choice(["zero", "subtract", "subtract-delayed"]),
    help="NIR: what a spike does to a membrane (default: what FILE says, else zero).",
)
@click.option(
    "--scores",
    type=click.Choice(["last", "sum", "max"]),
    help="NIR: of membranes at the end: the last, all, or the highest (default: what FILE says; of I: last).",
)
@click.option(
    "--weight-bits", type=int, help="NIR: bits of weights that no integers equal, 2 to 8 (default: 4)."
)
@click.option("--timesteps", type=int, help="NIR: of a sample, 1 to 16 (default: 16).")
@click.option(
    "--spikes",
    type=PATH,
    metavar="FILE",
    help="NIR: spikes [samples, timesteps, inputs] to calibrate weights and to compare on, an .npy file.",
)
@JSON
def import_(path, as_json, **how):
    """Import a network that another tool trained, bit for bit or with its loss said.

    FILE is QONNX (.onnx), as Brevitas, QKeras and FINN write it, ONNX with QuantizeLinear, or NIR (.nir) of
    spiking networks. Every node is accepted, folded or refused, and one that is refused leaves nothing
    behind. Weights become integers; scales, biases, batch norm and quantisers become thresholds, or a shift,
    or multipliers and a shift, where that is the same function of every sum. Then the source's nodes and the
    golden model run on the same samples, and every value of every layer has to be equal. Spiking networks
    whose weights are no integers are calibrated, and what that loses is said.

    \b
    Example:
      accelgen import tfc.onnx --as tfc --set mnist
      accelgen import raw.onnx --as raw --range 0 255
      accelgen import events.nir --as events --dt 0.001 --reset subtract
    """
    spiking = path.suffix == ".nir"
    said = {name: value for name, value in how.items() if value is not None}
    for name in said.keys() & (PIXELS if spiking else SPIKES):
        option = OPTIONS.get(name, name.replace("_", "-"))
        kinds = ("pixels", "spikes") if spiking else ("spikes", "pixels")
        raise InvalidOption(
            f"{option} is of files whose networks take {kinds[0]}, and {path} takes {kinds[1]}"
        )
    low, high = said.pop("span", (0.0, 1.0))
    if spiking:
        spikes = steps.import_spikes(path, **said)
        show(spikes, as_json, _imported_spikes)
        refused = spikes.refused
    else:
        pixels = steps.import_model(path, low=low, high=high, **said)
        show(pixels, as_json, _imported)
        refused = pixels.refused
    if refused:
        raise InvalidRequest(f"{path}: {refused}")


@click.command()
@MODEL
@click.option(
    "--format",
    type=click.Choice(["onnx", "qonnx", "nir"]),
    required=True,
    help="Plain ONNX, in integers, QONNX, or NIR for networks that spike.",
)
@click.option("--out", type=PATH, metavar="FILE", help="File to write (default: in rtl_out/MODEL).")
@click.option("--check", is_flag=True, help="Execute the file first, and compare every score.")
@click.option("--images", type=int, metavar="N", help="Check on N samples of the test set (default: all).")
@click.option(
    "--dt", type=float, metavar="SECONDS", help="NIR: of a timestep (default: 0.0001, or 1 where none leaks)."
)
@DATA
@JSON
def export(model, as_json, **how):
    """Write a network as a file that other tools run.

    Plain ONNX is for onnxruntime and its like: pixels or features in, integer scores and the class out, as
    the hardware computes them. QONNX is for FINN, qonnx and importers, and NIR for frameworks of spiking
    neurons. A check plays the test set, random samples and corners, and nothing is written if a score differs
    from that of the golden model.

    \b
    Example:
      accelgen export mnist_3b_8x --format onnx --check
      accelgen export mnist_3b_8x --format qonnx --out tfc.onnx
      accelgen export events_snn_ci --format nir --dt 0.001
    """
    show(steps.export_model(model, **how), as_json, _exported)


def _exported(found):
    if found.samples:
        what = "spikes and scores" if found.format == "nir" else "scores"
        compared = f"{found.samples:,} samples ({found.data}), {found.values:,} {what}: EQUAL"
        pairs(found.name, {"played by": found.player, "compared": compared})
    wrote([found.written])


def _imported_spikes(found):
    _verdicts(found)
    if not found.layers:
        return
    rows(
        ["layer", "node", "outputs", "inputs", "weight bits", "neurons", "weights", "differ"],
        [
            [x.name, x.node, x.outputs, x.inputs, x.weight_bits, x.neuron, x.how, f"{x.differ / x.of:.2%}"]
            for x in found.layers
        ],
    )
    facts = {"input": found.input, "timestep": f"{found.dt:g} s"}
    compared = f"{found.samples:,} samples of {found.timesteps} timesteps"
    if any(one.differ for one in found.layers):
        facts["compared"] = f"{compared}: {found.classes_differ:,} of another class than in NIR"
        if found.layers[-1].differ and found.layers[-1].neuron.startswith("scores"):
            facts["scores"] = f"at most {found.apart:.2%} of the largest from those of NIR"
    else:
        facts["compared"] = f"{compared}, {sum(one.of for one in found.layers):,} spikes and scores: EQUAL"
    pairs(found.name, facts)
    if found.written:
        wrote([found.written])


def _verdicts(found):
    rows(
        ["node", "operator", "", "becomes, or why not"],
        [[one.node, one.op, one.verdict, one.why] for one in found.nodes],
    )


def _imported(found):
    _verdicts(found)
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
    if found.ties:
        facts["ties"] = f"{found.ties:,} samples where classes have equal sums, which float32 rounds apart"
    if found.task != "classes":
        facts["gives"] = found.gives
    pairs(found.name, facts)
    if found.written:
        wrote([found.written])
