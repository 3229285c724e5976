"""Images to a board, and classes back, compared with the golden model."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.models import home, network_path
from accelgen.steps.fpga import BAUD
from accelgen.steps.samples import check_dense, check_margin, check_reads_mnist, timesteps_of

if TYPE_CHECKING:
    import numpy as np

    from accelgen.link import Answer, Device
    from accelgen.network import Network

__all__ = ["host"]


def host(
    model: str,
    *,
    port: str | None = None,
    baud: int = BAUD,
    images: int = 10,
    picture: Path | None = None,
    tables: Path | None = None,
    data: Path | None = None,
    timesteps: int | None = None,
    margin: int | None = None,
) -> dict:
    """Let a board classify images.

    Parameters
    ----------
    model : str
        What the board must have been built from.
    port, baud : str, int
        The serial line; a port that looks like a board is found.
    images : int
        Of the MNIST test set, from the first on.
    picture : Path, optional
        A picture of a digit instead.
    tables : Path, optional
        ``weights.bin`` of the build; where the board has loadable tables, that of the only build is found.
    data : Path, optional
        Folder that holds ``mnist/``.
    timesteps, margin : int, optional
        Of a spiking network.

    Returns
    -------
    dict
        ``answers`` (class, scores, cycles and milliseconds of each), ``mismatches`` with the golden model,
        and what the device says of itself.

    Raises
    ------
    InvalidRequest
        If the board has another network, or its tables are not to be found.
    ToolError
        If it does not answer.
    """
    from accelgen.flows.port import SerialPort, find_port
    from accelgen.link import Device
    from accelgen.network import load
    from accelgen.network.file import digest

    if images < 1:
        raise InvalidOption(f"images must be at least 1, not {images}")
    network = load(network_path(model))
    check_reads_mnist(network)
    if not hasattr(network.input, "bits"):
        raise InvalidOption(f"the link carries pixels, and {network.name} takes events")
    if network.spiking:
        check_margin(network, margin)
    else:
        check_dense(network, timesteps=timesteps, margin=margin)
    steps = timesteps_of(network, timesteps) if network.spiking else 1
    pixels, labels, source = _images(picture, images, data)
    line = SerialPort(port or find_port(), baud)
    try:
        device = Device(line)
        version = device.version()
        if version.network != digest(network)[:24]:
            raise InvalidRequest(f"the board has another network ({version.network}), not {network.name}")
        if version.loadable and not device.status().ready:
            _load(device, tables or _only_tables(network.name))
        answers = []
        for beats in _beats(network, pixels):
            start = time.perf_counter()
            answer = device.classify(beats, timesteps=steps, margin=margin or 0)
            answers.append((answer, 1000 * (time.perf_counter() - start)))
        status = device.status()
    finally:
        line.close()
    found = [answer for answer, _ in answers]
    wrong = sum(
        list(answer.scores) != right
        for answer, right in zip(found, _golden(network, pixels, steps, found), strict=True)
    )
    return {
        "name": network.name,
        "port": line.name,
        "network": version.network,
        "clock_mhz": version.clock_hz / 1e6,
        "data": source,
        "images": len(found),
        "mismatches": wrong,
        "correct": sum(a.label == int(label) for a, label in zip(found, labels, strict=True))
        if labels
        else None,
        "milliseconds": round(sum(ms for _, ms in answers) / len(answers), 3),
        "cycles": round(sum(answer.cycles for answer in found) / len(found), 1),
        "resent": device.resent,
        "crc_errors": status.crc_errors,
        "answers": [
            {
                "label": answer.label,
                "expected": int(labels[n]) if labels else None,
                "scores": list(answer.scores),
                "timesteps": answer.timesteps,
                "cycles": answer.cycles,
                "milliseconds": round(ms, 3),
            }
            for n, (answer, ms) in enumerate(answers)
        ],
    }


def _images(picture: Path | None, count: int, data: Path | None) -> tuple:
    """Return raw images, their labels if known, and where they are from."""
    from accelgen.data import load_mnist
    from accelgen.data.picture import read_picture

    if picture:
        return read_picture(picture)[None], [], str(picture)
    found = load_mnist(data, "test", sample="fallback")
    return found.pixels[:count], list(found.labels[:count]), found.name


def _beats(network: Network, pixels: np.ndarray) -> list[list[int]]:
    """Return the beats of raw images, as ``s_axis_tdata`` takes them."""
    from accelgen.network import quantise_pixels

    first, bits = network.layers[0], network.input.bits
    per_beat = getattr(first, "block_in", first.weights.block_in)  # channels of a pixel, in a convolution
    found = []
    for image in quantise_pixels(pixels, bits):
        blocks = [image[start : start + per_beat] for start in range(0, len(image), per_beat)]
        found.append([sum(int(pixel) << (n * bits) for n, pixel in enumerate(block)) for block in blocks])
    return found


def _only_tables(name: str) -> Path:
    found = sorted((home() / "rtl_out" / name).glob("*/weights.bin"))
    if len(found) != 1:
        raise InvalidRequest(
            f"the board waits for its tables: name its weights.bin with --tables ({len(found)} found)"
        )
    return found[0]


def _load(device: Device, path: Path) -> None:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidRequest(f"{path}: cannot be read: {error.strerror}") from error
    device.load([int.from_bytes(data[n : n + 4], "little") for n in range(0, len(data), 4)])


def _golden(network: Network, pixels: np.ndarray, steps: int, answers: list[Answer]) -> list[list[int]]:
    """Return the scores that are right, at the timestep at which each image stopped."""
    from accelgen.golden import run, run_spiking

    if not network.spiking:
        return run(network, pixels).scores.tolist()
    scores = run_spiking(network, pixels, steps).scores
    last = [min(max(answer.timesteps, 1), steps) - 1 for answer in answers]
    return [scores[n, step].tolist() for n, step in enumerate(last)]
