"""Every error a user can cause, and the one way a message learns its place.

::

    AccelgenError            one sentence for a person, exit code 2
    ├── InvalidNetwork       a network file, or a Network built in Python, breaks a rule
    ├── InvalidRecipe        a recipe.toml breaks a rule
    ├── InvalidSweep         a sweep.toml breaks a rule
    ├── InvalidOption        a hardware or command option breaks a rule
    ├── InvalidRequest       a model, folder or file that was asked for is not there or not writable
    ├── DataError            a data set is missing, damaged or out of reach
    └── ToolError            an external program is missing, too old, or failed

A message is the rule and then the value ("lanes must be an integer of at least 1, not 0"). The layer
knows the field, the network knows the layer, the file knows the path: each adds its part with `at`. A name
that is nearly right comes with the right one, by `suggest`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

__all__ = [
    "AccelgenError",
    "DataError",
    "InvalidNetwork",
    "InvalidOption",
    "InvalidRecipe",
    "InvalidRequest",
    "InvalidSweep",
    "ToolError",
    "at",
    "suggest",
]


class AccelgenError(Exception):
    """Base of all errors that a person can mend: its text is one sentence."""


class InvalidNetwork(AccelgenError):
    """A network breaks a rule of the contract."""


class InvalidRecipe(AccelgenError):
    """A training recipe breaks a rule."""


class InvalidSweep(AccelgenError):
    """A sweep breaks a rule."""


class InvalidOption(AccelgenError):
    """An option has a value it cannot have."""


class InvalidRequest(AccelgenError):
    """What was asked for does not exist or cannot be written."""


class DataError(AccelgenError):
    """A data set is missing, damaged or out of reach."""


class ToolError(AccelgenError):
    """An external program is missing, too old, or failed."""


@contextmanager
def at(place: object) -> Iterator[None]:
    """Put ``place`` in front of the message of any `AccelgenError` that leaves this block."""
    try:
        yield
    except AccelgenError as error:
        raise type(error)(f"{place}: {error}") from error.__cause__


def suggest(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the known name that is nearest, or nothing if none is near."""
    near = difflib.get_close_matches(name, list(known), 1)
    return f"did you mean {near[0]!r}?" if near else ""
