"""Which hardware to build of a model: what every choice of lanes and storage costs, measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from accelgen.errors import InvalidRequest
from accelgen.models import network_path
from accelgen.network import load
from accelgen.rtl.datapath import Datapath, describe
from accelgen.rtl.hardware import goes_with
from accelgen.steps.power import power
from accelgen.steps.testcase import Say

__all__ = ["options"]

LANES = (8, 16, 32, 64)


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
) -> dict:
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
    dict
        ``rows``: of each choice ``form``, ``area_um2``, ``memory_bits``, ``clock_mhz``, ``cycles`` and
        ``nj_per_classification``, from the least energy to the most.
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
    rows = []
    for number, (name, choice) in enumerate(choices, 1):
        say(f"{number} of {len(choices)}: {name}")
        folder = Path(out) / name.replace(", ", "_").replace(" ", "_")
        found = power(model, liberty, macros=macros, images=images, data=data, out=folder, **choice)
        names = ("memory_bits", "clock_mhz", "cycles", "nj_per_classification", "dynamic_nj", "leakage_nj")
        rows.append(
            {"form": name, "area_um2": sum(found["area_um2"].values())} | {n: found[n] for n in names}
        )
    rows.sort(key=lambda row: row["nj_per_classification"])
    return {"name": network.name, "library": found["library"], "images": images, "rows": rows}
