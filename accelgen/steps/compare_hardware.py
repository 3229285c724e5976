"""Which hardware to build of a model: each form, measured, and the front of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.families import FAMILIES
from accelgen.families.sites import COMPARED, lut_sites
from accelgen.files import write_whole
from accelgen.report.forms_svg import Mark, draw_forms
from accelgen.report.front_charts import on_front
from accelgen.rtl.hardware import Form, hardware_of
from accelgen.steps.answer import Answer
from accelgen.steps.checks import check_clock
from accelgen.steps.forms import MOST_WEIGHTS, Candidate, LeftOut, folded, pipelined, unrolled
from accelgen.steps.hardware import synth
from accelgen.steps.model import AnyModel, Model, model_of
from accelgen.steps.power import power
from accelgen.steps.simulation import Simulation, sim
from accelgen.steps.testcase import Say

__all__ = ["HardwareChoice", "HardwareComparison", "options"]

LANES = (8, 16, 32, 64)
#: MHz at which images a second are counted, if nobody says how many.
CLOCK = 100.0
PICTURE = "front.svg"


@dataclass(frozen=True, slots=True)
class HardwareChoice:
    """A form of hardware, and what it costs.

    Attributes
    ----------
    form : str
        How it is built: "16 lanes, tables in rom", or "unrolled".
    kind : "folded", "pipelined" or "unrolled"
        One engine for all layers, one for each, or weights that are gates.
    command : str
        What builds it.
    options : dict
        Of `accelgen.steps.rtl`, which do so too: lanes of each layer stand in the place of cycles.
    cycles : float
        From one result to the next, mean; the time of an image where one is in the hardware at a time.
    latency : float or None
        Cycles from the first beat of an image to its result, mean, while images follow without a pause.
    images_per_second : float
        At the clock of the comparison.
    luts, block_rams : int
        LUT4 sites and block RAMs on the target of the comparison.
    front : bool
        No other is as fast with fewer LUTs, or faster with no more.
    area_um2, memory_bits : float and int, or None
        um2 of logic and memories, and bits of memories that are no cells, in a library of cells.
    clock_mhz : float or None
        MHz that the energy holds for.
    nj_per_classification : float or None
        nJ of an image.
    dynamic_nj, leakage_nj : dict of str to float, or None
        Its parts, as in `PowerEstimate`.
    """

    form: str
    kind: Form
    command: str
    options: dict[str, Any]
    cycles: float
    latency: float | None
    images_per_second: float
    luts: int
    block_rams: int
    front: bool = False
    area_um2: float | None = None
    memory_bits: int | None = None
    clock_mhz: float | None = None
    nj_per_classification: float | None = None
    dynamic_nj: dict[str, float] | None = None
    leakage_nj: dict[str, float] | None = None


@dataclass(frozen=True, slots=True)
class HardwareComparison(Answer):
    """Forms of hardware of one network, side by side.

    Attributes
    ----------
    name : str
        Of the network.
    target : str
        Family of FPGAs that LUTs are of.
    clock_mhz : float
        MHz at which images a second are counted, the same for all: no form was placed and routed.
    played : int
        Images that were played through each in Verilator, every score equal to the golden model's: as many
        as were asked for, if there are so many.
    data : str
        What they are.
    library : str or None
        Name of the library of cells; None if no energy was asked for.
    images : int
        That were played through each netlist of cells; 0 without a library.
    rows : tuple of HardwareChoice
        From the slowest to the fastest.
    left_out : tuple of LeftOut
        What was not measured, and why.
    picture : str
        The file of the picture.
    """

    name: str
    target: str
    clock_mhz: float
    played: int
    data: str
    library: str | None
    images: int
    rows: tuple[HardwareChoice, ...]
    left_out: tuple[LeftOut, ...]
    picture: str


def options(
    model: AnyModel,
    liberty: Path | None = None,
    *,
    macros: Sequence[Path] = (),
    images: int = 10,
    played: int = 200,
    clock: float = CLOCK,
    target: str | None = None,
    lanes: Sequence[int] = LANES,
    cycles: Sequence[int] = (),
    most_weights: int = MOST_WEIGHTS,
    data: Path | None = None,
    out: Path,
    say: Say = lambda line: None,
) -> HardwareComparison:
    """Measure a model folded, pipelined and unrolled, and say what is best for how fast it must be.

    Parameters
    ----------
    model, macros, data, say
        See `power`; of ``macros`` tables in RAM are measured too.
    liberty : Path, optional
        Standard cells: area and energy of an image are measured too.
    images : int
        Test images to play through each netlist of cells.
    played : int
        Test images to play in Verilator, at least 2.
    clock : float
        MHz at which images a second are counted.
    target : "ice40" or "ecp5", optional
        Whose LUTs count; iCE40, or ECP5 for networks that are far too large for it.
    lanes : sequence of int
        Of one engine, to try; those that would idle are left out.
    cycles : sequence of int
        Of an image in a pipeline, to try; by default some between the fastest folded form and the least.
    most_weights : int
        Weights other than 0 up to which a network is unrolled.
    out : Path
        Folder for the picture and for what is built, a folder for each form.

    Returns
    -------
    HardwareComparison
        Every form, from the slowest to the fastest.

    Raises
    ------
    InvalidOption
        If an option is out of range.
    InvalidRequest
        If no form can be built, or one gives another score than the golden model.
    """
    check_clock(clock)
    for name, value, least in (
        ("played", played, 2),
        ("images", images, 1),
        ("most_weights", most_weights, 0),
    ):
        if value < least:
            raise InvalidOption(f"{name} must be at least {least}, not {value}")
    if wrong := [each for each in cycles if each < 1]:
        raise InvalidOption(f"cycles must be at least 1, not {wrong[0]}")
    if macros and liberty is None:
        raise InvalidOption("macros are of energy: they need a library of cells, liberty")
    if target not in (None, *COMPARED):
        raise InvalidOption(f"target must be one of {', '.join(COMPARED)}, not {target!r}")
    name, model = str(model.path if isinstance(model, Model) else model), model_of(model)
    stored = ["ram", "rom"] if macros else ["rom"]
    one_engine = folded(model, lanes, stored)
    target = target or _target(model)
    left = [one for one in one_engine if isinstance(one, LeftOut)]
    rows, library, energies = list[HardwareChoice](), None, 0
    there, shown = played, ""

    def measured(found: Iterable[Candidate | LeftOut]) -> None:
        nonlocal library, energies, there, shown
        for one in found:
            if isinstance(one, LeftOut):
                say(f"left out: {one.form}: {one.why}")
                continue
            say(f"{one.form} ...")
            folder = Path(out) / _word(one.form)
            simulation = _simulated(model, one, played, data, folder)
            there, shown = simulation.images, simulation.data
            row = _chosen(model, one, name, simulation, clock, target, folder)
            if liberty is not None:
                how = {"macros": macros, "images": images, "data": data, "out": folder}
                estimate = power(model, liberty, **how, **one.options)
                library, energies = estimate.library, estimate.images
                row = replace(
                    row,
                    area_um2=estimate.area,
                    memory_bits=estimate.memory_bits,
                    clock_mhz=estimate.clock_mhz,
                    nj_per_classification=estimate.nj_per_classification,
                    dynamic_nj=estimate.dynamic_nj,
                    leakage_nj=estimate.leakage_nj,
                )
            rows.append(row)

    measured(one_engine)
    start = min((row.cycles for row in rows), default=None)
    for found in (pipelined(model, cycles, stored, start), unrolled(model, most_weights)):
        left += [one for one in found if isinstance(one, LeftOut)]
        measured(found)
    if not rows:
        raise InvalidRequest(f"{model.name}: no form can be built: {left[0].form}: {left[0].why}")
    rows.sort(key=lambda row: row.images_per_second)
    best = on_front([(row.luts, row.images_per_second) for row in rows])
    marked = tuple(replace(row, front=n in best) for n, row in enumerate(rows))
    picture = Path(out) / PICTURE
    marks = [Mark(row.kind, row.form, row.luts, row.images_per_second, front=row.front) for row in marked]
    write_whole(picture, draw_forms(model.name, marks, target, clock))
    return HardwareComparison(
        model.name, target, clock, there, shown, library, energies, marked, tuple(left), str(picture)
    )


def _simulated(model: Model, one: Candidate, images: int, data: Path | None, folder: Path) -> Simulation:
    """Return what a form did with ``images``, or as many as there are: each score is the golden model's."""
    simulation = sim(model, images=images, data=data, out=folder, **one.options)
    if simulation.faulty:
        raise InvalidRequest(
            f"{model.name}: {one.form}: {simulation.mismatches} of {simulation.images} images differ from "
            f"the golden model, and error is {simulation.measured.error or 0}: nothing is compared"
        )
    return simulation


