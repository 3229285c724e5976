"""What a timestep of length dt makes of neurons in continuous time: gains, leaks and thresholds.

A step of a LIF node is ``v (1 - dt / tau) + dt / tau * (v_leak + r * i)``; ours is
``v - (v * multiplier >> leak) + i``. So dt / tau is a multiplier over a power of two, as near as need be and
the same for all neurons of a layer, and the rest is a factor of weights. A step of the current of a CubaLIF
node is ``j (1 - dt / tau_syn) + dt / tau_syn * (w_in * i)``, so the same holds of tau_syn. Where that is dt,
a current lasts for one timestep, and the node is a LIF node.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.interop.spiking.chain import SpikingStage
from accelgen.interop.spiking.read import Unit
from accelgen.network.spiking import MAX_LEAK
from accelgen.network.synapse import Synapse

__all__ = ["LEAKING", "NEAR", "RefusedUnit", "Steps", "leak_of", "steps_in"]

#: Neurons whose membranes leak, and their times.
LEAKING = {"LIF": "tau", "CubaLIF": "tau_mem", "LI": "tau"}
#: How far a ratio of times may be from one of ours that it equals, as a part of it: files have 32-bit floats.
NEAR = 1e-5
#: How far it may be where none of ours equals it: what is calibrated rounds membranes more than that.
CLOSE = 2.0**-9


class RefusedUnit(Exception):
    """A node has no layer of ours: which one, and why."""

    def __init__(self, unit: str, reason: str):
        super().__init__(reason)
        self.unit = unit
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """What a layer does in a timestep.

    Attributes
    ----------
    weights : float64[outputs, inputs]
        What a spike adds to a membrane.
    bias : float64[outputs]
        What every timestep adds.
    threshold : float64[outputs]
        Above which a neuron fires; zeros where none does.
    leak, multiplier : int
        A timestep takes ``multiplier * 2**-leak`` of a membrane away; a leak of 0 for nothing.
    keeps : bool
        Membranes live on from one timestep to the next.
    synapse : Synapse or None
        How currents last for more than a timestep, if they do; a spike adds to the current then.
    """

    weights: np.ndarray
    bias: np.ndarray
    threshold: np.ndarray
    leak: int
    keeps: bool
    multiplier: int = 1
    synapse: Synapse | None = None


def steps_in(stage: SpikingStage, dt: float) -> Steps:
    """Return what a stage does in a timestep of ``dt`` seconds.

    Raises
    ------
    RefusedUnit
        If ours cannot: leaks that are too small, or differ; membranes that are reset to another number than
        zero, or lose their threshold before they leak; thresholds below zero; readouts that keep nothing;
        currents that last where membranes keep nothing, or rest at another number than zero.
    """
    unit, weights, bias = stage.neurons, stage.weight, stage.bias
    nothing = np.zeros(len(weights))
    if unit is None:
        return Steps(weights, bias, nothing, 0, False)
    if unit.op == "Threshold":
        return Steps(weights, bias, unit.values["threshold"], 0, False)
    gain, leak, multiplier, rest = dt * unit.values["r"], 0, 1, nothing
    keeps, synapse = True, None
    if unit.op == "CubaLIF":
        share, *lasts = _leak(unit, "tau_syn", dt, exact=stage.whole)
        gain = gain * unit.values["w_in"] * share
        synapse = Synapse(*lasts) if lasts[0] else None
    if unit.op in LEAKING:
        share, leak, multiplier = _leak(unit, LEAKING[unit.op], dt, exact=stage.whole)
        keeps = leak > 0
        # At rest it stays at v_leak.
        gain, rest = gain * share / dt, multiplier * 2.0**-leak * unit.values["v_leak"]
    if synapse:
        _check_lasting(unit, rest, keeps=keeps)
    weights, bias = weights * gain[:, None], bias * gain + rest
    if not stage.fires:
        if unit.op in LEAKING and not leak:
            raise RefusedUnit(
                unit.name,
                "keeps nothing from one timestep to the next: with a tau of more than dt it can be imported",
            )
        return Steps(weights, bias, nothing, leak, keeps, multiplier)
    threshold = unit.values["v_threshold"]
    if (threshold < 0).any() or (keeps and (threshold == 0).any()):
        raise RefusedUnit(unit.name, "thresholds must be above zero, where a membrane is at rest")
    if stage.reset == "zero" and unit.values["v_reset"].any():
        raise RefusedUnit(unit.name, "a spike sets a membrane to zero here, and v_reset is another number")
    if stage.reset == "subtract" and leak:
        raise RefusedUnit(
            unit.name,
            "a membrane leaks before it loses its threshold here: reset subtract-delayed can be imported",
        )
    if stage.reset == "subtract-delayed" and not keeps:
        raise RefusedUnit(unit.name, "keeps nothing but what a spike takes away; reset zero can be imported")
    return Steps(weights, bias, threshold, leak, keeps, multiplier, synapse)


def leak_of(share: float, *, exact: bool) -> tuple[int, int] | None:
    """Return the smallest shift, and its multiplier, that take ``share`` of a membrane away; None if none do.

    Parameters
    ----------
    share : float
        Above 0, and 1 at most.
    exact : bool
        It is one of ours, which 32 bits have rounded; else one that is close is enough.
    """
    if share > 1 + NEAR:
        return None
    for shift in range(MAX_LEAK + 1):
        whole = share * 2.0**shift
        multiplier = round(whole)
        if multiplier and abs(multiplier - whole) <= (NEAR if exact else CLOSE) * whole:
            return shift, multiplier
    return None


def _check_lasting(unit: Unit, rest: np.ndarray, *, keeps: bool) -> None:
    """Refuse membranes that ours do not have where currents last."""
    if not keeps:
        raise RefusedUnit(
            unit.name,
            "its current lasts and its membrane keeps nothing: a tau_mem of more than dt can be imported",
        )
    if rest.any():
        raise RefusedUnit(
            unit.name,
            "where currents last, what every timestep adds lasts too: a v_leak of zero can be imported",
        )


def _times(unit: Unit, name: str) -> np.ndarray:
    """Return times in seconds, float64[neurons], or refuse what is none."""
    if not (unit.values[name] > 0).all():
        raise RefusedUnit(unit.name, f"{name} must be above zero")
    return unit.values[name]


def _leak(unit: Unit, name: str, dt: float, *, exact: bool) -> tuple[np.ndarray, int, int]:
    """Return what a timestep takes away by the times ``name``, and the shift and multiplier of all neurons.

    The former, float64[neurons], is that of ours where 32 bits alone tell them apart.
    """
    share = dt / _times(unit, name)
    leaks = [leak_of(float(one), exact=exact) for one in share.flat]
    if None in leaks:
        tau = float(unit.values[name].flat[leaks.index(None)])
        nearest = int(np.clip(np.rint(np.log2(tau / dt)), 1, MAX_LEAK))
        what = " of its current" if name == "tau_syn" else ""
        raise RefusedUnit(
            unit.name,
            f"a leak{what} of {dt / tau:g} a timestep is no part of 1 in steps of 2**-{MAX_LEAK}: "
            f"--dt {tau / 2**nearest:g} makes it 1/{2**nearest}",
        )
    found = [one for one in leaks if one is not None]
    if len(set(found)) > 1:
        raise RefusedUnit(unit.name, f"neurons of a layer must leak alike, and have one {name}")
    leak, multiplier = found[0]
    ours = multiplier * 2.0**-leak
    near = (np.abs(share - ours) <= NEAR * ours).all()
    return np.full_like(share, ours) if near else share, leak, multiplier
