"""A network as a file of an exchange format, and the proof that the file computes the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from accelgen.data import Images
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.files import write_whole
from accelgen.golden import run
from accelgen.interop import export_onnx, export_qonnx
from accelgen.interop.export.played import play_onnx, play_qonnx
from accelgen.network import Network
from accelgen.network.fields import whole
from accelgen.optional import needed
from accelgen.steps.answer import Answer
from accelgen.steps.model import AnyModel, Model, model_of
from accelgen.steps.origin import images_of, trained_on

__all__ = ["Exported", "Format", "export_model"]

Format = Literal["onnx", "qonnx"]
WRITERS = {"onnx": export_onnx, "qonnx": export_qonnx}
ENDINGS = {"onnx": ".onnx", "qonnx": "_qonnx.onnx"}
#: What executes a file.
PLAYERS = {"onnx": "onnxruntime", "qonnx": "the reader of accelgen import"}

#: Random samples that are compared besides those of the test set, and samples that are compared at once.
RANDOM, BATCH = 254, 1000


@dataclass(frozen=True, slots=True)
class Exported(Answer):
    """A file that was written.

    Attributes
    ----------
    name : str
        Of the network.
    format : "onnx" or "qonnx"
        What was written.
    written : Path
        The file.
    sha256 : str
        Its digest.
    size : int
        Its bytes.
    samples, values : int
        Samples on which file and golden model were compared, and scores of them, each equal; 0 if that was
        not asked for.
    data : str
        What the samples are; empty if there are none.
    player : str
        What executed the file; empty if nothing did.
    """

    name: str
    format: Format
    written: Path
    sha256: str
    size: int
    samples: int = 0
    values: int = 0
    data: str = ""
    player: str = ""


def export_model(
    model: AnyModel,
    format: Format,
    out: Path | None = None,
    *,
    check: bool = False,
    images: int | None = None,
    data: Path | None = None,
) -> Exported:
    """Write a network as a file of an exchange format.

    Parameters
    ----------
    model : str, Path or Model
        The network.
    format : "onnx" or "qonnx"
        Plain ONNX, in integers, or QONNX; see `accelgen.interop.export`.
    out : Path, optional
        The file; ``rtl_out/<name>/<name>.onnx``, or ``<name>_qonnx.onnx``, by default.
    check : bool
        Execute the file on the test set, on random samples and on corners, and compare every score.
    images : int, optional
        How many samples of the test set; all by default.
    data : Path, optional
        Where data sets, or the network's own data, are.

    Raises
    ------
    InvalidRequest
        If the network cannot be said in the format, or a score differs; then nothing is written.
    InvalidNetwork
        If its sums are larger than the format's.
    InvalidOption
        If there is no such format, or ``images`` is less than 1.
    """
    if format not in WRITERS:
        raise InvalidOption(f"format must be {' or '.join(map(repr, WRITERS))}, not {format!r}")
    if images is not None:
        whole("images", images, 1, error=InvalidOption)
    read = model_of(model)
    network = read.network
    with needed():
        content = WRITERS[format](network)
    samples, values, what = _checked(read, format, content, images, data) if check else (0, 0, "")
    target = write_whole(out or read.folder / f"{read.name}{ENDINGS[format]}", content)
    digest = hashlib.sha256(content).hexdigest()
    player = PLAYERS[format] if check else ""
    return Exported(read.name, format, target, digest, len(content), samples, values, what, player)


def _checked(
    model: Model, format: Format, content: bytes, images: int | None, data: Path | None
) -> tuple[int, int, str]:
    """Return samples that were compared, scores of them, and what they are; raise at the first difference."""
    network, found, name = model.network, None, ""
    if data is not None or trained_on(network) is not None:
        found = images_of(network, data, "test", "fallback", model.place).first(images)
        name = f"{len(found):,} of {found.name}, "
    done, values = 0, 0
    for codes in _samples(network, found):
        values += _compare(network, format, content, codes, done)
        done += len(codes)
    return done, values, f"{name}{RANDOM} random ones and 2 corners"


def _samples(network: Network, images: Images | None) -> Iterator[np.ndarray]:
    """Yield codes of 8 bits, uint8[n, inputs]."""
    rng, inputs = np.random.default_rng(0), network.input.inputs
    ends = np.array([[0], [255]], np.uint8).repeat(inputs, axis=1)
    yield np.concatenate([ends, rng.integers(0, 256, (RANDOM, inputs), np.uint8)])
    pixels = images.pixels if images else np.empty((0, inputs), np.uint8)
    for start in range(0, len(pixels), BATCH):
        yield pixels[start : start + BATCH]


def _compare(network: Network, format: Format, content: bytes, codes: np.ndarray, done: int) -> int:
    golden, coding, same = run(network, codes), network.input.coding, True
    with needed():
        if format == "qonnx":
            scores = play_qonnx(content, network, codes)
        else:
            scores, meant = play_onnx(content, network, codes if coding is None else coding.middle(codes))
            same = np.array_equal(meant, golden.classes if network.task is None else golden.values)
    if (wrong := scores != golden.scores).any():
        sample, output = map(int, np.argwhere(wrong)[0])
        raise InvalidRequest(
            f"{network.name}: score {output} of sample {done + sample} is {scores[sample, output]:g} in "
            f"{PLAYERS[format]} and {golden.scores[sample, output]} in the golden model: nothing was written"
        )
    if not same:
        raise InvalidRequest(
            f"{network.name}: what scores stand for differs between {PLAYERS[format]} and the golden model: "
            "nothing was written"
        )
    return golden.scores.size
