"""A number of a window, or one for each axis or side of it: how people and files write them.

A kernel, a stride and a pool have two numbers, (height, width), and a padding has four, (top, bottom, left,
right). One number stands for all of them; two paddings are (top and bottom, left and right). They are kept in
the shortest of these forms, so that each window is written in one way.
"""

from __future__ import annotations

from collections.abc import Sequence

from accelgen.errors import InvalidNetwork
from accelgen.network.fields import whole
from accelgen.values import shown

__all__ = ["Sides", "each", "shortest", "spelled"]

#: One number for all sides, or a number for each axis or side.
Sides = int | tuple[int, ...]

PARTS = {2: ("height", "width"), 4: ("top", "bottom", "left", "right")}


def each(name: str, value: object, low: int, most: Sequence[int]) -> tuple[int, ...]:
    """Return the number of each axis, or of each side.

    Parameters
    ----------
    name : str
        What a message calls it.
    value : int, or list or tuple of int
        One number for all, one for each, or, of four sides, one for each axis.
    low : int
        The least that each may be.
    most : list of int
        The most that each may be: two, or four.

    Returns
    -------
    tuple of int
        As many as ``most``.

    Raises
    ------
    InvalidNetwork
        If it is anything else, or a number is out of its range.
    """
    parts = PARTS[len(most)]
    if not isinstance(value, list | tuple):
        if len(set(most)) == 1:
            return (whole(name, value, low, most[0]),) * len(most)
        value = (value,) * len(most)
    elif len(value) == 2 < len(most):
        value = (value[0], value[0], value[1], value[1])
    if len(value) != len(most):
        forms = "" if len(most) == 2 else ", two of them (vertical, horizontal)"
        raise InvalidNetwork(
            f"{name}: must be an integer{forms} or {'two' if len(most) == 2 else 'four'} of them "
            f"({', '.join(parts)}), not {shown(value)}"
        )
    return tuple(
        whole(f"{name}: {part}", number, low, high)
        for part, number, high in zip(parts, value, most, strict=True)
    )


def shortest(numbers: tuple[int, ...]) -> Sides:
    """Return what `each` reads as these numbers, in the fewest."""
    if len(set(numbers)) == 1:
        return numbers[0]
    return numbers[::2] if numbers[::2] == numbers[1::2] else numbers


def spelled(value: Sides) -> str:
    """Return how a line of text has them: ``2``, ``1x5``, ``0,1,2,2``."""
    if isinstance(value, int):
        return str(value)
    return ("x" if len(value) == 2 else ",").join(map(str, value))
