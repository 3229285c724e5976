"""Which hardware to build of a model: what every choice of lanes and storage costs, measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import InvalidRequest
from accelgen.models import network_path
from accelgen.network import load
from accelgen.rtl.datapath import Datapath, describe
from accelgen.rtl.hardware import goes_with
from accelgen.steps.answer import Answer
from accelgen.steps.power import power
from accelgen.steps.testcase import Say

__all__ = ["HardwareChoice", "HardwareComparison", "options"]

LANES = (8, 16, 32, 64)


@dataclass(frozen=True, slots=True)
class HardwareChoice:
    """A form of hardware, and what it costs.

    Attributes
    ----------
    form : str
        How it is built: "16 lanes, tables in rom", or "unrolled".
    area_um2 : float
        um2 of logic and memories.
    memory_bits : int
        Bits of memories that are no cells.
    clock_mhz, cycles : float
        MHz, and cycles of an image.
    nj_per_classification : float
        nJ of an image.
    dynamic_nj, leakage_nj : dict of str to float
        Its parts, as in `PowerEstimate`.
    """

    form: str
    area_um2: float
    memory_bits: int
    clock_mhz: float
    cycles: float
    nj_per_classification: float
    dynamic_nj: dict[str, float]
    leakage_nj: dict[str, float]


@dataclass(frozen=True, slots=True)
class HardwareComparison(Answer):
    """Forms of hardware of one network, side by side.

    Attributes
    ----------
    name : str
        Of the network.
    library : str
        Name of the library of cells.
    images : int
        That were played through each.
    rows : tuple of HardwareChoice
        From the least energy to the most.
    """

    name: str
    library: str
    images: int
    rows: tuple[HardwareChoice, ...]


def options(
    model: str,
    liberty: Path,
    *,
    macros: Sequence[Path] = (),
    images: int = 10,
    lanes: Sequence[int] = LANES,
    data: Path | None = None,
    out: Path,
    say: Say = lambda line: None,
) -> HardwareComparison:
    """Measure a model folded on different lanes, its tables in memories and as gates, and unrolled.

    Parameters
    ----------
    model, liberty, macros, images, data, say
        See `power`.
    lanes : sequence of int
        To try; those that would idle are left out.
    out : Path
        Folder for what is built, a folder for each choice.

    Returns
    -------
    HardwareComparison
        Every choice, from the least energy to the most.
    """
    network = load(network_path(model))
    most = max(layer.weights.block_out for layer in network.layers)
    widths = sorted({min(count, most) for count in lanes})
    if not widths:
        raise InvalidRequest("lanes: there must be at least one number")
    stored = ["ram", "rom"] if macros else ["rom"]
    choices: list[tuple[str, dict[str, object]]] = [
        (describe(count, weights), {"lanes": count, "weights": weights, "unrolled": False})
        for weights in stored
        for count in widths
    ]
    if goes_with(network, Datapath(unrolled=True)):
        choices.append((describe(None), {"unrolled": True}))
    rows, library = [], ""
    for number, (name, choice) in enumerate(choices, 1):
        say(f"{number} of {len(choices)}: {name}")
        folder = Path(out) / name.replace(", ", "_").replace(" ", "_")
        estimate = power(model, liberty, macros=macros, images=images, data=data, out=folder, **choice)
        library = estimate.library
        rows.append(
            HardwareChoice(
                name,
                estimate.area,
                estimate.memory_bits,
                estimate.clock_mhz,
                estimate.cycles,
                estimate.nj_per_classification,
                estimate.dynamic_nj,
                estimate.leakage_nj,
            )
        )
    rows.sort(key=lambda row: row.nj_per_classification)
    return HardwareComparison(network.name, library, images, tuple(rows))
