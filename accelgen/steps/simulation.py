"""Verilog against golden model, bit for bit, and what that costs in cycles."""

from __future__ import annotations

import time
from pathlib import Path

from accelgen.errors import at
from accelgen.flows import icarus, verilator
from accelgen.rtl.manifest import Manifest
from accelgen.steps.hardware import form, in_own_folder
from accelgen.steps.model import Model
from accelgen.steps.testcase import Case, Say, make_case

__all__ = ["sim"]

#: Images that Icarus plays if nobody says how many.
FEW = 8


@in_own_folder
def sim(
    model: Model,
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
    model : str, Path or Model
        Name or path, or a model that was read.
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
    case = make_case(
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
        measured, seconds = _played(case, simulator, say)
    by_layer = measured.pop("layer_cycles", None)
    cycles, expected, manifest = measured["cycles"]["mean"], case.expected, case.manifest
    return {
        "name": case.network.name,
        "kind": manifest.kind,
        "simulator": simulator,
        **form(manifest),
        **measured,
        "ideal_cycles": expected.ideal_cycles,
        "utilisation": expected.ideal_cycles / cycles,
        **_lanes(expected.operations, cycles, manifest),
        **expected.figures,
        **({"layers": _layers(expected.figures["layers"], by_layer)} if by_layer else {}),
        "accuracy": expected.accuracy if case.samples.full and case.claims else None,
        "data": case.data if case.full or nmnist is None else f"a part of the {case.samples.name}",
        "images_per_second": measured["images"] / seconds,
    }


def _lanes(operations: float, cycles: float, manifest: Manifest) -> dict:
    return {} if manifest.unrolled else {"lane_utilisation": operations / (cycles * manifest.engine.lanes)}


def _layers(ideal: list[dict], cycles: list[float]) -> list[dict]:
    """Return the work of each layer with the cycles in which it ran."""
    return [
        layer | {"cycles": count, "utilisation": layer["ideal_cycles"] / count}
        for layer, count in zip(ideal, cycles, strict=True)
    ]


def _played(case: Case, simulator: str, say: Say) -> tuple[dict, float]:
    """Return what the simulator measured, and the seconds it took, without compiling."""
    hardware, vectors, manifest = case.hardware, case.expected.vectors, case.manifest
    folder, top = hardware.folder, manifest.top
    if simulator == "icarus":
        say(f"simulating {len(vectors)} images under cocotb ...")
        start = time.perf_counter()
        measured = icarus.play(
            hardware.verilog, manifest, vectors, folder, hardware.load, case.expected.corners
        )
        return measured, time.perf_counter() - start
    vectors.write(case.network, folder / "vectors")
    verilator.lint(hardware.verilog, top, folder / "sim" / "lint.log")
    say("compiling the simulation ...")
    take_turns = manifest.kind != "spiking" and not manifest.unrolled
    program = verilator.build(
        hardware.verilog,
        top,
        folder / "sim" / "verilator",
        loadable=hardware.load is not None,
        inputs=vectors.inputs,
        layers=len(case.network.layers) if take_turns else 0,
    )
    say(f"simulating {len(vectors)} images ...")
    start = time.perf_counter()
    measured = verilator.play(program, folder / "vectors", hardware.load)
    return measured, time.perf_counter() - start
