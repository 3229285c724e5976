"""Whose images a network may be fed with: those of the data set that its provenance names.

A network that was trained on other data is fed with nothing: what came out would look like a figure of it.
One that does not say what it was trained on takes images that fit its input as mere stimuli, good enough to
compare two implementations with, and nothing is claimed of its accuracy.
"""

from __future__ import annotations

from accelgen.data.saccades import SACCADES
from accelgen.errors import InvalidRequest
from accelgen.network import EventInput, Network, PixelInput

__all__ = ["SETS", "check_origin", "check_stated", "fits", "named", "stimuli", "trained_on"]

#: Data sets by their names in a network's provenance and in recipes, and for people.
SETS = {"mnist": "MNIST", "saccades": "MNIST in saccades", "cifar10": "CIFAR-10"}
MNIST_PIXELS, CIFAR10_PIXELS = 784, 3072
#: Of every data set here.
CLASSES = 10


def trained_on(network: Network) -> str | None:
    """Return the data set that the provenance of ``network`` names; None if it names none."""
    found = network.provenance.get("data")
    return None if found is None else str(found)


def fits(network: Network, name: str) -> bool:
    """Return whether images of data set ``name`` fit the input of ``network``, whatever it was trained on."""

    entering = network.input
    if name == "saccades":
        return entering == SACCADES
    if name == "cifar10":
        return isinstance(entering, PixelInput) and entering.inputs == CIFAR10_PIXELS
    return not isinstance(entering, EventInput) and entering.inputs == MNIST_PIXELS


def check_origin(network: Network, *, measured: bool = False) -> str:
    """Return the data set whose images ``network`` may be fed with.

    Parameters
    ----------
    network : Network
        Its provenance counts, and its input.
    measured : bool
        Whether an accuracy will be claimed, for which a guess will not do.

    Raises
    ------
    InvalidRequest
        If it was trained on other data, no images fit it, or it does not say what is ``measured``.
    """
    check_stated(network)
    stated = trained_on(network)
    found = stated or next((name for name in SETS if fits(network, name)), None)
    if found is None:
        raise InvalidRequest(
            f"{network.name} has an input of {network.input.inputs}, which MNIST does not fit"
        )
    if not fits(network, found):
        raise InvalidRequest(
            f"{network.name} says that it was trained on {found!r}, "
            f"which does not fit its input of {network.input.inputs}"
        )
    if (stated or measured) and network.classes != CLASSES:
        raise InvalidRequest(f"{network.name} has {network.classes} classes, and {SETS[found]} has {CLASSES}")
    if measured and stated is None:
        raise InvalidRequest(
            f"{network.name} does not say what it was trained on, and no accuracy is measured on a guess: "
            f"save it with provenance {{'data': {found!r}}} if it was {SETS[found]}"
        )
    return found


def check_stated(network: Network) -> None:
    """Raise `InvalidRequest` if ``network`` was trained on other data than there are images of."""
    stated = trained_on(network)
    if stated is not None and stated not in SETS:
        raise InvalidRequest(
            f"{network.name} was trained on {stated!r}, and there are only the images of {_listed()}: "
            "it is not measured with those of another data set"
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
