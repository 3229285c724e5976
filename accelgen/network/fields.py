"""What a field of the contract may hold: names, parts of the right kind, and integers in their range."""

from __future__ import annotations

import math
from numbers import Real

from accelgen.errors import AccelgenError, InvalidNetwork
from accelgen.values import integer, shown

__all__ = ["check_name", "check_one_of", "check_type", "keep_whole", "numbers", "whole"]

MAX_NAME = 64


def check_name(name: object) -> None:
    """Raise `InvalidNetwork` unless ``name`` is one short line of printable ASCII."""
    if not isinstance(name, str) or not (name.isascii() and name.isprintable() and 0 < len(name) <= MAX_NAME):
        raise InvalidNetwork("name: must be one short line of printable ASCII")


def check_type(name: str, value: object, kind: type, *, optional: bool = False) -> None:
    """Raise `InvalidNetwork` unless ``value`` is a ``kind``, or None where it is ``optional``."""
    if not (isinstance(value, kind) or (optional and value is None)):
        wanted = f"{kind.__name__}{' or None' if optional else ''}"
        raise InvalidNetwork(f"{name}: must be a {wanted}, not {shown(value)}")


def whole(
    name: str,
    value: object,
    low: int,
    high: int | None = None,
    *,
    error: type[AccelgenError] = InvalidNetwork,
) -> int:
    """Return ``value`` as an int of Python if it is an integer of ``low`` to ``high``, else raise ``error``.

    An integer of numpy counts, a bool does not; without ``high`` there is no upper limit.
    """
    number = integer(value)
    if number is None or number < low or (high is not None and number > high):
        limits = f"at least {low}" if high is None else f"{low} to {high}"
        raise error(f"{name}: must be an integer of {limits}, not {shown(value)}")
    return number


def keep_whole(owner: object, name: str, low: int, high: int | None = None) -> None:
    """Check a field of a frozen ``owner`` with `whole`, and keep it as an int of Python.

    Raises
    ------
    InvalidNetwork
        If the field is no integer of ``low`` to ``high``.
    """
    object.__setattr__(owner, name, whole(name, getattr(owner, name), low, high))


def check_one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """Raise `InvalidNetwork` unless ``value`` is one of the words ``allowed``."""
    if not isinstance(value, str) or value not in allowed:
        raise InvalidNetwork(f"{name}: must be {' or '.join(map(repr, allowed))}, not {shown(value)}")


def numbers(name: str, values: object) -> tuple[float, ...]:
    """Return ``values``, a list, as finite floats, at least one, or raise `InvalidNetwork`."""
    if not isinstance(values, tuple | list) or not values:
        raise InvalidNetwork(f"{name}: must be a list of numbers, not {shown(values)}")
    found = []
    for value in values:
        if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
            raise InvalidNetwork(f"{name}: must be finite numbers, not {shown(value)}")
        found.append(float(value))
    return tuple(found)
