"""Images to a device, and classes back, compared with the golden model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from accelgen.data import class_names
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.network import Network
from accelgen.network.task import kind_of
from accelgen.steps.answer import Answer, plain
from accelgen.steps.board.session import Heard, check_line, connected
from accelgen.steps.model import AnyModel, model_of
from accelgen.steps.origin import check_origin, check_playable, images_of, named, stimuli

__all__ = ["Classified", "Conversation", "host"]


@dataclass(frozen=True, slots=True)
class Classified(Heard):
    """What a device says of an image, and what is right for it if that is known.

    That is the class; of labels and of a regression it is a value for each score.
    """

    expected: int | tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Conversation(Answer):
    """What a device says of some images.

    Attributes
    ----------
    name : str
        Of the network.
    port, hardware : str
        Where the device is, and what it is, for people.
    network : str
        Start of the digest of the network in the device, in hex.
    clock_mhz : float
        Its clock.
    data : str
        What was sent.
    classes : tuple of str
        Names of the classes.
    answers : tuple of Classified
        In the order of the images, at least one.
    resent : int
        Requests that were sent again.
    crc_errors : int
        Requests that the device has heard with a wrong CRC.
    """

    name: str
    port: str
    hardware: str
    network: str
    clock_mhz: float
    data: str
    classes: tuple[str, ...]
    answers: tuple[Classified, ...]
    resent: int
    crc_errors: int

    @property
    def images(self) -> int:
        """Images that were sent."""
        return len(self.answers)

    @property
    def mismatches(self) -> int:
        """Answers that are not the golden model's."""
        return sum(not answer.equal for answer in self.answers)

    @property
    def correct(self) -> int | None:
        """Images whose class is their label; None if labels are not known, or are no classes."""
        if not all(isinstance(answer.expected, int) for answer in self.answers):
            return None
        return sum(answer.label == answer.expected for answer in self.answers)

    @property
    def milliseconds(self) -> float:
        """Of an image, with the line; mean."""
        return round(sum(answer.milliseconds for answer in self.answers) / self.images, 3)

    @property
    def cycles(self) -> float:
        """Of the clock for an image, inside; mean."""
        return round(sum(answer.cycles for answer in self.answers) / self.images, 1)

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "name": self.name,
            "port": self.port,
            "hardware": self.hardware,
            "network": self.network,
            "clock_mhz": self.clock_mhz,
            "data": self.data,
            "images": self.images,
            "classes": list(self.classes),
            "mismatches": self.mismatches,
            "correct": self.correct,
            "milliseconds": self.milliseconds,
            "cycles": self.cycles,
            "resent": self.resent,
            "crc_errors": self.crc_errors,
            "answers": plain(self.answers),
        }


def host(
    model: AnyModel,
    *,
    images: int = 10,
    picture: Path | None = None,
    data: Path | None = None,
    **line,
) -> Conversation:
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
    check_playable(network, data, model.place)
    pixels, labels, source = _images(network, picture, images, data, model.place)
    with connected(model, **line) as session:
        heard = session.ask(pixels)
        status = session.device.status()
    known = labels or [None] * len(heard)
    return Conversation(
        name=network.name,
        port=session.port,
        hardware=session.hardware,
        network=session.version.network,
        clock_mhz=session.version.clock_hz / 1e6,
        data=source,
        classes=tuple(class_names(network)),
        answers=tuple(
            Classified(**asdict(answer), expected=label) for answer, label in zip(heard, known, strict=True)
        ),
        resent=session.device.resent,
        crc_errors=status.crc_errors,
    )


def _images(
    network: Network, picture: Path | None, count: int, data: Path | None, folder: Path | None = None
) -> tuple[np.ndarray, Sequence[int | tuple[float, ...] | None], str]:
    """Return raw images, what is right for them (nothing if it is not known), and where they are from."""
    if picture:
        known = check_origin(network, data=data, folder=folder)
        if known.picture is None:
            raise InvalidRequest(f"{known.title} has no pictures, and {network.name} reads nothing else")
        return known.picture(picture)[None], [], str(picture)
    samples = images_of(network, data, sample="fallback", folder=folder)
    pixels, source = samples.pixels[:count], named(network, samples.name)
    if stimuli(network) or not samples.labelled or kind_of(network.task) == "reconstruction":
        return pixels, [], source
    right = samples.labels[:count].tolist()
    return pixels, [tuple(one) for one in right] if samples.labels.ndim > 1 else right, source
