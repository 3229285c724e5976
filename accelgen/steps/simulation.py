"""Verilog against golden model, bit for bit, and what that costs in cycles."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from accelgen.errors import at
from accelgen.steps.hardware import form, in_own_folder
from accelgen.steps.prepared import Prepared, Say, prepare

if TYPE_CHECKING:
    from accelgen.rtl.manifest import Manifest

__all__ = ["sim"]

#: Images that Icarus plays if nobody says how many.
FEW = 8


@in_own_folder
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

    Raises
    ------
    InvalidRequest
        If the network was trained on other data. Of one that does not say on what, no accuracy is claimed.
    """
    if images is None and simulator == "icarus":
        images = FEW
    made = prepare(
        model,
        images,
        data=data,
        timesteps=timesteps,
        margin=margin,
        nmnist=nmnist,
        drawn=drawn,
        say=say,
        **options,
    )
    with at(simulator):
        measured, seconds = _played(made, simulator, say)
    by_layer = measured.pop("layer_cycles", None)
    cycles, golden, samples = measured["cycles"]["mean"], made.golden, made.samples
    return {
        "name": made.network.name,
        "kind": made.manifest.kind,
        "simulator": simulator,
        **form(made.manifest),
        **measured,
        "ideal_cycles": golden.ideal_cycles,
        "utilisation": golden.ideal_cycles / cycles,
        **_lanes(golden.operations, cycles, made.manifest),
        **golden.figures,
        **({"layers": _layers(golden.figures["layers"], by_layer)} if by_layer else {}),
        "accuracy": golden.accuracy if samples.full and made.claims else None,
        "data": made.data if made.full or nmnist is None else f"a part of the {samples.name}",
        "images_per_second": measured["images"] / seconds,
    }


def _lanes(operations: float, cycles: float, manifest: Manifest) -> dict:
    return {} if manifest.unrolled else {"lane_utilisation": operations / (cycles * manifest.lanes)}


def _layers(ideal: list[dict], cycles: list[float]) -> list[dict]:
    """Return the work of each layer with the cycles in which it ran."""
    return [
        layer | {"cycles": count, "utilisation": layer["ideal_cycles"] / count}
        for layer, count in zip(ideal, cycles, strict=True)
    ]


def _played(made: Prepared, simulator: str, say: Say) -> tuple[dict, float]:
    """Return what the simulator measured, and the seconds it took, without compiling."""
    from accelgen.flows import icarus, verilator

    vectors, folder, top = made.golden.vectors, made.verilog.parent, made.manifest.top
    if simulator == "icarus":
        say(f"simulating {len(vectors)} images under cocotb ...")
        start = time.perf_counter()
        measured = icarus.play(made.verilog, made.manifest, vectors, folder, made.load, made.golden.corners)
        return measured, time.perf_counter() - start
    vectors.write(made.network, folder / "vectors")
    verilator.lint(made.verilog, top, folder / "sim" / "lint.log")
    say("compiling the simulation ...")
    take_turns = made.manifest.kind != "spiking" and not made.manifest.unrolled
    options = {
        "loadable": made.load is not None,
        "inputs": vectors.inputs,
        "layers": len(made.network.layers) if take_turns else 0,
    }
    program = verilator.build(made.verilog, top, folder / "sim" / "verilator", **options)
    say(f"simulating {len(vectors)} images ...")
    start = time.perf_counter()
    measured = verilator.play(program, folder / "vectors", made.load)
    return measured, time.perf_counter() - start
