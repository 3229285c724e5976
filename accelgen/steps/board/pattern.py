"""Samples beside a network, and what the golden model says of them, as a pattern that hardware plays."""

from __future__ import annotations

import numpy as np

from accelgen.deliver.samples import SAMPLES_FILE, read_samples
from accelgen.errors import InvalidRequest
from accelgen.golden import run_spiking
from accelgen.golden.spiking import run_spikes
from accelgen.golden.spiking_vectors import spiking_vectors
from accelgen.golden.vectors import WORD_BITS, Vectors, dense_vectors
from accelgen.network import Network
from accelgen.rtl.fpga.pattern.plan import LEAST_SAMPLES, Pattern
from accelgen.rtl.hardware import Hardware
from accelgen.steps.checks import timesteps_of
from accelgen.steps.model import Model

__all__ = ["kept_for", "pattern_of"]

WORD = (1 << WORD_BITS) - 1


def kept_for(model: Model) -> np.ndarray:
    """Return samples beside a network, uint8[samples, pixels] or uint8[samples, timesteps, inputs].

    Nothing stands in for them: what is built must not depend on which data sets are at hand.

    Raises
    ------
    InvalidRequest
        If there are none, or too few.
    DataError
        If their file is damaged.
    """
    path = model.place / SAMPLES_FILE
    if not path.is_file():
        raise InvalidRequest(
            f"{path} is not there: a pattern plays samples beside the network, as training keeps them"
        )
    entering = read_samples(path, model.network).entering
    if len(entering) < LEAST_SAMPLES:
        raise InvalidRequest(f"{path}: a pattern has at least {LEAST_SAMPLES} samples, not {len(entering)}")
    return entering


def pattern_of(hardware: Hardware, entering: np.ndarray) -> Pattern:
    """Return samples as a pattern for some hardware, with the golden model's results.

    Parameters
    ----------
    hardware : Hardware
        Says in which beats samples enter and results leave.
    entering : uint8[samples, pixels] or uint8[samples, timesteps, inputs]
        Raw samples: see `kept_for`.
    """
    vectors = _vectors(hardware, entering)
    results = [[word & WORD for word in words] for words in vectors.expected.tolist()]
    if hardware.side_by_side:
        results = [[sum(word << (WORD_BITS * n) for n, word in enumerate(words))] for words in results]
    return Pattern(tuple(map(tuple, vectors.frames())), tuple(map(tuple, results)), vectors.inputs)


def _vectors(hardware: Hardware, entering: np.ndarray) -> Vectors:
    network = hardware.network
    if not network.spiking:
        return dense_vectors(network, entering, hardware.plan.pixels_per_beat)
    timesteps = timesteps_of(network, None)
    margin = 0 if hardware.early_stop else None
    result = _spiking(network, entering, timesteps)
    if hardware.stream == "events":
        return spiking_vectors(network, result, margin=margin)
    per_beat = hardware.plan.pixels_per_beat
    return spiking_vectors(network, result, images=entering, margin=margin, per_beat=per_beat)


def _spiking(network: Network, entering: np.ndarray, timesteps: int):
    """Return what the golden model makes of spikes, or of pixels that become spikes."""
    if network.input.takes == "events":
        return run_spikes(network, entering[:, :timesteps])
    return run_spiking(network, entering, timesteps)
