"""Which network and which hardware to build for a budget: from the cards of the models, and from sweeps."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, get_args

from accelgen import steps
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.explore.columns import LUTS
from accelgen.explore.results import read_results
from accelgen.explore.store import DONE
from accelgen.families import FAMILIES
from accelgen.models import NETWORK_FILE, model_folder, model_names
from accelgen.report.card import Card, read_card
from accelgen.report.energy import technologies
from accelgen.rtl.datapath import MOST_LANES, Storage, describe
from accelgen.steps.answer import Answer

__all__ = ["BUDGETS", "Candidate", "Choice", "Nearest", "candidates", "choose"]

#: What may be limited: title and unit.
BUDGETS = {
    "nj": ("energy", "nJ"),
    "luts": ("logic", "LUTs"),
    "cells": ("logic", "generic cells"),
    "cycles": ("time", "cycles"),
    "stored_bits": ("tables", "bits"),
}

#: The figures of a card that budgets are about.
CARD = {
    "luts": tuple(f"synth_{family.name}_{family.luts}" for family in FAMILIES.values()),
    "cells": ("synth_generic_cells",),
    "cycles": ("cycles_mean",),
    "stored_bits": ("stored_bits",),
}


@dataclass(frozen=True, slots=True)
class Candidate(Answer):
    """Something that can be built.

    Attributes
    ----------
    name : str
        Of the model, or a word for the point.
    accuracy, test_accuracy : float
        On the validation images, by which it is chosen, and on the test images, 0 to 1.
    costs : dict of str to float
        By name in `BUDGETS`, as far as they were measured.
    build : dict of str to list of str
        By name of a cost, the commands that build what has it.
    """

    name: str
    accuracy: float
    test_accuracy: float
    costs: dict[str, float]
    build: dict[str, list[str]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints: all but how it is built, which a choice prints for its budgets."""
        return {
            "name": self.name,
            "accuracy": self.accuracy,
            "test_accuracy": self.test_accuracy,
            "costs": self.costs,
        }


@dataclass(frozen=True, slots=True)
class Nearest(Answer):
    """What comes nearest to a demand while all others are met.

    Attributes
    ----------
    demand : str
        "accuracy", or a name in `BUDGETS`.
    wanted : float
        Percent, or most of a cost.
    best : float or None
        The same of what comes nearest; None if nothing meets the other demands.
    measured : int
        Of how many candidates this is known.
    name : str or None
        Of what comes nearest.
    """

    demand: str
    wanted: float
    best: float | None
    measured: int
    name: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {name: value for name, value in Answer.to_json(self).items() if name != "name" or value}


@dataclass(frozen=True, slots=True)
class Choice(Answer):
    """What was picked for a budget.

    Attributes
    ----------
    chosen : Candidate or None
        None if nothing fits.
    build : tuple of str
        Commands that build it.
    preferred : str
        What it has the best of among all that fit.
    fitting, considered : int
        Candidates that fit, and all of them.
    nearest : tuple of Nearest
        If nothing fits: demand by demand, what comes nearest.
    """

    chosen: Candidate | None
    build: tuple[str, ...]
    preferred: str
    fitting: int
    considered: int
    nearest: tuple[Nearest, ...]

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "chosen": self.chosen.to_json() if self.chosen else None,
            "build": list(self.build),
            "preferred": self.preferred,
            "fitting": self.fitting,
            "considered": self.considered,
            "nearest": [one.to_json() for one in self.nearest],
        }


def candidates(places: Sequence[str | Path] = ()) -> list[Candidate]:
    """Return all models that have cards and, of ``places``, the points of sweeps that did not fail."""
    known: list[Candidate] = []
    for name in model_names():
        path = model_folder(name) / "card.json"
        built = path.is_file() and path.with_name(NETWORK_FILE).is_file()
        if built and (candidate := _of_card(name, read_card(path))):
            known.append(candidate)
    for place in places:
        known += _of_sweep(place)
    return known


def choose(
    accuracy: float | None = None,
    budgets: dict[str, float] | None = None,
    *,
    places: Sequence[str | Path] = (),
    prefer: str | None = None,
) -> Choice:
    """Pick one candidate.

    Parameters
    ----------
    accuracy : float, optional
        Least validation accuracy, in percent.
    budgets : dict of str to float, optional
        Most of each cost, by name in `BUDGETS`.
    places : sequence of str or Path
        Results of sweeps to look in, beside the models.
    prefer : str, optional
        What to have most of among all that fit: "accuracy", or least of: a name in `BUDGETS`. By default the
        first budget if an accuracy is asked for, else accuracy; with neither a budget, the fewest bits.

    Returns
    -------
    Choice
        What was picked and how it is built; if nothing fits, what comes nearest to each demand.

    Raises
    ------
    InvalidOption
        If a demand can be met by nothing whatever.
    InvalidRequest
        If there is nothing to choose from.
    """
    budgets = dict(budgets or {})
    _check(accuracy, budgets, prefer)
    considered = candidates(places)
    if not considered:
        raise InvalidRequest("there is nothing to choose from: no model has a card, and no sweep was named")
    prefer = prefer or (
        ("accuracy" if accuracy is None else next(iter(budgets))) if budgets else "stored_bits"
    )
    demands = ({"accuracy": accuracy} if accuracy is not None else {}) | budgets
    fitting = [one for one in considered if all(_meets(one, *demand) for demand in demands.items())]
    chosen = min(
        (one for one in fitting if _known(one, prefer)), key=lambda one: _rank(one, prefer), default=None
    )
    commands: list[str] = []
    if chosen is not None:
        names = [name for name in budgets if name in chosen.build] or [""]
        commands = [line for name in names for line in chosen.build[name]]
    return Choice(
        chosen=chosen,
        build=tuple(dict.fromkeys(commands)),
        preferred=prefer,
        fitting=len(fitting),
        considered=len(considered),
        nearest=() if fitting else tuple(_nearest(considered, demands, name) for name in demands),
    )


