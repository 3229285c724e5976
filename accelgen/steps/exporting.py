"""A network as a file of an exchange format, and the proof that the file computes the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from accelgen.errors import InvalidOption
from accelgen.files import write_whole
from accelgen.interop import export_nir, export_onnx, export_qonnx
from accelgen.network import Network
from accelgen.network.fields import whole
from accelgen.optional import needed
from accelgen.steps.answer import Answer
from accelgen.steps.export_check import PLAYERS, Checked, check_file
from accelgen.steps.model import AnyModel, model_of

__all__ = ["Exported", "Format", "export_model"]

Format = Literal["onnx", "qonnx", "nir"]
ENDINGS = {"onnx": ".onnx", "qonnx": "_qonnx.onnx", "nir": ".nir"}


@dataclass(frozen=True, slots=True)
class Exported(Answer):
    """A file that was written.

    Attributes
    ----------
    name : str
        Of the network.
    format : "onnx", "qonnx" or "nir"
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
    dt: float | None = None,
) -> Exported:
    """Write a network as a file of an exchange format.

    Parameters
    ----------
    model : str, Path or Model
        The network.
    format : "onnx", "qonnx" or "nir"
        Plain ONNX, in integers, QONNX, or NIR for networks that spike; see `accelgen.interop.export`.
    out : Path, optional
        The file; ``rtl_out/<name>/<name>.onnx``, or ``<name>_qonnx.onnx``, by default.
    check : bool
        Execute the file on the test set, on random samples and on corners, and compare every score.
    images : int, optional
        How many samples of the test set; all by default.
    data : Path, optional
        Where data sets, or the network's own data, are.
    dt : float, optional
        Seconds of a timestep of a NIR file; see `accelgen.interop.export.spiking.export_nir`.

    Raises
    ------
    InvalidRequest
        If the network cannot be said in the format, or a score differs; then nothing is written.
    InvalidNetwork
        If its sums are larger than the format's.
    InvalidOption
        If there is no such format, or ``images`` is less than 1.
    """
    if format not in ENDINGS:
        raise InvalidOption(f"format must be {', '.join(ENDINGS)}, not {format!r}")
    if dt is not None and format != "nir":
        raise InvalidOption(f"dt is of nir, and {format} knows no timesteps")
    if images is not None:
        whole("images", images, 1, error=InvalidOption)
    read = model_of(model)
    network = read.network
    with needed():
        content = _written(network, format, dt)
    found = check_file(read, format, content, images, data) if check else Checked()
    target = write_whole(out or read.folder / f"{read.name}{ENDINGS[format]}", content)
    digest = hashlib.sha256(content).hexdigest()
    player = PLAYERS[format] if check else ""
    return Exported(
        read.name, format, target, digest, len(content), found.samples, found.values, found.data, player
    )


def _written(network: Network, format: Format, dt: float | None) -> bytes:
    if format == "nir":
        return export_nir(network, dt)
    return export_onnx(network) if format == "onnx" else export_qonnx(network)
