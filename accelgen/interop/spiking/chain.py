"""A NIR graph as a chain of weights and neurons, with a verdict for each node."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np

from accelgen.errors import DataError, InvalidOption
from accelgen.interop.averages import Squares
from accelgen.interop.chain import Finding
from accelgen.interop.spiking.pools import POOLS, pooled_squares, read_through
from accelgen.interop.spiking.read import Unit, Units
from accelgen.network.integrator import SCORES, Scores

__all__ = ["RESETS", "Reset", "SpikingChain", "SpikingStage", "find_spiking_chain"]

Reset = Literal["zero", "subtract", "subtract-delayed"]
RESETS: tuple[Reset, ...] = ("zero", "subtract", "subtract-delayed")

LINEAR = ("Affine", "Linear")
FIRES = ("IF", "LIF", "CubaLIF", "Threshold")
#: Neurons that end a network: their membranes become its scores.
READS_OUT = ("I", "LI")
#: Why a node is refused, and what would help.
HELP = {
    "Conv1d": "spiking layers have no windows yet; an Affine can be imported",
    "Conv2d": "spiking layers have no windows yet; an Affine can be imported",
    "SumPool2d": "only what enters is pooled; an Affine whose weights add up can be imported",
    "AvgPool2d": "only what enters is pooled; an Affine whose weights average can be imported",
    "CubaLI": "its current lasts beside its membrane, and a readout here keeps its membranes alone; an LI, "
    "an I, or the Affine alone, can be imported",
    "Delay": "spikes arrive in the timestep in which they leave; a graph without delays can be imported",
    "Scale": "its factor belongs into the weights of the Affine",
    "NIRGraph": "graphs in graphs are not read; the same nodes in one graph can be imported",
}


@dataclass(frozen=True, slots=True, eq=False)
class SpikingStage:
    """Weights, and the neurons that they feed.

    Attributes
    ----------
    linear : Unit
        Affine or Linear.
    neurons : Unit or None
        IF, LIF, CubaLIF or Threshold; at the end I, LI, or none: currents are added up then.
    reset : "zero", "subtract" or "subtract-delayed"
        What a spike does to a membrane: it is set to zero, the threshold leaves it before it leaks, or after.
    whole : bool
        The leak rounds down, in steps of one: a network of ours was exported.
    scores : "last", "sum" or "max"
        What of the membranes of a last stage that does not fire is the score.
    """

    linear: Unit
    neurons: Unit | None
    reset: Reset
    whole: bool
    scores: Scores = "last"

    @property
    def fires(self) -> bool:
        """Spikes leave it."""
        return self.neurons is not None and self.neurons.op in FIRES

    @property
    def weight(self) -> np.ndarray:
        """Its weights, float64[outputs, inputs]."""
        return self.linear.values["weight"]

    @property
    def bias(self) -> np.ndarray:
        """Its bias, float64[outputs]."""
        return self.linear.values.get("bias", np.zeros(len(self.weight)))


@dataclass(frozen=True, slots=True, eq=False)
class SpikingChain:
    """The shape of what enters, the stages, and what became of each node; no stages if one is refused."""

    shape: tuple[int, ...]
    stages: tuple[SpikingStage, ...]
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> tuple[Finding, ...]:
        """The nodes that stand in the way."""
        return tuple(finding for finding in self.findings if finding.verdict == "refused")


def find_spiking_chain(units: Units, reset: Reset | None, scores: Scores | None = None) -> SpikingChain:
    """Return the chain of a graph.

    Parameters
    ----------
    units : Units
        What is in a file.
    reset : "zero", "subtract", "subtract-delayed" or None
        What a spike does to a membrane; None for what metadata say, else "zero", as NIR defines it.
    scores : "last", "sum", "max" or None
        What of the membranes at the end is the score; None for what metadata say, else "last" of an I.

    Raises
    ------
    InvalidOption
        If nothing says what the scores of an LI are, or they were asked for where spikes are counted.
    DataError
        If weights that read through pools would be too many.
    """
    path = _path(units)
    names = {unit.name for unit in path}
    ordered = [*path, *(unit for unit in units.units.values() if unit.name not in names)]
    findings = {unit.name: _off(unit) for unit in ordered}
    before: Unit | None = None
    shape: tuple[int, ...] | None = None
    pools: list[tuple[Unit, Squares]] = []
    for place, unit in enumerate(path):
        if unit.op in POOLS:
            findings[unit.name], shape = _pooled(unit, before, shape, pools)
        else:
            size = None if shape is None else int(np.prod(shape))
            findings[unit.name], size = _verdict(unit, before, size, last=place >= len(path) - 2)
            shape = _shape(unit, shape, size)
        before = before if unit.op == "Flatten" else unit
    found = tuple(findings.values())
    if not path or path[-1].op != "Output":
        ends = path[-1].name if path else "input"
        why = "leads to no Output: one way from one Input to one Output can be imported"
        found = (*found, Finding(ends, "end", "refused", why))
    elif not any(unit.op in LINEAR for unit in path):
        found = (*found, Finding("input", "Input", "refused", "no Affine or Linear reads what enters"))
    if any(finding.verdict == "refused" for finding in found):
        return SpikingChain((), (), found)
    return SpikingChain(path[0].values["shape"], tuple(_stages(path, reset, scores, pools)), found)


def _path(units: Units) -> list[Unit]:
    """Return the nodes from the one Input on, as long as there is one way and none is met again."""
    starts = [unit for unit in units.units.values() if unit.op == "Input"]
    if len(starts) != 1:
        return []
    path, seen = [starts[0]], {starts[0].name}
    leaving, entering = (
        Counter(before for before, _ in units.edges),
        Counter(after for _, after in units.edges),
    )
    after = dict(units.edges)
    while leaving[path[-1].name] == 1:
        following = after[path[-1].name]
        if following in seen or entering[following] != 1:
            break
        path.append(units.units[following])
        seen.add(following)
    return path


def _off(unit: Unit) -> Finding:
    why = HELP.get(unit.op, "is on no chain: layers read the spikes of the layer just before them")
    return Finding(unit.name, unit.op, "refused", why)


def _pooled(
    unit: Unit, before: Unit | None, shape: tuple[int, ...] | None, pools: list[tuple[Unit, Squares]]
) -> tuple[Finding, tuple[int, ...] | None]:
    """Return what becomes of a pool, and the shape that leaves it; add it to ``pools`` if it is taken."""
    try:
        if before is not None and before.op in HELP and before.op not in POOLS:
            raise DataError(f"waits for {before.name} ({before.op})")
        squares = pooled_squares(unit, shape)
    except DataError as error:
        return Finding(unit.name, unit.op, "refused", str(error)), None
    pools.append((unit, squares))
    why = f"weights behind it, {squares.count} times as many"
    return Finding(unit.name, unit.op, "folded", why), squares.leaving


def _shape(unit: Unit, shape: tuple[int, ...] | None, size: int | None) -> tuple[int, ...] | None:
    """Return the shape of what leaves a node that is no pool, of ``size`` values."""
    if size is None:
        return None
    return tuple(unit.values["shape"]) if unit.op == "Input" else (size,)


def _verdict(unit: Unit, before: Unit | None, size: int | None, *, last: bool) -> tuple[Finding, int | None]:
    """Return what becomes of a node, and how many values leave it; ``last`` is only the Output behind it."""

    def refused(why: str) -> tuple[Finding, int | None]:
        return Finding(unit.name, unit.op, "refused", why), None

    op, values = unit.op, unit.values
    if op == "Input":
        if not values.get("shape") or min(values["shape"]) < 1:
            return refused("must say the shape of what enters")
        return Finding(unit.name, op, "folded", "input"), int(np.prod(values["shape"]))
    if op in ("Flatten", "Output"):
        return Finding(unit.name, op, "folded", "the order of weights" if op == "Flatten" else "output"), size
    if op in LINEAR:
        if before is not None and before.op in LINEAR:
            return refused("weights behind weights: their product can be imported")
        if (
            values["weight"].ndim != 2
            or not values["weight"].size
            or size not in (None, values["weight"].shape[1])
        ):
            return refused(f"must have weights of [outputs, {size}], not {list(values['weight'].shape)}")
        if "bias" in values and values["bias"].shape != values["weight"].shape[:1]:
            return refused(f"must have a bias of [{len(values['weight'])}], not {list(values['bias'].shape)}")
        return Finding(unit.name, op, "accepted", "layer"), len(values["weight"])
    if op in FIRES or (op in READS_OUT and last):
        if before is not None and before.op in HELP and (before.op not in POOLS or size is None):
            return refused(f"waits for {before.name} ({before.op})")
        if before is None or before.op not in LINEAR:
            return refused("neurons must have weights before them: an Affine or a Linear")
        wrong = [name for name, value in values.items() if name != "shape" and value.shape != (size,)]
        if size is not None and wrong:
            return refused(f"{wrong[0]} must have one number for each of {size} neurons")
        return Finding(unit.name, op, "accepted", "scores" if op in READS_OUT else "neurons"), size
    if op in READS_OUT:
        fires = "IF" if op == "I" else "LIF"
        return refused(f"only the last layer gives membranes, and others spikes; an {fires} can be imported")
    return refused(HELP.get(op, "is not known; see docs/own-models.md"))


def _stages(
    path: list[Unit], reset: Reset | None, scores: Scores | None, pools: list[tuple[Unit, Squares]]
) -> list[SpikingStage]:
    """Return the stages of a path of which every node is accepted or folded, behind its ``pools``."""
    stages: list[SpikingStage] = []
    kept = [unit for unit in path if unit.op in (*LINEAR, *FIRES, *READS_OUT)]
    wanted = _scores(kept[-1], scores)
    for place, unit in enumerate(kept):
        if unit.op not in LINEAR:
            continue
        neurons = kept[place + 1] if place + 1 < len(kept) else None
        facts = neurons.facts if neurons else {}
        stated = facts.get("reset")
        chosen: Reset = reset or (stated if stated in RESETS else "zero")
        linear = unit if stages else read_through(unit, pools)
        stages.append(SpikingStage(linear, neurons, chosen, facts.get("leak_rounds") == "down", wanted))
    return stages


def _scores(last: Unit, scores: Scores | None) -> Scores:
    """Return what of the membranes of the last node is the score: what was asked for, else what is said."""
    if last.op in FIRES:
        if scores:
            raise InvalidOption(
                f"scores are of networks that end with membranes, and the spikes of {last.name} ({last.op}) "
                "are counted"
            )
        return "last"
    stated = last.facts.get("scores")
    found: Scores | None = scores or (stated if stated in SCORES else None)
    if found is None and last.op == "LI":
        raise InvalidOption(
            f"scores must be said: NIR does not know which membrane of {last.name} (LI) is the score: "
            "--scores last is that after the last timestep, max the highest of all, and sum all of them"
        )
    return found or "last"
