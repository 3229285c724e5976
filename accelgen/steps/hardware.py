"""Verilog of a model, and its area."""

from __future__ import annotations

import json
from pathlib import Path

from accelgen.models import home, network_path
from accelgen.steps.folder import WholeFolder

__all__ = ["form", "rtl", "synth"]


def rtl(model: str, *, out: Path | None = None, **options) -> dict:
    """Write a network as Verilog with its manifest, whole or not at all.

    Parameters
    ----------
    model : str
        Name or path.
    out : Path, optional
        Folder to write; ``rtl_out/<name>`` by default.
    options
        Of `Datapath`: ``lanes``, ``weights``, ``stream``, ``early_stop``, ``unrolled``, ``skip_zeros``; what
        is left out or None is what the model's ``hardware.toml`` says, or the default.

    Returns
    -------
    dict
        ``ideal_cycles`` is the mean over the committed sample of MNIST test images of the cycles in which the
        MAC array must work; None for a network that they do not fit, or that was trained on other data.
    """
    from accelgen.network import load, stored_bits
    from accelgen.rtl.emit import write
    from accelgen.steps.choice import chosen

    path = network_path(model)
    network, datapath = load(path), chosen(path, options)
    target = Path(out) if out else home() / "rtl_out" / network.name
    with WholeFolder(target) as folder:
        manifest = write(network, datapath, folder).manifest
    ideal, images = _ideal_cycles(network, manifest)
    return {
        "name": network.name,
        "kind": manifest["kind"],
        "verilog": str(target / manifest["files"]["verilog"]),
        "manifest": str(target / "manifest.json"),
        **form(manifest),
        "lanes_requested": datapath.lanes,
        **{name: manifest[name] for name in ("stream", "early_stop") if name in manifest},
        "compression": network.compression,
        "stored_bits": stored_bits(network),
        "layers": manifest["layers"],
        "memories": manifest["memories"],
        "ideal_cycles": ideal,
        "ideal_cycles_images": images,
    }


def form(manifest: dict) -> dict:
    """Return the options that a manifest was made with, as reports name them."""
    return {
        name: manifest[name] for name in ("unrolled", "lanes", "weights", "skip_zeros") if name in manifest
    }


def _ideal_cycles(network, manifest: dict) -> tuple[float | None, int]:
    """Return the mean over the committed images, and how many; None and 0 if they do not fit the network."""
    from accelgen.data import load_mnist
    from accelgen.steps.samples import dense_work, reads_mnist, spiking_batches, timesteps_of

    if not reads_mnist(network):
        return None, 0
    sample = load_mnist(None, "test", sample="only")
    if manifest["unrolled"]:
        return float(manifest["input"]["beats"]), len(sample)
    lanes, skip = manifest["lanes"], manifest["skip_zeros"]
    if network.spiking:
        batches = spiking_batches(network, sample, timesteps_of(network, None))
        cycles = [batch.work(lanes, skip_zeros=skip).total("ideal_cycles").sum() for batch in batches]
        return float(sum(cycles)) / len(sample), len(sample)
    return float(dense_work(network, sample.pixels, lanes, skip)[1].total("ideal_cycles").mean()), len(sample)


def synth(model: str, *, target: str = "generic", liberty: Path | None = None, **options) -> dict:
    """Report the area of a network by Yosys; memories apart from logic."""
    from accelgen.flows import yosys

    made = rtl(model, **options)
    folder = Path(made["verilog"]).parent
    manifest = json.loads(Path(made["manifest"]).read_text())
    return yosys.synth(folder / manifest["files"]["verilog"], manifest, target, folder / "reports", liberty)
