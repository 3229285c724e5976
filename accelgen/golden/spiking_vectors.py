"""Golden vectors of spiking networks: pixels or events in, scores, class and timesteps used out.

An event stream is a word for each event, ``(block << position_bits) | position`` of its address, and a word
with only bit 31 set at the end of each timestep. The class beat of a result carries the timesteps used, from
bit 16 on.
"""

from __future__ import annotations

import numpy as np

from accelgen.golden.early_stop import largest_margin, leads
from accelgen.golden.spiking import SpikingResult, run_spikes, run_spiking
from accelgen.golden.vectors import Vectors, input_beats, result_words
from accelgen.network.network import Network
from accelgen.network.spiking import MAX_TIMESTEPS

__all__ = ["END_OF_TIMESTEP", "corner_vectors", "event_words", "spiking_vectors"]

#: The word that ends a timestep.
END_OF_TIMESTEP = 1 << 31
USED_AT = 16


def spiking_vectors(
    network: Network,
    result: SpikingResult,
    *,
    images: np.ndarray | None = None,
    margin: int | None = None,
    per_beat: int | None = None,
) -> Vectors:
    """Return the vectors of samples that the golden model has run.

    Parameters
    ----------
    network : Network
        A network of `Spiking` layers.
    result : SpikingResult
        What `run_spikes` or `run_spiking` returned.
    images : uint8[samples, pixels], optional
        The raw images, for a top that encodes them itself; without them the spikes enter as events.
    margin : int, optional
        Lead that stops early, 0 for never; None if the top has no such input.
    per_beat : int, optional
        Pixels of a beat, see `input_beats`.
    """
    used = result.stopped(margin or 0)
    scores = result.final(used)
    answers = np.argmax(scores, axis=1) | used << USED_AT
    inputs = {} if margin is None else {"margin": margin}
    if images is None:
        beats, lengths = event_words(network, result.spikes[0])
    else:
        shaped = input_beats(network, images, per_beat)
        beats, lengths = shaped.reshape(-1, shaped.shape[2]), np.full(len(images), shaped.shape[1])
        inputs = {"last_timestep": result.timesteps - 1} | inputs
    return Vectors(beats, lengths, result_words(scores, answers), inputs)


def event_words(network: Network, spikes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return spikes as event streams, sorted by address within each timestep.

    Parameters
    ----------
    network : Network
        Its first layer says how addresses are cut into blocks.
    spikes : uint8[samples, timesteps, inputs]
        0 or 1.

    Returns
    -------
    uint32[words, 1]
        The streams of all samples, one after the other.
    int64[samples]
        Words of each.
    """
    samples, timesteps, inputs = spikes.shape
    block = network.first.word
    rows, addresses = np.divmod(np.flatnonzero(spikes), inputs)  # a row is a timestep of a sample
    events = np.bincount(rows, minlength=samples * timesteps)
    words = np.full(len(rows) + len(events), END_OF_TIMESTEP, np.uint32)
    # An event comes after those before it, and after a mark for each row before its own.
    blocks, positions = np.divmod(addresses, block)
    words[np.arange(len(rows)) + rows] = (blocks << (block - 1).bit_length()) | positions
    return words[:, None], (events + 1).reshape(samples, timesteps).sum(axis=1)


def corner_vectors(
    network: Network,
    *,
    images: np.ndarray | None = None,
    early_stop: bool = False,
    timesteps: tuple[int, ...] = (1, 5, MAX_TIMESTEPS, 3),
    seed: int = 0,
    per_beat: int | None = None,
) -> list[Vectors]:
    """Return small sets at the ends of what a top may be asked for.

    Several numbers of timesteps; silent samples, empty timesteps, and timesteps in which every address fires;
    with ``early_stop`` a margin of 1, the greatest lead there is, and one between. The last set never stops
    early.

    Parameters
    ----------
    network : Network
        A network of `Spiking` layers.
    images : uint8[samples, pixels], optional
        Raw images for a top that encodes them itself; without them, made-up spikes enter as events.
    early_stop : bool
        The top has a margin.
    timesteps : tuple of int
        Timesteps of each set.
    seed : int
        Seed of the spikes.
    per_beat : int, optional
        Pixels of a beat, see `input_beats`.
    """
    rng = np.random.default_rng(seed)
    sets = []
    for number, count in enumerate(timesteps):
        if images is None:
            result = run_spikes(network, _corner_spikes(rng, count, network.input.inputs))
        else:
            result = run_spiking(network, images, count)
        margins: list[int | None] = [None]
        if early_stop:
            margins = [0] if number == len(timesteps) - 1 else [1, *_leads(network, result)]
        sets += [
            spiking_vectors(network, result, images=images, margin=margin, per_beat=per_beat)
            for margin in margins
        ]
    return sets


def _corner_spikes(rng: np.random.Generator, timesteps: int, inputs: int) -> np.ndarray:
    """Return a sample of few spikes, a silent one, and one of which every other timestep is full."""
    spikes = np.zeros((3, timesteps, inputs), np.uint8)
    spikes[0] = rng.random((timesteps, inputs)) < 0.2
    spikes[2, ::2] = 1
    return spikes


def _leads(network: Network, result: SpikingResult) -> list[int]:
    """Return a middling lead and the greatest, of those that a margin can be."""
    possible = np.unique(leads(result.scores)) if network.classes > 1 else np.zeros(1, np.int64)
    possible = possible[(possible > 0) & (possible <= largest_margin(network))]
    return [int(possible[len(possible) // 2]), int(possible[-1])] if len(possible) else []
