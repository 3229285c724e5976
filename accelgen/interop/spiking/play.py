"""NIR, executed in float64: what a step of length dt makes of its equations, and of nothing else.

A step is Euler's, as Norse and snnTorch take it:

    LIF, LI    v = v + dt / tau * (v_leak - v + r * i)
    CubaLIF    j = j + dt / tau_syn * (w_in * i - j);  v = v + dt / tau_mem * (v_leak - v + r * j)
    IF, I      v = v + dt * r * i
    Threshold  v = i

What arrives in a timestep is in the current j, and so in the membrane, of that timestep, as in snnTorch. A
neuron fires where ``v > v_threshold``; numbers that the rounding of a file to 32 bits may tell apart are
equal, or ties would be a matter of luck. Then v becomes v_reset, or loses v_threshold at once, or with the
next step, after its leak. Membranes that end a network become its scores: the one that there is, the sum of
those that there were, or the highest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from accelgen.interop.spiking.chain import SpikingStage
from accelgen.interop.spiking.discrete import LEAKING, NEAR, leak_of
from accelgen.interop.spiking.read import Unit

__all__ = ["batch_of", "beside", "play_nir", "play_stage"]

#: How far apart equal numbers of 32 bits may be, as a part of what was added up: two steps of rounding.
ROUNDED = 2.0**-22
#: Spikes that are 64-bit floats at a time, and numbers of a layer in all samples of a batch.
AT_ONCE, BATCHED = 1 << 22, 1 << 24


def batch_of(stages: Sequence[SpikingStage], timesteps: int, most: int) -> int:
    """Return how many samples are played at a time, 1 to ``most``: fewer where layers are wide."""
    widest = max(max(stage.weight.shape) for stage in stages)
    return int(np.clip(BATCHED // (widest * timesteps), 1, most))


def play_nir(
    stages: Sequence[SpikingStage], spikes: np.ndarray, dt: float
) -> tuple[list[np.ndarray], np.ndarray]:
    """Return the spikes of every layer, and the scores of every timestep.

    Parameters
    ----------
    stages : sequence of SpikingStage
        What is executed.
    spikes : uint8[samples, timesteps, inputs]
        0 or 1.
    dt : float
        Seconds of a timestep.

    Returns
    -------
    list of uint8[samples, timesteps, outputs]
        Spikes that leave each layer; of a last one that adds up currents there are none.
    float64[samples, timesteps, classes]
        Spikes of the last layer so far, or its sums.
    """
    fired = []
    for stage in stages:
        left = play_stage(stage, spikes, dt)
        if stage.fires:
            fired.append(left.astype(np.uint8))
            spikes = fired[-1]
    scores = np.cumsum(fired[-1], axis=1, dtype=np.float64) if stages[-1].fires else left
    return fired, scores


def play_stage(stage: SpikingStage, spikes: np.ndarray, dt: float) -> np.ndarray:
    """Return what leaves a layer at each timestep, float64[samples, timesteps, outputs]: spikes, or sums."""
    rows, some = spikes.reshape(-1, spikes.shape[2]), max(AT_ONCE // spikes.shape[2], 1)
    parts = (rows[start : start + some].astype(np.float64) for start in range(0, len(rows), some))
    currents = np.concatenate([part @ stage.weight.T + stage.bias for part in parts])
    currents = currents.reshape(*spikes.shape[:2], -1)
    left = np.empty_like(currents)
    v = np.zeros_like(currents[:, 0])
    owed = np.zeros_like(v)
    unit = stage.neurons
    share: np.ndarray | float = 1.0
    if unit is not None and unit.op in LEAKING:
        share = dt / unit.values[LEAKING[unit.op]]
        if stage.whole:  # one of ours, which 32 bits have rounded
            share = np.array([_unrounded(float(one)) for one in np.ravel(share)])
    elif unit is not None and unit.op != "Threshold":
        share = dt
    gain = 1.0 if unit is None or unit.op == "Threshold" else share * unit.values["r"]
    if stage.whole:  # so is a gain of 1
        gain = np.where(np.abs(gain - 1) <= NEAR, 1.0, gain)
    spike = gain  # what one adds to a membrane in its timestep, a weight of one taken
    if unit is not None and unit.op == "CubaLIF":
        stays, enters = _shares(stage, unit, dt)
        currents, spike = _lasting(stage, currents, stays, enters), gain * enters
    threshold, near = _thresholds(stage, spike)
    # A part of one that stayed would leak with the rest, and round otherwise than ours.
    taken = np.ceil(threshold) if stage.whole else threshold
    for timestep in range(currents.shape[1]):
        i = currents[:, timestep]
        if unit is None:
            v = v + i
        elif unit.op in LEAKING:
            leak = v * share
            v = v - (np.floor(leak) if stage.whole else leak)
            v = v + share * unit.values["v_leak"] + gain * i
        elif unit.op == "Threshold":
            v = i
        else:
            v = v + gain * i
        v, owed = v - owed, np.zeros_like(v)
        if not stage.fires or unit is None:
            left[:, timestep] = v
            continue
        fires = v > threshold + near
        left[:, timestep] = fires
        if unit.op == "Threshold":
            continue
        if stage.reset == "zero":
            v = np.where(fires, unit.values["v_reset"], v)
        elif stage.reset == "subtract":
            v = v - fires * threshold
        else:
            owed = fires * taken
    return left if stage.fires else _scores(stage, left)


def _scores(stage: SpikingStage, membranes: np.ndarray) -> np.ndarray:
    """Return the scores after each timestep of membranes, float64[samples, timesteps, outputs] both."""
    if stage.scores == "sum":
        return np.cumsum(membranes, axis=1)
    return np.maximum.accumulate(membranes, axis=1) if stage.scores == "max" else membranes


def _thresholds(stage: SpikingStage, gain: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """Return the thresholds, zeros where nothing fires, and how far above them is above; see `beside`."""
    unit, threshold = stage.neurons, np.zeros(len(stage.weight))
    if stage.fires and unit is not None:
        threshold = unit.values["threshold" if unit.op == "Threshold" else "v_threshold"]
    return threshold, beside((stage.weight.T * gain).T, threshold)


def _shares(stage: SpikingStage, unit: Unit, dt: float) -> tuple[np.ndarray, np.ndarray]:
    """Return what a timestep takes of the current j of a CubaLIF, and how much of what arrives enters it.

    Both are float64[outputs], or one number for all.
    """
    share = dt / unit.values["tau_syn"]
    if stage.whole:
        share = np.array([_unrounded(float(one)) for one in np.ravel(share)])
    share = np.where(np.abs(1 - share) <= NEAR, 1.0, share)
    gain = share * unit.values["w_in"]
    return share, np.where(np.abs(gain - 1) <= NEAR, 1.0, gain) if stage.whole else gain


def _lasting(stage: SpikingStage, entering: np.ndarray, share: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Return the currents j of ``entering`` ones, float64[samples, timesteps, outputs]; see `_shares`."""
    found, current = np.empty_like(entering), np.zeros_like(entering[:, 0])
    for timestep in range(entering.shape[1]):
        leak = current * share
        current = current - (np.floor(leak) if stage.whole else leak) + gain * entering[:, timestep]
        found[:, timestep] = current
    return found


def _unrounded(share: float) -> float:
    """Return the part of a membrane that a leak of ours takes, of which a file has the nearest float32."""
    found = leak_of(share, exact=True)
    return share if found is None else found[1] * 2.0 ** -found[0]


def beside(weights: np.ndarray, threshold: np.ndarray) -> np.ndarray:
    """Return how far above a threshold a membrane must be, float64[outputs].

    Parameters
    ----------
    weights : float64[outputs, inputs]
        What a spike adds to a membrane.
    threshold : float64[outputs]
        Above which a neuron fires.
    """
    return ROUNDED * (np.abs(threshold) + np.abs(weights).sum(axis=1))