def _check(accuracy: float | None, budgets: dict[str, float], prefer: str | None) -> None:
    if accuracy is not None and not 0 < accuracy <= 100:
        raise InvalidOption(f"accuracy must be above 0 and at most 100 percent, not {accuracy:g}")
    for name, most in budgets.items():
        if most <= 0:
            raise InvalidOption(f"nothing has {most:g} {BUDGETS[name][1]} or less: a budget must be above 0")
    if prefer not in (None, "accuracy", *BUDGETS):
        raise InvalidOption(f"prefer must be one of accuracy, {', '.join(BUDGETS)}, not {prefer!r}")


def _meets(one: Candidate, name: str, demand: float) -> bool:
    if name == "accuracy":
        return 100 * one.accuracy >= demand
    return name in one.costs and one.costs[name] <= demand


def _known(one: Candidate, name: str) -> bool:
    return name == "accuracy" or name in one.costs


def _rank(one: Candidate, name: str) -> tuple[float, float, str]:
    """Return what is least for the best; of equals, the more accurate, then the first by name."""
    return (-one.accuracy if name == "accuracy" else one.costs[name], -one.accuracy, one.name)


def _nearest(considered: list[Candidate], demands: dict[str, float], name: str) -> Nearest:
    """Return what comes nearest to one demand while all others are met."""
    others = {other: demand for other, demand in demands.items() if other != name}
    known = [one for one in considered if _known(one, name)]
    meeting = [one for one in known if all(_meets(one, *demand) for demand in others.items())]
    best = min(meeting, key=lambda one: _rank(one, name), default=None)
    value = None
    if best is not None:
        value = 100 * best.accuracy if name == "accuracy" else best.costs[name]
    return Nearest(name, demands[name], value, len(known), best.name if best else None)


def _of_card(name: str, card: Card) -> Candidate | None:
    """Return a model; None if nobody knows how it does on the validation images."""
    judged = steps.info(name).provenance.get("validation_accuracy")
    if not isinstance(judged, int | float) or "accuracy" not in card.figures:
        return None
    known = {cost: next((n for n in names if n in card.figures), None) for cost, names in CARD.items()}
    known["nj"] = next((f"{technology}_energy" for technology in technologies(card)), None)
    figures = {cost: card.figures[figure] for cost, figure in known.items() if figure}
    build = {cost: [f"accelgen rtl {name}{_options(figure.conditions)}"] for cost, figure in figures.items()}
    return Candidate(
        name,
        judged,
        card.figures["accuracy"].value,
        {cost: figure.value for cost, figure in figures.items()},
        build | {"": [f"accelgen rtl {name}"]},
    )


def _options(conditions: dict[str, str]) -> str:
    """Return the options of the hardware that a figure of a card was measured on."""
    form = conditions.get("form")
    if form == describe(None):
        return " --unrolled"
    for lanes, weights in product(range(1, MOST_LANES + 1), get_args(Storage)):
        if form == describe(lanes, weights):
            return f" --lanes {lanes} --weights {weights}"
    return f" --lanes {conditions['lanes']}" if "lanes" in conditions else ""


def _of_sweep(place: str | Path) -> list[Candidate]:
    results = read_results(place)
    points: list[Candidate] = []
    for cell in results.cells:
        names = {"luts": next((n for n in LUTS if n in cell.figures), ""), "cells": "generic_cells"}
        names |= {name: name for name in ("nj", "cycles", "stored_bits")}
        rows = [row for row in results.rows if row["point"] == cell.point and row["status"] == DONE]
        best = max(rows, key=lambda row: row["validation_accuracy"])
        model = f"{results.sweep.name}_{cell.point[:6]}"
        there = shlex.quote(str(place))
        adopt = f"accelgen choose {there} --point {cell.point} --seed {best['seed']} --as {model}"
        build = [adopt, f"accelgen train {model}", f"accelgen rtl {model}"]
        points.append(
            Candidate(
                f"{results.sweep.name}: {cell}",
                cell.figures["validation_accuracy"],
                cell.figures["accuracy"],
                {cost: cell.figures[column] for cost, column in names.items() if column in cell.figures},
                {"": build},
            )
        )
    return points
