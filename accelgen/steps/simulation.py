"""Verilog against golden model, bit for bit, and what that costs in cycles."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from accelgen.errors import InvalidRequest, at
from accelgen.models import network_path
from accelgen.steps.hardware import rtl

if TYPE_CHECKING:
    from accelgen.data import Images, Recordings
    from accelgen.golden.vectors import Vectors
    from accelgen.network import Network

__all__ = ["sim"]

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Golden:
    """What the golden model says of the images of a simulation.

    Attributes
    ----------
    vectors : Vectors
        What goes in and what must come out.
    corners : list of Vectors
        Small sets for the cocotb bench.
    accuracy : float
        Of these images.
    ideal_cycles, operations : float
        Cycles in which the lanes must work, and additions they make, mean per image.
    figures : dict
        What else is reported.
    """

    vectors: Vectors
    corners: list[Vectors]
    accuracy: float
    ideal_cycles: float
    operations: float
    figures: dict = field(default_factory=dict)


def sim(
    model: str,
    *,
    images: int | None = None,
    simulator: str = "verilator",
    data: Path | None = None,
    timesteps: int | None = None,
    margin: int | None = None,
    nmnist: Path | None = None,
    drawn: int | None = None,
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
    timesteps : int, optional
        Of a spiking network; by default what it was trained with.
    margin : int, optional
        Lead at which a spiking network stops early. Its hardware is then built with ``early_stop``.
    nmnist : Path, optional
        A folder of real N-MNIST recordings to read instead, for a network that takes events.
    drawn : int, optional
        Seed of textbook rate coding; the spikes then enter as events.
    say : callable
        Told what is going on.
    options
        Of `rtl`.
    """
    from accelgen.network import load
    from accelgen.steps.samples import (
        check_dense,
        check_drawn,
        check_margin,
        check_reads_mnist,
        samples_of,
        timesteps_of,
    )

    if images is not None and images < 1:
        raise InvalidRequest(f"images must be at least 1, not {images}")
    network = load(network_path(model))
    check_reads_mnist(network)
    check_drawn(network, drawn)
    if drawn is not None:
        options["stream"] = "events"
    if network.spiking:
        timesteps = timesteps_of(network, timesteps)
        check_margin(network, margin)
        if margin is not None:
            options["early_stop"] = True
        elif options.get("early_stop"):
            margin = 0
    else:
        check_dense(network, timesteps=timesteps, margin=margin, nmnist=nmnist)
    made = rtl(model, **options)
    folder = Path(made["verilog"]).parent
    manifest = json.loads(Path(made["manifest"]).read_text())
    found = samples_of(network, data, nmnist, sample="fallback")
    if not found.full and nmnist is None:
        say(
            "the full test set is not at hand: using the committed test vectors (set ACCELGEN_DATA or --data)"
        )
    chosen = found.first(images if images or simulator == "verilator" else 8)
    say(f"golden model on {len(chosen)} images ...")
    golden = _spiking(network, chosen, manifest, timesteps, margin, drawn) if network.spiking else None
    golden = golden or _dense(network, chosen, manifest)
    with at(simulator):
        measured, seconds = _played(network, golden, folder, manifest, simulator, say)
    cycles = measured["cycles"]["mean"]
    return {
        "name": network.name,
        "kind": manifest["kind"],
        "simulator": simulator,
        "lanes": manifest["lanes"],
        "skip_zeros": manifest["skip_zeros"],
        **measured,
        "ideal_cycles": golden.ideal_cycles,
        "utilisation": golden.ideal_cycles / cycles,
        "lane_utilisation": golden.operations / (cycles * manifest["lanes"]),
        **golden.figures,
        "accuracy": golden.accuracy if chosen.full else None,
        "data": chosen.name if found.full or nmnist is None else f"a part of the {chosen.name}",
        "images_per_second": measured["images"] / seconds,
    }


