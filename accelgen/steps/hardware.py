"""Verilog of a model, and its area."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from accelgen.files import whole_folder
from accelgen.models import home, network_path
from accelgen.owned import held, own_folder
from accelgen.records import record

if TYPE_CHECKING:
    from accelgen.rtl.manifest import Manifest

__all__ = ["form", "in_own_folder", "rtl", "synth"]


def in_own_folder(step: Callable[..., dict]) -> Callable[..., dict]:
    """Let a step that reads what it has written have its folder for itself, passed on as ``out``.

    That is the ``out`` it was called with or, without one, ``rtl_out/<name>``; if another run is at work
    there, the first of ``rtl_out/<name>.2``, ``.3``, ... that is free. An ``out`` that is not free raises
    `Busy`.
    """

    @functools.wraps(step)
    def owned(model: str, *arguments, out: Path | None = None, **how) -> dict:
        from accelgen.network import load

        target = Path(out) if out else home() / "rtl_out" / load(network_path(model)).name
        say = how.get("say", lambda line: None)
        with own_folder(target, exactly=out is not None, say=say) as folder:
            return step(model, *arguments, out=folder, **how)

    return owned


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
    # A table frame of hardware that was there before would be loaded into what is there now.
    with held(target), whole_folder(target, stale=("weights.bin",)) as folder:
        manifest = write(network, datapath, folder).manifest
    ideal, images = _ideal_cycles(network, manifest)
    return {
        "name": network.name,
        "kind": manifest.kind,
        "verilog": str(target / manifest.files["verilog"]),
        "manifest": str(target / "manifest.json"),
        **form(manifest),
        "lanes_requested": datapath.lanes,
        "compression": network.compression,
        "stored_bits": stored_bits(network),
        "layers": record(manifest.layers),
        "memories": record(manifest.memories),
        "ideal_cycles": ideal,
        "ideal_cycles_images": images,
    }


def form(manifest: Manifest) -> dict:
    """Return the options that a manifest was made with, as reports name them."""
    names = ("unrolled", "lanes", "weights", "skip_zeros", "stream", "early_stop")
    return {name: value for name in names if (value := getattr(manifest, name)) is not None}


def _ideal_cycles(network, manifest: Manifest) -> tuple[float | None, int]:
    """Return the mean over the committed images, and how many; None and 0 if they do not fit the network."""
    from accelgen.data import load_mnist
    from accelgen.steps.samples import dense_work, reads_mnist, spiking_batches, timesteps_of

    if not reads_mnist(network):
        return None, 0
    sample = load_mnist(None, "test", sample="only")
    if manifest.unrolled:
        return float(manifest.input.beats), len(sample)
    lanes, skip = manifest.lanes, manifest.skip_zeros
    if network.spiking:
        batches = spiking_batches(network, sample, timesteps_of(network, None))
        cycles = [batch.work(lanes, skip_zeros=skip).total("ideal_cycles").sum() for batch in batches]
        return float(sum(cycles)) / len(sample), len(sample)
    return float(dense_work(network, sample.pixels, lanes, skip)[1].total("ideal_cycles").mean()), len(sample)


@in_own_folder
def synth(model: str, *, target: str = "generic", liberty: Path | None = None, **options) -> dict:
    """Report the area of a network by Yosys; memories apart from logic."""
    from accelgen.flows import yosys
    from accelgen.rtl.manifest import Manifest

    made = rtl(model, **options)
    folder = Path(made["verilog"]).parent
    manifest = Manifest.read(Path(made["manifest"]))
    found = yosys.synth(folder / manifest.files["verilog"], manifest, target, folder / "reports", liberty)
    return found | form(manifest)
