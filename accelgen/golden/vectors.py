"""Golden vectors: the beats that go in and the words that must come out, for any simulator."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from accelgen.errors import DataError, InvalidNetwork
from accelgen.golden.run import Result, run
from accelgen.network.encoding import quantise_pixels
from accelgen.network.file import digest
from accelgen.network.network import Network

__all__ = ["Vectors", "dense_vectors", "input_beats", "result_words"]

WORD_BITS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Frames for a top, and what it must answer.

    Attributes
    ----------
    beats : uint32[beats, words]
        Those of all images, one after the other; a beat is as many words as it needs, the low word first.
    lengths : int64[images]
        Beats of each image.
    expected : int32[images, results]
        The words of each result frame.
    inputs : dict of str to int
        Values of the top's run-time inputs, for ports that it has: ``last_timestep``, ``margin``.
    """

    beats: np.ndarray
    lengths: np.ndarray
    expected: np.ndarray
    inputs: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lengths)

    def frames(self) -> list[list[int]]:
        """Return the beats of each image as integers."""
        joined = [sum(word << (WORD_BITS * n) for n, word in enumerate(beat)) for beat in self.beats.tolist()]
        ends = np.cumsum(self.lengths).tolist()
        return [joined[start:end] for start, end in zip([0, *ends], ends, strict=False)]

    def write(self, network: Network, out: Path) -> dict:
        """Write ``stimulus.bin``, ``frames.bin``, ``expected.bin`` and ``vectors.json`` into ``out``.

        Returns
        -------
        dict
            What ``vectors.json`` holds: counts, run-time inputs and the digest of the network.
        """
        out = Path(out)
        out.mkdir(parents=True, exist_ok=True)
        (out / "stimulus.bin").write_bytes(self.beats.astype("<u4").tobytes())
        (out / "frames.bin").write_bytes(self.lengths.astype("<u4").tobytes())
        (out / "expected.bin").write_bytes(self.expected.astype("<i4").tobytes())
        facts = {
            "images": len(self),
            "beats": len(self.beats),
            "words_per_beat": self.beats.shape[1],
            "results": self.expected.shape[1],
            "inputs": self.inputs,
            "network_sha256": digest(network),
        }
        (out / "vectors.json").write_text(json.dumps(facts, indent=2) + "\n")
        return facts

    @staticmethod
    def joined(parts: list[Vectors]) -> Vectors:
        """Return several with the same inputs as one."""
        return Vectors(
            np.concatenate([part.beats for part in parts]),
            np.concatenate([part.lengths for part in parts]),
            np.concatenate([part.expected for part in parts]),
            parts[0].inputs,
        )


def dense_vectors(
    network: Network, pixels: np.ndarray, per_beat: int | None = None, result: Result | None = None
) -> Vectors:
    """Return the vectors of raw images, uint8[images, pixels], for a network without spikes.

    A result frame is the scores, then the class or what else the task of the network ends it with. See
    `input_beats` for ``per_beat``; ``result`` is what `run` gives, if it has run.
    """
    result, beats = result or run(network, pixels), input_beats(network, pixels, per_beat)
    return Vectors(
        beats.reshape(beats.shape[0] * beats.shape[1], beats.shape[2]),
        np.full(len(pixels), beats.shape[1]),
        result_words(result.scores, result.answers),
    )


def result_words(scores: np.ndarray, answers: np.ndarray | None) -> np.ndarray:
    """Return the words of result frames, int32[samples, results].

    Parameters
    ----------
    scores : int64[samples, classes]
        Scores of the golden model.
    answers : int64[samples] or None
        The last word of each frame; None if that is a score.

    Raises
    ------
    InvalidNetwork
        If one does not fit a word: nothing may wrap, or two wrong numbers would be equal.
    """
    words = scores if answers is None else np.column_stack([scores, answers])
    limits = np.iinfo(np.int32)
    if words.size and (words.min() < limits.min or words.max() > limits.max):
        raise InvalidNetwork(f"a score does not fit the {WORD_BITS} bits of a result word")
    return words.astype(np.int32)


def input_beats(network: Network, pixels: np.ndarray, per_beat: int | None = None) -> np.ndarray:
    """Return the pixel frames of raw images.

    A beat has pixel 0 in the low bits, ``bits`` each, in as many 32-bit words as it needs, the low word
    first.

    Parameters
    ----------
    network : Network
        Says how pixels are quantised and blocked.
    pixels : integer[images, pixels]
        Raw images, 0 to 255.
    per_beat : int, optional
        Values of a beat: a word of the first layer by default.

    Returns
    -------
    uint32[images, beats, words]

    Raises
    ------
    DataError
        If ``pixels`` are of another shape, dtype or range.
    """
    entering = network.pixel_input
    quantised = quantise_pixels(pixels, bits := entering.bits)
    if quantised.ndim != 2 or quantised.shape[1] != entering.pixels:
        raise DataError(
            f"pixels must have the shape [images, {entering.pixels}], not {list(quantised.shape)}"
        )
    images = len(quantised)
    per_beat = per_beat or network.first.word
    beats = -(-entering.pixels // per_beat)
    padded = np.zeros((images, beats * per_beat), np.uint8)
    padded[:, : entering.pixels] = quantised
    blocks = padded.reshape(images, beats, per_beat, 1)
    stream = (blocks >> np.arange(bits, dtype=np.uint8)) & 1
    words = -(-per_beat * bits // WORD_BITS)
    whole = np.zeros((images, beats, words * WORD_BITS), np.uint8)
    whole[:, :, : per_beat * bits] = stream.reshape(images, beats, per_beat * bits)
    return np.packbits(whole, axis=2, bitorder="little").view("<u4")