def _played(
    network: Network, golden: Golden, folder: Path, manifest: dict, simulator: str, say: Say
) -> tuple[dict, float]:
    """Return what the simulator measured, and the seconds it took, without compiling."""
    from accelgen.flows import icarus, verilator

    verilog, top = folder / manifest["files"]["verilog"], manifest["top"]
    load = folder / manifest["files"]["load"] if "load" in manifest["files"] else None
    vectors = golden.vectors
    if simulator == "icarus":
        say(f"simulating {len(vectors)} images under cocotb ...")
        start = time.perf_counter()
        measured = icarus.play(verilog, manifest, vectors, folder, load, golden.corners)
        return measured, time.perf_counter() - start
    vectors.write(network, folder / "vectors")
    verilator.lint(verilog, top, folder / "sim" / "lint.log")
    say("compiling the simulation ...")
    options = {"loadable": load is not None, "inputs": vectors.inputs}
    program = verilator.build(verilog, top, folder / "sim" / "verilator", **options)
    say(f"simulating {len(vectors)} images ...")
    start = time.perf_counter()
    measured = verilator.play(program, folder / "vectors", load)
    return measured, time.perf_counter() - start


def _dense(network: Network, images: Images, manifest: dict) -> Golden:
    from accelgen.golden.vectors import dense_vectors
    from accelgen.steps.samples import dense_work

    result, work = dense_work(network, images.pixels, manifest["lanes"], manifest["skip_zeros"])
    macs = float(work.total("macs").mean())
    return Golden(
        vectors=dense_vectors(network, images.pixels),
        corners=[],
        accuracy=result.accuracy(images.labels),
        ideal_cycles=float(work.total("ideal_cycles").mean()),
        operations=macs,
        figures={"macs": macs, "weight_words": float(work.total("weight_words").mean())},
    )


def _spiking(
    network: Network,
    images: Images | Recordings,
    manifest: dict,
    timesteps: int,
    margin: int | None,
    drawn: int | None,
) -> Golden:
    """Run the golden model, and count events against what a clock-driven engine would do."""
    import numpy as np

    from accelgen.golden.spiking_vectors import corner_vectors, spiking_vectors
    from accelgen.golden.vectors import Vectors
    from accelgen.steps.samples import per_layer, spiking_batches

    pixels = manifest["stream"] == "pixels"
    parts, works, clocked, all_used, right = [], [], [], [], 0
    for batch in spiking_batches(network, images, timesteps, drawn):
        entering = batch.pixels if pixels else None
        parts.append(spiking_vectors(network, batch.result, images=entering, margin=margin))
        used = batch.result.stopped(margin or 0)
        works.append(batch.work(manifest["lanes"], used))
        clocked.append(batch.work(manifest["lanes"], used, skip_zeros=False))
        classes = np.argmax(batch.result.final(used), axis=1)
        right += int((classes == batch.labels).sum())
        all_used.append(used)

    def mean(batches: list, name: str) -> float:
        return float(sum(work.total(name).sum() for work in batches) / len(images))

    words, every_word = mean(works, "weight_words"), mean(clocked, "weight_words")
    names = ("events", "synaptic_operations", "membrane_updates", "membrane_words")
    built = works if manifest["skip_zeros"] else clocked
    return Golden(
        vectors=Vectors.joined(parts),
        corners=corner_vectors(
            network,
            images=images.pixels[:1] if pixels else None,
            early_stop=manifest["early_stop"],
            timesteps=(2, 1),
        ),
        accuracy=right / len(images),
        ideal_cycles=mean(built, "ideal_cycles"),
        operations=mean(works, "synaptic_operations"),
        figures={
            "stream": manifest["stream"],
            "timesteps": timesteps,
            "margin": margin,
            "timesteps_used": float(np.concatenate(all_used).mean()),
            **{name: mean(works, name) for name in names},
            "layers": per_layer(network, works, len(images)),
            "weight_words": mean(built, "weight_words"),
            # What an engine driven by its clock reads, and the share of it that events need.
            "clock_driven": {"weight_words": every_word, "share": words / every_word},
        },
    )