def _chosen(
    model: Model,
    one: Candidate,
    name: str,
    simulation: Simulation,
    clock: float,
    target: str,
    folder: Path,
) -> HardwareChoice:
    """Return what a form takes of an FPGA, and in which time."""
    measured = simulation.measured
    if one.kind == "pipelined" and measured.apart is None:
        raise InvalidRequest(
            f"{name}: {one.form}: how closely results follow one another is of two samples, and there is one"
        )
    cycles = measured.cycles.mean if measured.apart is None else measured.apart
    logic = synth(model, target=target, out=folder, **one.options).area.logic
    blocks = next(cell.name for cell in FAMILIES[target].cells if cell.title == "block RAMs")
    return HardwareChoice(
        form=one.form,
        kind=one.kind,
        command=one.command(name),
        options=one.options,
        cycles=cycles,
        latency=measured.latency,
        images_per_second=clock * 1e6 / cycles,
        luts=lut_sites(logic),
        block_rams=int(logic[blocks]),
    )


def _target(model: Model) -> str:
    """Return the family to map to: one that Yosys maps the tables of the network to in less than hours."""
    least = model.datapath(unrolled=False)
    bits = sum(memory.bits for memory in hardware_of(model.network, least).memories)
    return next(name for name in COMPARED if (most := FAMILIES[name].most_bits) is None or bits <= most)


def _word(form: str) -> str:
    """Return a name of a folder."""
    return form.replace(", ", "_").replace(" + ", "-").replace(" ", "_")
