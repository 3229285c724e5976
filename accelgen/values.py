"""Numbers and arrays that a person hands over in Python.

An integer of numpy counts as an integer, a bool does not. Nothing is rounded, cut off or wrapped: what does
not fit is refused with one sentence.
"""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING, overload

from accelgen.errors import AccelgenError, DataError

if TYPE_CHECKING:
    import numpy as np

__all__ = ["integer", "integers", "shown"]

LONGEST = 80


def integer(value: object) -> int | None:
    """Return an integer of Python or of numpy as one of Python, and None for anything else."""
    return int(value) if isinstance(value, Integral) and not isinstance(value, bool) else None


def shown(value: object) -> str:
    """Return how a message names a value that is refused, in one short line."""
    number = integer(value)
    text = " ".join(repr(value if number is None else number).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


@overload
def integers(name: str, array: object, *, error: type[AccelgenError] = DataError) -> np.ndarray: ...
@overload
def integers(
    name: str, array: object, low: int, high: int, *, error: type[AccelgenError] = DataError
) -> np.ndarray: ...
def integers(
    name: str,
    array: object,
    low: int | None = None,
    high: int | None = None,
    *,
    error: type[AccelgenError] = DataError,
) -> np.ndarray:
    """Return ``array`` if it holds integers of ``low`` to ``high``.

    Parameters
    ----------
    name : str
        What a message calls it.
    array : integer[...]
        An array of numpy of any signed or unsigned dtype. A list, an array of bool or float, or one of
        another library is refused.
    low, high : int, optional
        The smallest and largest value, both or neither; without them any will do.
    error : type
        What is raised.

    Raises
    ------
    AccelgenError
        An error of type ``error``, if it holds anything else.
    """
    import numpy as np

    wanted = "integers" if low is None else f"integers of {low} to {high}"
    # A masked array or a matrix is an array, too, and has other rules.
    if not isinstance(array, np.ndarray) or type(array) not in (np.ndarray, np.memmap):
        raise error(f"{name} must be a numpy array of {wanted}, not {type(array).__name__}")
    if array.dtype.kind not in "iu":
        raise error(f"{name} must be {wanted}, not {array.dtype}")
    if low is not None and high is not None and array.size:
        least, most = int(array.min()), int(array.max())
        if least < low or most > high:
            raise error(f"{name} must be {wanted}, not {least if least < low else most}")
    return np.asarray(array)
