"""One function for each command; what they do is in `accelgen.steps`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from accelgen.cli.output import note, pairs, rows, show

__all__ = ["COMMANDS"]

MODEL = click.argument("model")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of tables.")
DATA = click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Folder that holds mnist/ (default: ACCELGEN_DATA, else fetched into a cache).",
)


def hardware(command):
    """Add the options of the hardware."""
    for option in (
        click.option(
            "--out", type=click.Path(path_type=Path), help="Folder to write (default: rtl_out/MODEL)."
        ),
        click.option(
            "--weights",
            type=click.Choice(["rom", "ram"]),
            default="rom",
            show_default=True,
            help="Tables as constants, or loaded over a stream.",
        ),
        click.option(
            "--lanes",
            type=int,
            default=16,
            show_default=True,
            help="Multiply-accumulate lanes, 4 to 64 as a rule.",
        ),
    ):
        command = option(command)
    return command


@click.command("list")
@JSON
def list_(as_json):
    """List the models.

    \b
    Example:
      accelgen list --json
    """
    from accelgen import steps

    def view(found):
        rows(
            ["model", "trained", "accuracy"],
            [
                [m["name"], "yes" if m["trained"] else "no", f"{m['accuracy']:.2%}" if m["accuracy"] else "-"]
                for m in found["models"]
            ],
        )

    show(steps.list_models(), as_json, view)


@click.command()
@MODEL
@JSON
def info(model, as_json):
    """Show layers, compression and every stored bit of a network.

    \b
    Example:
      accelgen info mnist_3b_8x
    """
    from accelgen import steps

    def view(found):
        stored = found["stored_bits"]
        pairs(
            found["name"],
            {
                "input": f"{found['input']['pixels']} pixels of {found['input']['bits']} bits",
                "compression": f"{found['compression']:g}x of the blocks of hidden layers",
                "stored bits": ", ".join(f"{bits:,} {kind}" for kind, bits in stored.items()),
                "against dense fp32": f"{found['memory_ratio']:.1f}x smaller",
            },
        )
        rows(
            ["layer", "inputs", "outputs", "weight bits", "blocks", "kept", "compression", "stored bits"],
            [
                [
                    layer["name"],
                    layer["inputs"],
                    layer["outputs"],
                    layer["weight_bits"],
                    f"{layer['block_out']}x{layer['block_in']}",
                    layer["kept_blocks"],
                    f"{layer['compression']:g}x",
                    layer["stored_bits"]["total"],
                ]
                for layer in found["layers"]
            ],
        )

    show(steps.info(model), as_json, view)


@click.command("eval")
@MODEL
@DATA
@JSON
def evaluate(model, data, as_json):
    """Measure the accuracy of the integer model on the full official test set.

    \b
    Example:
      accelgen eval mnist_3b_8x --data ../data
    """
    from accelgen import steps

    def view(found):
        click.echo(
            f"{found['name']}: {found['accuracy']:.2%} of {found['images']:,} images ({found['data']})"
        )

    show(steps.evaluate(model, data), as_json, view)


@click.command()
@MODEL
@hardware
@JSON
def rtl(model, lanes, weights, out, as_json):
    """Write a network as Verilog, with a manifest.

    \b
    Example:
      accelgen rtl mnist_3b_8x --lanes 16 --weights ram
    """
    from accelgen import steps

    def view(found):
        stored = found["stored_bits"]
        lanes_built = f"{found['lanes']}"
        if found["lanes"] < found["lanes_requested"]:
            lanes_built += f" (no block row has more outputs, so {found['lanes_requested']} would idle)"
        summary = {
            "layers": " - ".join(
                str(n) for n in [found["layers"][0]["inputs"], *(la["outputs"] for la in found["layers"])]
            ),
            "compression": f"{found['compression']:g}x of the blocks of hidden layers",
            "memory bits": ", ".join(f"{bits:,} {kind}" for kind, bits in stored.items()),
            "lanes": lanes_built,
            "tables in": found["weights"],
        }
        if found["ideal_cycles"]:
            images = found["ideal_cycles_images"]
            summary["cycles per image"] = (
                f"{found['ideal_cycles']:,.0f} expected (ideal, mean of {images} test images)"
            )
        summary |= {"Verilog": found["verilog"], "manifest": found["manifest"]}
        pairs(found["name"], summary)

    show(steps.rtl(model, lanes=lanes, weights=weights, out=out), as_json, view)


@click.command()
@MODEL
@hardware
@DATA
@click.option("--images", type=int, help="Test images (default: all for Verilator, 8 for Icarus).")
@click.option(
    "--simulator", type=click.Choice(["verilator", "icarus"]), default="verilator", show_default=True
)
@JSON
def sim(model, lanes, weights, out, data, images, simulator, as_json):
    """Compare the Verilog with the golden model, bit for bit.

    Verilator plays every test image through a batch bench; Icarus plays a sample under cocotb, with random
    pauses and malformed frames. Every score is compared, not only the class.

    \b
    Example:
      accelgen sim mnist_3b_8x --images 1000
    """
    from accelgen import steps

    def view(found):
        cycles = found["cycles"]
        accuracy = (
            f"{found['accuracy']:.2%}"
            if found["accuracy"] is not None
            else "not claimed on a part of the test set"
        )
        pairs(
            f"{found['name']} in {simulator}: {'EQUAL' if not found['mismatches'] else 'DIFFERENT'}",
            {
                "images": f"{found['images']:,} ({found['data']}), {found['mismatches']} mismatches",
                "cycles per image": "min {min:,}, mean {mean:,.1f}, max {max:,}".format(**cycles),
                "utilisation": f"{found['utilisation']:.1%} of the cycles issue work",
                "accuracy": accuracy,
                "speed": f"{found['images_per_second']:,.0f} images/s",
            },
        )

    options = {"lanes": lanes, "weights": weights, "out": out}
    found = steps.sim(model, images=images, simulator=simulator, data=data, say=note, **options)
    show(found, as_json, view)
    if found["mismatches"] or found.get("error"):
        sys.exit(1)


@click.command()
@MODEL
@hardware
@click.option(
    "--target",
    type=click.Choice(["generic", "ice40", "ecp5", "gowin", "liberty"]),
    default="generic",
    show_default=True,
)
@click.option(
    "--liberty", type=click.Path(path_type=Path), help="Standard-cell library, for --target liberty."
)
@JSON
def synth(model, lanes, weights, out, target, liberty, as_json):
    """Report area by Yosys, memories apart from logic.

    \b
    Example:
      accelgen synth mnist_3b_8x --target ice40
      accelgen synth mnist_3b_8x --target liberty --liberty cells.lib
    """
    from accelgen import steps

    def view(found):
        pairs(f"{found['name']} for {target}", {name: f"{value:,}" for name, value in found["logic"].items()})
        rows(
            ["memory", "words", "bits", "kind", "total bits"],
            [
                [m["name"], m["depth"], m["width"], m["kind"], m["depth"] * m["width"]]
                for m in found["memories"]
            ],
        )

    options = {"lanes": lanes, "weights": weights, "out": out}
    show(steps.synth(model, target=target, liberty=liberty, **options), as_json, view)


@click.command()
@MODEL
@DATA
@click.option("--seed", type=int, help="Instead of the recipe's.")
@click.option("--fresh", is_flag=True, help="Start again instead of going on from a checkpoint.")
@JSON
def train(model, data, seed, fresh, as_json):
    """Train a model from models/MODEL/recipe.toml.

    \b
    Example:
      accelgen train mnist_3b_8x --seed 1
    """
    from accelgen import steps

    show(
        steps.train(model, data=data, seed=seed, resume=not fresh),
        as_json,
        lambda f: click.echo(f"wrote {f['written']}"),
    )


@click.command()
@click.argument("model", required=False)
@click.option("--all", "every", is_flag=True, help="Every model, and then the README's table.")
@DATA
@JSON
def card(model, every, data, as_json):
    """Measure a model again and write its card.json and card.md.

    \b
    Example:
      accelgen card mnist_3b_8x
    """
    from accelgen import cards, models

    if bool(model) == every:
        raise click.UsageError("name a model, or --all")
    written = [cards.make_card(name, data, note) for name in (models.model_names() if every else [model])]
    if every:
        written.append(cards.fill_readme())
    found = {"written": [str(path) for path in written]}
    show(found, as_json, lambda found: [click.echo(f"wrote {path}") for path in found["written"]])


@click.command()
@JSON
def tables(as_json):
    """Write the README's results table from the cards that are there.

    \b
    Example:
      accelgen tables
    """
    from accelgen import cards

    found = {"written": str(cards.fill_readme())}
    show(found, as_json, lambda found: click.echo(f"wrote {found['written']}"))


COMMANDS = [list_, info, evaluate, rtl, sim, synth, train, card, tables]
