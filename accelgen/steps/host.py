"""Images to a device, and classes back, compared with the golden model."""

from __future__ import annotations

from pathlib import Path

from accelgen.errors import InvalidOption
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
        Of the MNIST test set, from the first on.
    picture : Path, optional
        A picture of a digit instead.
    data : Path, optional
        Folder that holds ``mnist/``.
    line
        Of `connected`: ``port``, ``baud``, ``simulate``, ``board``, ``tables``, ``timesteps``, ``margin``,
        ``say``.

    Returns
    -------
    dict
        ``answers`` (class, scores, cycles and milliseconds of each), ``mismatches`` with the golden model,
        and what the device says of itself.
    """
    if images < 1:
        raise InvalidOption(f"images must be at least 1, not {images}")
    pixels, labels, source = _images(picture, images, data)
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
        "mismatches": sum(not answer["equal"] for answer in answers),
        "correct": sum(a["label"] == a["expected"] for a in answers) if labels else None,
        "milliseconds": round(sum(answer["milliseconds"] for answer in answers) / count, 3),
        "cycles": round(sum(answer["cycles"] for answer in answers) / count, 1),
        "resent": session.device.resent,
        "crc_errors": status.crc_errors,
        "answers": answers,
    }


def _images(picture: Path | None, count: int, data: Path | None) -> tuple:
    """Return raw images, their labels if known, and where they are from."""
    from accelgen.data import load_mnist
    from accelgen.data.picture import read_picture

    if picture:
        return read_picture(picture)[None], [], str(picture)
    found = load_mnist(data, "test", sample="fallback")
    return found.pixels[:count], list(found.labels[:count]), found.name
