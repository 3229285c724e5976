"""Images to a device, and classes back, compared with the golden model."""

from __future__ import annotations

from pathlib import Path

from accelgen.data import class_names
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.network import Network
from accelgen.steps.answer import plain
from accelgen.steps.board.session import check_line, connected
from accelgen.steps.model import AnyModel, model_of
from accelgen.steps.origin import check_origin, images_of, named, stimuli

__all__ = ["host"]


def host(
    model: AnyModel,
    *,
    images: int = 10,
    picture: Path | None = None,
    data: Path | None = None,
    **line,
) -> dict:
    """Let a device classify images.

    Parameters
    ----------
    model : str, Path or Model
        What the device must have been built from.
    images : int
        Of the test set that the model is for, from the first on.
    picture : Path, optional
        A picture instead, of what its data set shows.
    data : Path, optional
        Folder that holds data sets.
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
    check_line(**line)
    model = model_of(model)
    network = model.network
    check_origin(network)
    pixels, labels, source = _images(network, picture, images, data)
    with connected(model, **line) as session:
        heard = session.ask(pixels)
        status = session.device.status()
    count = len(heard)
    answers = [
        plain(answer) | {"expected": int(labels[number]) if labels else None}
        for number, answer in enumerate(heard)
    ]
    right = sum(answer.label == label for answer, label in zip(heard, labels, strict=False))
    return {
        "name": network.name,
        "port": session.port,
        "hardware": session.hardware,
        "network": session.version.network,
        "clock_mhz": session.version.clock_hz / 1e6,
        "data": source,
        "images": count,
        "classes": class_names(network),
        "mismatches": sum(not answer.equal for answer in heard),
        "correct": right if labels else None,
        "milliseconds": round(sum(answer.milliseconds for answer in heard) / count, 3),
        "cycles": round(sum(answer.cycles for answer in heard) / count, 1),
        "resent": session.device.resent,
        "crc_errors": status.crc_errors,
        "answers": answers,
    }


def _images(network: Network, picture: Path | None, count: int, data: Path | None) -> tuple:
    """Return raw images, their labels if known, and where they are from."""
    if picture:
        known = check_origin(network)
        if known.picture is None:
            raise InvalidRequest(f"{known.title} has no pictures, and {network.name} reads nothing else")
        return known.picture(picture)[None], [], str(picture)
    samples = images_of(network, data, sample="fallback")
    labels = [] if stimuli(network) else list(samples.labels[:count])
    return samples.pixels[:count], labels, named(network, samples.name)
