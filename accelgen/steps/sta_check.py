"""A second opinion on power: OpenSTA, with the activity that was counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from accelgen.flows import sta
from accelgen.power.structural import named_pins
from accelgen.steps.gate_level import Played
from accelgen.steps.mapping import Mapped

__all__ = ["PartPower", "SecondOpinion", "against_sta"]

#: Share of time that a net is 1: transitions are counted, and times are not.
DUTY = 0.5

#: How far the two may be from each other, as a factor. Switching follows from the same transitions and
#: capacitances; what is spent inside cells, tools weigh in their own ways.
FAR = {"internal": 5.0, "switching": 2.0, "leakage": 2.0}


class PartPower(NamedTuple):
    """Power of a part of the cells in milliwatts, without memories: ours, and that of another tool."""

    part: str
    own: float
    theirs: float


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What another tool says of the power of the cells.

    Attributes
    ----------
    tool : str
        With its version.
    mw : tuple of PartPower
        "internal", "switching" and "leakage", in milliwatts.
    doubts : tuple of str
        Sentences on figures of theirs that cannot be, if there are any.
    """

    tool: str
    mw: tuple[PartPower, ...]
    doubts: tuple[str, ...]


def against_sta(mapped: Mapped, top: str, played: Played) -> SecondOpinion:
    """Return the power of the cells by our estimator and by OpenSTA, clocks gated off where they were.

    Parameters
    ----------
    mapped : Mapped
        What was simulated.
    top : str
        The module.
    played : Played
        What it did.

    Returns
    -------
    SecondOpinion
        Both, part by part.

    Raises
    ------
    ToolError
        If OpenSTA is missing or fails.
    """
    activity = {name: (played.toggles[net] / played.cycles, DUTY) for name, net in named_pins(mapped.netlist)}
    energy = played.energy
    theirs = sta.power(mapped.folder, top, activity)
    own = {
        "internal": (sum(energy.blocks.values()) - energy.charging) / energy.seconds,
        "switching": energy.charging / energy.seconds,
        "leakage": energy.leakage["logic"] / energy.seconds,
    }
    parts = tuple(PartPower(part, own[part] * 1e3, theirs[part] * 1e3) for part in own)
    return SecondOpinion(f"OpenSTA {sta.STA.version()}", parts, _doubts(parts))


def _doubts(parts: Iterable[PartPower]) -> tuple[str, ...]:
    """Return what is absurd in a second opinion: parts that are nothing, no number, or far from ours."""
    doubts = []
    for part, own, theirs in parts:
        if own > 0 and not theirs > 0:
            doubts.append(f"{part} is {theirs:g} mW, and cannot be")
        elif own > 0 and not 1 / FAR[part] <= own / theirs <= FAR[part]:
            doubts.append(f"{part} is {theirs:.3g} mW, more than {FAR[part]:g} times off ours")
    return tuple(doubts)
