"""A second opinion on power: OpenSTA, with the activity that was counted."""

from __future__ import annotations

from accelgen.flows import sta
from accelgen.power.structural import named_pins
from accelgen.steps.gate_level import Played
from accelgen.steps.mapping import Mapped

__all__ = ["against_sta"]

#: Share of time that a net is 1: transitions are counted, and times are not.
DUTY = 0.5

#: How far the two may be from each other, as a factor. Switching follows from the same transitions and
#: capacitances; what is spent inside cells, tools weigh in their own ways.
FAR = {"internal": 5.0, "switching": 2.0, "leakage": 2.0}


def against_sta(mapped: Mapped, top: str, played: Played) -> dict:
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
    dict
        ``tool``, and ``mw``: "internal", "switching", "leakage", each in our milliwatts and theirs,
        without memories; ``doubts``: sentences on figures of theirs that cannot be, if there are any.

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
    found = [(part, own[part] * 1e3, theirs[part] * 1e3) for part in own]
    return {"tool": f"OpenSTA {sta.STA.version()}", "mw": found, "doubts": _doubts(found)}


def _doubts(found: list[tuple[str, float, float]]) -> list[str]:
    """Return what is absurd in a second opinion: parts that are nothing, no number, or far from ours."""
    doubts = []
    for part, own, theirs in found:
        if own > 0 and not theirs > 0:
            doubts.append(f"{part} is {theirs:g} mW, and cannot be")
        elif own > 0 and not 1 / FAR[part] <= own / theirs <= FAR[part]:
            doubts.append(f"{part} is {theirs:.3g} mW, more than {FAR[part]:g} times off ours")
    return doubts
