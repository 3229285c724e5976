"""Verilog against golden model, bit for bit, and what that costs in cycles."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accelgen.data import Images
from accelgen.data.measures import Measures
from accelgen.errors import InvalidRequest, at
from accelgen.flows import icarus, verilator
from accelgen.flows.measured import Cycles, Measured
from accelgen.network.network import Kind
from accelgen.rtl.manifest import Manifest
from accelgen.steps.answer import Answer, plain
from accelgen.steps.given import NOTHING, Given
from accelgen.steps.hardware import form, in_own_folder
from accelgen.steps.judged import in_json
from accelgen.steps.model import Model
from accelgen.steps.testcase import Case, Say, make_case
from accelgen.steps.workload import DenseWorkload, SpikingWorkload, UnrolledSpikingWorkload, Workload

__all__ = ["LayerCycles", "Simulation", "sim"]

#: Images that Icarus plays if nobody says how many.
FEW = 8


@dataclass(frozen=True, slots=True)
class LayerCycles(Answer):
    """Cycles of a layer, mean per image: in which the lanes must work, and in which it ran."""

    name: str
    ideal_cycles: float
    cycles: float

    @property
    def utilisation(self) -> float:
        """Share of the cycles in which the lanes must work."""
        return self.ideal_cycles / self.cycles

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "name": self.name,
            "ideal_cycles": self.ideal_cycles,
            "cycles": self.cycles,
            "utilisation": self.utilisation,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Simulation(Answer):
    """Hardware that was compared with the golden model.

    Attributes
    ----------
    simulator : "verilator" or "icarus"
        What ran it.
    manifest : Manifest
        Of the hardware.
    measured : Measured
        What came out, and in which time.
    ideal_cycles : float
        Cycles in which the hardware must work, mean per image.
    work : Workload
        What the golden model counts, mean per image.
    layers : tuple of LayerCycles
        Where the simulator counts the cycles of each layer; else empty.
    accuracy : float or None
        0 to 1; None of a part of the test set, of images that the network was not trained for, and of a
        network without classes.
    data : str
        What was played.
    seconds : float
        That the simulator took, without compiling.
    labelled : bool
        Whether somebody knows what the images show.
    measures : Measures or None
        How well a network without classes does its task, where an accuracy would be claimed of another.
    """

    simulator: str
    manifest: Manifest
    measured: Measured
    ideal_cycles: float
    work: Workload
    layers: tuple[LayerCycles, ...]
    accuracy: float | None
    data: str
    seconds: float
    labelled: bool = True
    measures: Measures | None = None

    @property
    def name(self) -> str:
        """Name of the network."""
        return self.manifest.name

    @property
    def kind(self) -> Kind:
        """What its layers are."""
        return self.manifest.kind

    @property
    def form(self) -> dict[str, Any]:
        """Options that the hardware was made with."""
        return form(self.manifest)

    @property
    def images(self) -> int:
        """Images that were played."""
        return self.measured.images

    @property
    def mismatches(self) -> int:
        """Images whose result is not the golden model's."""
        return self.measured.mismatches

    @property
    def faulty(self) -> bool:
        """A result differs, or the hardware has set a bit of ``error``."""
        return bool(self.measured.mismatches or self.measured.error)

    @property
    def cycles(self) -> Cycles:
        """Cycles of an image."""
        return self.measured.cycles

    @property
    def overlapped(self) -> bool:
        """Several images are in the hardware at a time, so that results follow closer than they take."""
        return self.manifest.form == "pipelined" or self.manifest.interval is not None

    @property
    def utilisation(self) -> float:
        """Share of the cycles in which the hardware must work."""
        return self.ideal_cycles / self.cycles.mean

    @property
    def lane_utilisation(self) -> float | None:
        """Share of the lanes' cycles in which a lane adds a weight; None of unrolled hardware."""
        lanes = self.manifest.lanes
        return None if lanes is None else self.work.operations / (self.cycles.mean * lanes)

    @property
    def images_per_second(self) -> float:
        """Speed of the simulator."""
        return self.images / self.seconds

    @property
    def spikes(self) -> SpikingWorkload:
        """What the golden model counts of spikes, or `InvalidRequest` if there are none, or no lanes."""
        if isinstance(self.work, UnrolledSpikingWorkload):
            raise InvalidRequest(f"{self.name} is unrolled: it has no engine that fetches weights of events")
        if not isinstance(self.work, SpikingWorkload):
            raise InvalidRequest(f"{self.name} does not spike, and has no events")
        return self.work

    @property
    def spikes_of_gates(self) -> UnrolledSpikingWorkload:
        """The same of hardware without lanes, or `InvalidRequest` if it does not spike, or has lanes."""
        if not isinstance(self.work, UnrolledSpikingWorkload):
            raise InvalidRequest(f"{self.name} is not unrolled, or does not spike")
        return self.work

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        measured, share = self.measured, self.lane_utilisation
        return {
            "name": self.name,
            "kind": self.kind,
            "simulator": self.simulator,
            **self.form,
            "images": measured.images,
            "mismatches": measured.mismatches,
            "first_mismatch": measured.first_mismatch,
            "cycles": plain(measured.cycles),
            **({} if measured.latency is None else {"latency": measured.latency}),
            **({} if measured.apart is None else {"cycles_apart": measured.apart}),
            **({} if measured.error is None else {"error": measured.error}),
            "ideal_cycles": self.ideal_cycles,
            "utilisation": self.utilisation,
            **({} if share is None else {"lane_utilisation": share}),
            **plain(self.work),
            **({"layers": plain(self.layers)} if self.layers else {}),
            **(in_json(self.measures, task) if (task := self.manifest.task) else {"accuracy": self.accuracy}),
            "data": self.data,
            "images_per_second": self.images_per_second,
        }


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
    given: Given = NOTHING,
    say: Say = lambda line: None,
    **options,
) -> Simulation:
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
    given : Given
        Samples to play instead: equality needs no labels.
    say : callable
        Told what is going on.
    options
        Of `rtl`.

    Raises
    ------
    InvalidRequest
        If the network was trained on other data. Of one that does not say on what, no accuracy is claimed.
    """
    if images is None and simulator == "icarus" and not given:
        images = FEW
    case = make_case(
        model,
        images,
        data=data,
        timesteps=timesteps,
        margin=margin,
        nmnist=nmnist,
        drawn=drawn,
        given=given,
        say=say,
        **options,
    )
    with at(simulator):
        measured, seconds = _played(case, simulator, say)
    expected = case.expected
    return Simulation(
        simulator=simulator,
        manifest=case.manifest,
        measured=measured,
        ideal_cycles=expected.ideal_cycles,
        work=expected.work,
        layers=_layers(expected.work, measured),
        accuracy=expected.accuracy if case.samples.full and case.claims else None,
        data=case.data if case.full or nmnist is None else f"a part of the {case.samples.name}",
        seconds=seconds,
        labelled=not isinstance(case.samples, Images) or case.samples.labelled,
        measures=expected.measures if case.samples.full and case.claims else None,
    )


def _layers(work: Workload, measured: Measured) -> tuple[LayerCycles, ...]:
    """Return the work of each layer with the cycles in which it ran, if those were counted."""
    if not (measured.layer_cycles and isinstance(work, DenseWorkload)):
        return ()
    return tuple(
        LayerCycles(layer.name, layer.ideal_cycles, count)
        for layer, count in zip(work.layers, measured.layer_cycles, strict=True)
    )


def _played(case: Case, simulator: str, say: Say) -> tuple[Measured, float]:
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
    take_turns = manifest.kind != "spiking" and manifest.form == "folded"
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
