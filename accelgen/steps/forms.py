"""Which forms of hardware of a network are compared, and why others are left out."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from accelgen.errors import InvalidNetwork, InvalidOption, InvalidRequest
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import Form, hardware_of
from accelgen.steps.hardware_file import settled
from accelgen.steps.model import Model
from accelgen.steps.pace import least_cycles

__all__ = ["MOST_WEIGHTS", "Candidate", "LeftOut", "folded", "pipelined", "unrolled"]

#: Weights that are not 0, beyond which unrolled hardware takes Yosys more than minutes to map.
MOST_WEIGHTS = 20_000
#: Lanes of all engines of a pipeline, beyond which the same is so.
MOST_LANES = 512
#: Paces of a pipeline that are tried if nobody names any.
PACES = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """Hardware to be measured.

    Attributes
    ----------
    kind : "folded", "pipelined" or "unrolled"
        Its form.
    options : dict
        Of `accelgen.steps.rtl`, lanes of each layer chosen.
    said : str
        The options that ask ``accelgen rtl`` for it.
    form : str
        How it is built, in a few words; no two candidates have the same.
    """

    kind: Form
    options: dict[str, Any]
    said: str
    form: str

    def command(self, model: str) -> str:
        """Return what builds it of a model's name or path."""
        return f"accelgen rtl {shlex.quote(model)} {self.said}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Hardware that is not measured: its form, with what was asked of it, and a sentence that says why."""

    form: str
    why: str


def folded(model: Model, lanes: Sequence[int], stored: Sequence[str]) -> list[Candidate | LeftOut]:
    """Return one engine for all layers, of ``lanes``; those that would idle are left out without a word.

    Of dense layers each is there twice, as it is and compact.

    Raises
    ------
    InvalidRequest
        If no lanes are named.
    """
    most = max(layer.weights.block_out for layer in model.network.layers)
    widths = sorted({min(count, most) for count in lanes})
    if not widths:
        raise InvalidRequest("lanes: there must be at least one number")
    defaults = settled(model.path, {})
    other = "--folded " if defaults.get("unrolled") or defaults.get("pipelined") else ""
    said = {False: " --no-compact" if defaults.get("compact") else "", True: " --compact"}
    return [
        _candidate(
            model,
            "folded",
            {"lanes": count, "weights": weights, "unrolled": False, "compact": compact},
            f"{other}--lanes {count} --weights {weights}{said[compact]}",
        )
        for compact in ((False, True) if model.network.kind == "dense" else (False,))
        for weights in stored
        for count in widths
    ]


def pipelined(
    model: Model, cycles: Sequence[int], stored: Sequence[str], start: float | None
) -> list[Candidate | LeftOut]:
    """Return an engine for each layer, at several paces.

    Parameters
    ----------
    model : Model
        The network.
    cycles : sequence of int
        Of an image, mean: the paces; if there are none, `PACES` from ``start`` down to the least that the
        input frame and the lanes that layers can have allow, in equal ratios.
    stored : sequence of str
        Where tables live.
    start : float or None
        Cycles of an image in the fastest folded form; None if nothing was folded.
    """
    try:
        empty = model.datapath(pipelined=True)
        hardware_of(model.network, empty)
        least = least_cycles(model, empty)
    except (InvalidOption, InvalidNetwork) as error:
        return [LeftOut("pipelined", str(error))]
    targets = list(cycles) or _paces(start or 2.0**PACES * least, least)
    found: dict[tuple, Candidate | LeftOut] = {}
    for target in sorted(set(targets), reverse=True):
        for weights in stored:
            said = f"--pipelined --cycles {target} --weights {weights}"
            try:
                datapath = model.datapath(pipelined=True, weights=weights, cycles=target)
            except InvalidOption as error:
                found[target, weights] = LeftOut(f"pipelined, {target:,} cycles", str(error))
                continue
            lanes, units = datapath.layer_lanes, datapath.layer_units
            chosen = {"pipelined": True, "weights": weights, "layer_lanes": lanes, "layer_units": units}
            total = sum(np.multiply(lanes, units or 1))
            # An earlier pace that took the same lanes asked for less than it got.
            found[lanes, units, weights] = (
                _candidate(model, "pipelined", chosen, said)
                if total <= MOST_LANES
                else LeftOut(
                    f"pipelined, {target:,} cycles",
                    f"it takes {total:,} lanes, and more than {MOST_LANES} take Yosys long to map "
                    f"(accelgen rtl {said} writes it all the same)",
                )
            )
    return list(found.values())


def unrolled(model: Model, most_weights: int) -> list[Candidate | LeftOut]:
    """Return hardware whose weights are gates: behind a slow stream, and with an image each clock."""
    weights = sum(int(np.count_nonzero(layer.weights.codes)) for layer in model.network.layers)
    found: list[Candidate | LeftOut] = []
    for interval in (0, 1):
        said = "--unrolled" + (f" --interval {interval}" if interval else "")
        form = Datapath(unrolled=True, interval=interval).describe(spiking=model.network.spiking)
        one = _candidate(model, "unrolled", {"unrolled": True, "interval": interval}, said)
        if isinstance(one, Candidate) and weights > most_weights:
            one = LeftOut(
                form,
                f"{weights:,} weights would be gates, and more than {most_weights:,} take Yosys long to map: "
                f"--most-weights {weights} measures it all the same",
            )
        found.append(one)
    return found


def _candidate(model: Model, kind: Form, options: dict[str, Any], said: str) -> Candidate | LeftOut:
    """Return hardware with these options, or why there is none."""
    try:
        form = hardware_of(model.network, model.datapath(**options)).describe()
    except (InvalidOption, InvalidNetwork) as error:
        form = Datapath(**options).describe(spiking=model.network.spiking) if kind == "unrolled" else kind
        return LeftOut(form, str(error))
    return Candidate(kind, options, said, form)


def _paces(start: float, least: int) -> list[int]:
    """Return cycles from ``start`` down to ``least`` in equal ratios, each half of the one before or more."""
    if start <= least:
        return [least]
    steps = min(PACES - 1, math.ceil(math.log2(start / least)))
    return [math.ceil(least * (start / least) ** (step / steps)) for step in range(steps, 0, -1)] + [least]
