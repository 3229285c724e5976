"""Images to a device, and classes back, compared with the golden model."""

from __future__ import annotations

from pathlib import Path

from accelgen.data.picture import read_colour_picture, read_picture
from accelgen.errors import InvalidOption
from accelgen.models import network_path
from accelgen.network import Network, load
from accelgen.steps.origin import check_stated, named, stimuli
from accelgen.steps.samples import class_names, reads_cifar10, samples_of
from accelgen.steps.session import connected

__all__ = ["host"]


def host(
    model: str, *, images: int = 10, picture: Path | None = None, data: Path | None = None, **line
) -> dict:
    """Let a device classify images.

    Parameters
    ----------
    model : str
        What the device must have been built from.
    images : int
        Of the test set that the model is for, from the first on.
    picture : Path, optional
        A picture instead, of a digit or of what CIFAR-10 shows.
    data : Path, optional
        Folder that holds ``mnist/`` or ``cifar10/``.
    line
        Of `connected`: ``port``, ``baud``, ``simulate``, ``board``, ``tables``, ``timesteps``, ``margin``,
        ``say``.

    Returns
    -------
    dict
        ``answers`` (class, scores, cycles and milliseconds of each), the ``classes`` by name, ``mismatches``
        with the golden model, and what the device says of itself. What is ``correct`` is None for a picture,
        and for a network that does not say what it was trained on.

    Raises
    ------
    InvalidRequest
        If the network was trained on other data.
    """

    if images < 1:
        raise InvalidOption(f"images must be at least 1, not {images}")
    check_stated(network := load(network_path(model)))
    pixels, labels, source = _images(network, picture, images, data)
    with connected(model, **line) as session:
        answers = session.ask(pixels)
        status = session.device.status()
    count = len(answers)
    for number, answer in enumerate(answers):
        answer["expected"] = int(labels[number]) if labels else None
    return {
        "name": session.network.name,
        "port": session.port,
        "hardware": session.hardware,
        "network": session.version.network,
        "clock_mhz": session.version.clock_hz / 1e6,
        "data": source,
        "images": count,
        "classes": class_names(network),
        "mismatches": sum(not answer["equal"] for answer in answers),
        "correct": sum(a["label"] == a["expected"] for a in answers) if labels else None,
        "milliseconds": round(sum(answer["milliseconds"] for answer in answers) / count, 3),
        "cycles": round(sum(answer["cycles"] for answer in answers) / count, 1),
        "resent": session.device.resent,
        "crc_errors": status.crc_errors,
        "answers": answers,
    }


def _images(network: Network, picture: Path | None, count: int, data: Path | None) -> tuple:
    """Return raw images, their labels if known, and where they are from."""

    if picture:
        read = read_colour_picture if reads_cifar10(network) else read_picture
        return read(picture)[None], [], str(picture)
    found = samples_of(network, data, None, sample="fallback")
    labels = [] if stimuli(network) else list(found.labels[:count])
    return found.pixels[:count], labels, named(network, found.name)
