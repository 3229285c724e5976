"""Figures of energy, area and speed in standard cells: what a library costs a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from accelgen import steps
from accelgen.cards.measure import Say
from accelgen.errors import InvalidRequest
from accelgen.figures import Figure
from accelgen.steps.power import PowerEstimate

__all__ = ["Technology", "affordable", "measured_energy"]

#: A value of a figure, its unit, and which is better.
_Value = tuple[float, str, Literal["higher", "lower"]]

#: Lanes of a folded engine in standard cells; no more are built than the largest block has outputs.
LANES = 64

#: Images for the energy, if they take no more than so many cycles at the lanes of the card.
IMAGES, CYCLES = 100, 750_000

#: Images for the energy after each timestep of a spiking model, at most.
BY_TIMESTEP = 10


@dataclass(frozen=True, slots=True)
class Technology:
    """What energy is measured in.

    Attributes
    ----------
    name : str
        A word for the names of figures, like ``nangate45``.
    liberty : Path
        Standard cells.
    macros : sequence of Path
        SRAM macros; without any, memories are registers.
    images : int, optional
        Test images to play; by default as many as are `affordable`.
    interval : int
        Of an unrolled model: clocks from one image to the next of the form that is measured, whose layers
        then add as cells do; 0 is the form that the model has.
    """

    name: str
    liberty: Path
    macros: Sequence[Path] = ()
    images: int | None = None
    interval: int = 0

    @property
    def label(self) -> str:
        """What the names of its figures begin with."""
        return f"interval{self.interval}_{self.name}" if self.interval else self.name


def affordable(cycles: float) -> int:
    """Return how many images to play through a netlist if one takes ``cycles`` at the lanes of its card."""
    return max(1, min(IMAGES, int(CYCLES // cycles)))


def measured_energy(model: str, technology: Technology, data: Path | None, say: Say) -> list[Figure]:
    """Return energy by block, area, memory bits, cycles and the fastest clock of a model.

    Unrolled hardware is measured as it is; a folded engine with its tables in memories that are loaded, and
    64 lanes. Without macros its tables are gates.

    Raises
    ------
    InvalidRequest
        If an interval is asked for and the model is not unrolled.
    """
    say(f"{model}: energy in {technology.label}")
    folded = not steps.unrolled(model)
    if technology.interval and folded:
        raise InvalidRequest(f"interval: is of unrolled models, and {model} is none")
    weights = "ram" if technology.macros else "rom"
    options: dict[str, Any] = {"lanes": LANES, "weights": weights} if folded else {}
    if technology.interval:
        options = {"interval": technology.interval, "sums": "cells"}
    images = technology.images or IMAGES
    spiking = steps.info(model).kind == "spiking"
    estimate = steps.power(
        model,
        technology.liberty,
        macros=technology.macros,
        images=images,
        data=data,
        by_timestep=min(BY_TIMESTEP, images) if spiking else 0,
        say=say,
        **options,
    )
    command = f"accelgen power {model} --liberty {technology.liberty.name}"
    command += " --macros SRAMS" if technology.macros and folded else ""
    command += f" --lanes {LANES} --weights {weights}" if folded else ""
    command += f" --interval {technology.interval} --sums cells" if technology.interval else ""
    return _figures(estimate, technology, command + f" --images {images}")


def _after(estimate: PowerEstimate) -> dict[str, _Value]:
    """Return the energy after each timestep but the last, which is that of the whole."""
    energies = estimate.by_timestep[:-1]
    return {f"energy_after_{n}": (energy, "nJ", "lower") for n, energy in enumerate(energies, 1)}


def _figures(estimate: PowerEstimate, technology: Technology, command: str) -> list[Figure]:
    manifest = estimate.manifest
    conditions = {
        "library": estimate.library,
        "voltage": f"{estimate.voltage:g} V",
        "clock": f"{estimate.clock_mhz:g} MHz",
        "images": f"{estimate.images:,}",
        "form": manifest.describe(),
        "activity": "real images in the mapped netlist, with gate delays",
        "without": ", ".join(estimate.left_out),
    }
    parts = {
        "": estimate.nj_per_classification,
        **{f"_{part}": energy for part, energy in estimate.dynamic_nj.items()},
        **{f"_leakage_{part}": energy for part, energy in estimate.leakage_nj.items()},
    }
    values: dict[str, _Value] = {
        **{f"energy{part}": (energy, "nJ", "lower") for part, energy in parts.items()},
        "area": (estimate.area, "um2", "lower"),
        "kge": (estimate.kge, "kGE of logic", "lower"),
        "memory": (estimate.memory_bits, "bits of memory", "lower"),
        "cycles": (estimate.cycles, "cycles", "lower"),
        **_after(estimate),
        **{f"energy_while_{part.layer}": (part.nj, "nJ", "lower") for part in estimate.layers},
        **({"fmax": (estimate.timing.fmax_mhz, "MHz", "higher")} if estimate.timing else {}),
    }
    by_timestep = min(BY_TIMESTEP, estimate.images)
    few = {"images": str(by_timestep)}
    return [
        Figure(
            f"{technology.label}_{name}",
            _digits(value),
            unit,
            better,
            command + (f" --by-timestep {by_timestep}" if "after" in name else ""),
            conditions | (few if "after" in name else {}),
        )
        for name, (value, unit, better) in values.items()
    ]


def _digits(value: float) -> float:
    """Return four digits: more would be noise of the method."""
    return value if isinstance(value, int) else float(f"{value:.4g}")
