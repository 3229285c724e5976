"""Whose images a network may be fed with: those of the data set that its provenance names.

A network that was trained on other data is fed with nothing: what came out would look like a figure of it.
One that does not say what it was trained on takes images that fit its input as mere stimuli, good enough to
compare two implementations with, and nothing is claimed of its accuracy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from accelgen.data import NMNIST, SETS, DataSet, Images, Recordings, set_of
from accelgen.data.recorded import recorded
from accelgen.data.split import Part
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.flows.npm import last_resort
from accelgen.network import Network
from accelgen.network.task import kind_of
from accelgen.steps.kept import kept_images, kept_note

__all__ = [
    "check_origin",
    "check_playable",
    "check_stated",
    "images_of",
    "named",
    "sample_note",
    "samples_of",
    "stimuli",
    "trained_on",
]


def trained_on(network: Network) -> str | None:
    """Return the data set that the provenance of ``network`` names; None if it names none."""
    stated = network.provenance.get("data")
    return None if stated is None else str(stated)


def check_origin(
    network: Network, *, measured: bool = False, data: Path | None = None, folder: Path | None = None
) -> DataSet[Images]:
    """Return the data set whose images ``network`` may be fed with.

    Parameters
    ----------
    network : Network
        Its provenance counts, and its input.
    measured : bool
        Whether an accuracy will be claimed, for which a guess will not do.
    data, folder : Path, optional
        Where data of somebody's own are, and where the network file is, from which their path is meant; see
        `recorded`.

    Raises
    ------
    InvalidRequest
        If it was trained on other data, no images fit it, or it does not say what is ``measured``.
    """
    own = recorded(network, data, folder)
    if own is None:
        check_stated(network)
    stated, known = trained_on(network), own or set_of(network)
    if known is None or not known.fits(network):
        known = None
    if known is None and stated:
        raise InvalidRequest(
            f"{network.name} says that it was trained on {stated!r}, "
            f"which does not fit its input of {network.input.inputs}"
        )
    if known is None:
        titles = ", ".join(entry.title for entry in SETS.values())
        raise InvalidRequest(
            f"{network.name} has an input of {network.input.inputs}, which no data set here fits ({titles})"
        )
    if (stated or measured) and known.task != (task := kind_of(network.task)):
        raise InvalidRequest(f"{network.name} is for {task}, and {known.title} was learned for {known.task}")
    if (stated or measured) and network.classes != known.outputs:
        what = "classes" if network.task is None else "scores"
        raise InvalidRequest(
            f"{network.name} has {network.classes} {what}, and {known.title} has {known.outputs}"
        )
    if measured and stated is None:
        raise InvalidRequest(
            f"{network.name} does not say what it was trained on, and no accuracy is measured on a guess: "
            f"save it with provenance {{'data': {known.name!r}}} if it was {known.title}"
        )
    return known


def check_stated(network: Network) -> None:
    """Raise `InvalidRequest` if ``network`` was trained on other data than there are images of."""
    stated = trained_on(network)
    if stated is not None and stated not in SETS:
        raise InvalidRequest(
            f"{network.name} was trained on {stated!r}, and there are only the images of {_listed()}: "
            "it is not measured with those of another data set"
        )


def samples_of(
    network: Network,
    data: Path | None,
    recordings: Path | None,
    part: Part = "test",
    sample: Literal["never", "fallback"] = "never",
    folder: Path | None = None,
) -> Images | Recordings:
    """Return a part of the data set that ``network`` reads, or of the ``recordings`` in a folder.

    ``folder`` is that of the network file, if there is one. As a fallback, the committed sample stands in for
    the test set, or samples that are kept beside the network.

    Raises
    ------
    InvalidOption
        If there are recordings for a network that takes pixels.
    InvalidRequest, DataError
        If nothing fits the network (see `check_origin`), or files are not as they must be.
    """
    if recordings is None:
        return images_of(network, data, part, sample, folder)
    if network.input.takes != "events":
        raise InvalidOption(f"nmnist needs a network that takes events, and {network.name} takes pixels")
    return NMNIST.load(part, recordings)


def images_of(
    network: Network,
    data: Path | None,
    part: Part = "test",
    sample: Literal["never", "fallback"] = "never",
    folder: Path | None = None,
) -> Images:
    """Return a part of the data set that ``network`` reads; see `samples_of`."""
    if sample == "fallback" and (kept := kept_images(network, data, folder)):
        return kept
    chosen = check_origin(network, data=data, folder=folder)
    resort = last_resort(chosen) if sample == "never" else None
    return chosen.load(part, data, sample=sample, last_resort=resort)


def check_playable(network: Network, data: Path | None, folder: Path | None) -> None:
    """Raise as `check_origin` does, unless samples that are kept beside ``network`` are at hand."""
    if kept_images(network, data, folder) is None:
        check_origin(network, data=data, folder=folder)


def sample_note(network: Network, data: Path | None, folder: Path | None) -> str:
    """Return what to say where samples stand in: in which folder the full test set is not."""
    if kept := kept_images(network, data, folder):
        return kept_note(network, kept)
    return (
        f"the full test set is not in {check_origin(network).place(data)}: using the committed test vectors "
        "(ACCELGEN_DATA or --data names another folder)"
    )


def stimuli(network: Network) -> bool:
    """Return whether images are mere stimuli for ``network``, which does not say what it was trained on."""
    return trained_on(network) is None


def named(network: Network, images: str) -> str:
    """Return how a report names the ``images`` that ``network`` was fed with."""
    return f"{images}, as mere stimuli" if stimuli(network) else images


def _listed() -> str:
    *first, last = map(repr, SETS)
    return f"{', '.join(first)} and {last}"
