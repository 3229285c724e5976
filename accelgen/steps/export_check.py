"""The proof that an exported file computes what the golden model does: both play the same samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from accelgen.data import Images
from accelgen.errors import InvalidRequest
from accelgen.golden import run, run_spikes
from accelgen.interop.export.played import play_onnx, play_qonnx, play_units
from accelgen.interop.spiking.compare import drawn_spikes
from accelgen.network import Network, RateInput
from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.optional import needed
from accelgen.steps.checks import timesteps_of
from accelgen.steps.model import Model
from accelgen.steps.origin import images_of, trained_on

__all__ = ["PLAYERS", "Checked", "check_file"]

#: What executes a file.
PLAYERS = {"onnx": "onnxruntime", "qonnx": "the reader of accelgen import", "nir": "the steps of NIR"}
#: Random samples that are compared besides those of the test set, and samples that are compared at once.
RANDOM, BATCH, SPIKING_BATCH = 254, 1000, 100


@dataclass(frozen=True, slots=True)
class Checked:
    """What was compared, and is equal.

    Attributes
    ----------
    samples, values : int
        Samples, and scores of them; of a spiking network those of all timesteps, and all spikes of all
        layers.
    data : str
        What the samples are.
    """

    samples: int = 0
    values: int = 0
    data: str = ""


def check_file(model: Model, format: str, content: bytes, images: int | None, data: Path | None) -> Checked:
    """Return what was compared.

    Parameters
    ----------
    model : Model
        The network.
    format : "onnx", "qonnx" or "nir"
        What ``content`` is.
    content : bytes
        The file.
    images : int, optional
        How many samples of the test set; all by default.
    data : Path, optional
        Where data sets, or the network's own data, are.

    Raises
    ------
    InvalidRequest
        If a value differs.
    """
    network, found, name = model.network, None, ""
    if data is not None or trained_on(network) is not None:
        found = images_of(network, data, "test", "fallback", model.place).first(images)
        name = f"{len(found):,} of {found.name}, "
    samples, values = 0, 0
    parts = _spikes(network, found) if network.spiking else _codes(network, found)
    for part in parts:
        with needed():
            values += _COMPARE[format](network, content, part, samples)
        samples += len(part)
    return Checked(samples, values, f"{name}{RANDOM} random ones and 2 corners")


def _codes(network: Network, images: Images | None) -> Iterator[np.ndarray]:
    """Yield codes of 8 bits, uint8[n, inputs]; signed ones in two's complement."""
    rng, inputs = np.random.default_rng(0), network.input.inputs
    corners = np.array(network.input.coding.ends if network.input.coding else (0, 255), np.int16)
    ends = corners.astype(np.uint8)[:, None].repeat(inputs, axis=1)
    yield np.concatenate([ends, rng.integers(0, 256, (RANDOM, inputs), np.uint8)])
    pixels = images.pixels if images else np.empty((0, inputs), np.uint8)
    for start in range(0, len(pixels), BATCH):
        yield pixels[start : start + BATCH]


def _spikes(network: Network, images: Images | None) -> Iterator[np.ndarray]:
    """Yield spikes, uint8[n, timesteps, inputs]."""
    drawn = drawn_spikes(RANDOM + 2, MAX_TIMESTEPS, network.input.inputs, seed=0)
    for start in range(0, len(drawn), SPIKING_BATCH):
        yield drawn[start : start + SPIKING_BATCH]
    timesteps, entering = timesteps_of(network, None), network.input
    for start in range(0, len(images) if images else 0, SPIKING_BATCH):
        if images is None:
            return
        if isinstance(entering, RateInput):
            yield entering.spikes(images.pixels[start : start + SPIKING_BATCH], timesteps)
        else:
            yield images.spikes(start, start + SPIKING_BATCH)[:, :timesteps]


def _compare_onnx(network: Network, content: bytes, codes: np.ndarray, done: int) -> int:
    golden, coding = run(network, codes), network.input.coding
    scores, meant = play_onnx(content, network, codes if coding is None else coding.middle(codes))
    _equal(network, "onnx", "score", scores, golden.scores, done)
    if not np.array_equal(meant, golden.classes if network.task is None else golden.values):
        raise InvalidRequest(
            f"{network.name}: what scores stand for differs between {PLAYERS['onnx']} and the golden model: "
            "nothing was written"
        )
    return scores.size


def _compare_qonnx(network: Network, content: bytes, codes: np.ndarray, done: int) -> int:
    scores = play_qonnx(content, network, codes)
    _equal(network, "qonnx", "score", scores, run(network, codes).scores, done)
    return scores.size


def _compare_nir(network: Network, content: bytes, spikes: np.ndarray, done: int) -> int:
    fired, scores = play_units(content, spikes)
    golden = run_spikes(network, spikes)
    for layer, theirs, ours in zip(network.layers, fired, golden.spikes[1:], strict=False):
        _equal(network, "nir", f"{layer.name}: spike", theirs, ours, done)
    _equal(network, "nir", "score", np.rint(scores), golden.scores, done)
    return scores.size + sum(part.size for part in fired)


def _equal(network: Network, format: str, what: str, theirs: np.ndarray, ours: np.ndarray, done: int) -> None:
    """Raise `InvalidRequest` at the first value that differs; both are [samples, ..., outputs]."""
    if (wrong := theirs != ours).any():
        place = tuple(map(int, np.argwhere(wrong)[0]))
        raise InvalidRequest(
            f"{network.name}: {what} {place[-1]} of sample {done + place[0]} is {theirs[place]:g} in "
            f"{PLAYERS[format]} and {ours[place]} in the golden model: nothing was written"
        )


_COMPARE = {"onnx": _compare_onnx, "qonnx": _compare_qonnx, "nir": _compare_nir}
