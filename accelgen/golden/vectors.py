"""Golden vectors: the beats that go in and the words that must come out, as files for any simulator."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from accelgen.golden.run import run
from accelgen.network.encoding import quantise_pixels
from accelgen.network.file import digest
from accelgen.network.network import Network

__all__ = ["expected_words", "input_beats", "write_vectors"]

WORD_BITS = 32


def input_beats(network: Network, pixels: np.ndarray) -> np.ndarray:
    """Return the input frames of raw images.

    A beat is one input block of the first layer: pixel 0 in the low bits, ``bits`` each, in as many
    32-bit words as it needs, the low word first.

    Parameters
    ----------
    network : Network
        Says how pixels are quantised and blocked.
    pixels : uint8[images, pixels]
        Raw images.

    Returns
    -------
    uint32[images, beats, words]
    """
    bits, weights = network.input.bits, network.layers[0].weights
    images = len(pixels)
    padded = np.zeros((images, weights.input_blocks * weights.block_in), np.uint8)
    padded[:, : network.input.pixels] = quantise_pixels(pixels, bits)
    blocks = padded.reshape(images, weights.input_blocks, weights.block_in, 1)
    stream = (blocks >> np.arange(bits, dtype=np.uint8)) & 1
    words = -(-weights.block_in * bits // WORD_BITS)
    whole = np.zeros((images, weights.input_blocks, words * WORD_BITS), np.uint8)
    whole[:, :, : weights.block_in * bits] = stream.reshape(images, weights.input_blocks, -1)
    return np.packbits(whole, axis=2, bitorder="little").view("<u4")


def expected_words(network: Network, pixels: np.ndarray) -> np.ndarray:
    """Return what the hardware must answer: scores, then the class, int32[images, classes + 1]."""
    result = run(network, pixels)
    return np.column_stack([result.scores, result.classes]).astype("<i4")


def write_vectors(network: Network, pixels: np.ndarray, out: Path) -> dict:
    """Write ``stimulus.bin``, ``expected.bin`` and ``vectors.json`` into ``out``.

    Returns
    -------
    dict
        What ``vectors.json`` holds: counts, shapes and the digest of the network.
    """
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    beats = input_beats(network, pixels)
    (out / "stimulus.bin").write_bytes(beats.tobytes())
    (out / "expected.bin").write_bytes(expected_words(network, pixels).tobytes())
    facts = {
        "images": len(pixels),
        "beats": beats.shape[1],
        "words_per_beat": beats.shape[2],
        "results": network.classes + 1,
        "network_sha256": digest(network),
    }
    (out / "vectors.json").write_text(json.dumps(facts, indent=2) + "\n")
    return facts
