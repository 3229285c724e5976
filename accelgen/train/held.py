"""A number that lives in a buffer, read from its device only when it has changed.

Scales are settled before the first step and then asked for at every one. To ask a GPU for a number is to
wait for everything it was given to do.
"""

from __future__ import annotations

from torch import Tensor

__all__ = ["Held"]


class Held:
    """The number of a tensor of one element.

    A tensor counts what is written into it in place; a module that moves to another device gets another one.
    """

    def __init__(self) -> None:
        self._tensor: Tensor | None = None
        self._version = -1
        self._number: int | float = 0

    def of(self, tensor: Tensor) -> int | float:
        """Return what ``tensor`` holds, as ``tensor.item()`` does."""
        if tensor is not self._tensor or tensor._version != self._version:
            self._tensor, self._version, self._number = tensor, tensor._version, tensor.item()
        return self._number
