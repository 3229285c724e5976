"""What a convolution looks at: the image, the window that slides over it, and the squares that are pooled.

Rows and columns are counted alike and apart, so a series is an image of one row.
"""

from __future__ import annotations

from dataclasses import dataclass

from accelgen.errors import InvalidNetwork
from accelgen.network.fields import keep_whole
from accelgen.network.sides import Sides, each, shortest, spelled

__all__ = ["MAX_CHANNELS", "MAX_KERNEL", "MAX_STRIDE", "Axis", "Window"]

MAX_SIDE = 1 << 10
MAX_CHANNELS = 1 << 12
MAX_KERNEL = 15
MAX_STRIDE = 15
#: The largest kernel, and the largest stride and pool, that files of schemas 1 to 3 may say.
FIRST_KERNEL, FIRST_STRIDE = 7, 4


@dataclass(frozen=True, slots=True)
class Axis:
    """The rows of an image, or its columns, and how windows lie on them.

    Attributes
    ----------
    pixels : int
        Rows or columns of the image.
    kernel, stride, pool : int
        Those of a window, from one window to the next, and those of a square that is pooled.
    before, after : int
        Rows or columns of zeros at either end.
    """

    pixels: int
    kernel: int
    stride: int
    before: int
    after: int
    pool: int

    @property
    def sums(self) -> int:
        """Rows or columns of sums, before pooling."""
        return (self.pixels + self.before + self.after - self.kernel) // self.stride + 1

    @property
    def leaving(self) -> int:
        """Rows or columns of activations that leave."""
        return self.sums // self.pool

    @property
    def pooled(self) -> int:
        """Rows or columns of sums that a square of the pooling holds."""
        return self.leaving * self.pool


@dataclass(frozen=True, slots=True)
class Window:
    """What a convolution looks at.

    Kernel, stride and pool are one number, or one for each axis, (height, width). Padding is one number, one
    for each axis, or one for each side, (top, bottom, left, right). The fields hold the shortest form.

    Attributes
    ----------
    height, width, channels : int
        Size of the image that enters, 1 to 1024 pixels and 1 to 4096 channels.
    kernel : int or (int, int)
        Sides of the window, 1 to 15.
    stride : int or (int, int)
        Pixels from one window to the next, 1 to 15.
    padding : int, or two or four of them
        Rows and columns of zeros on each side, 0 to ``kernel - 1`` of its axis.
    pool : int or (int, int)
        Sides of the squares of which the largest activation is kept, 1 (all are kept) to 15.

    Raises
    ------
    InvalidNetwork
        If one is no integer of Python or numpy, is out of its range, or a window does not fit the image.
    """

    height: int
    width: int
    channels: int
    kernel: Sides
    stride: Sides = 1
    padding: Sides = 0
    pool: Sides = 1

    def __post_init__(self):
        keep_whole(self, "height", 1, MAX_SIDE)
        keep_whole(self, "width", 1, MAX_SIDE)
        keep_whole(self, "channels", 1, MAX_CHANNELS)
        high, wide = self._keep("kernel", 1, (MAX_KERNEL, MAX_KERNEL))
        self._keep("stride", 1, (MAX_STRIDE, MAX_STRIDE))
        self._keep("padding", 0, (high - 1, high - 1, wide - 1, wide - 1))
        self._keep("pool", 1, (MAX_STRIDE, MAX_STRIDE))
        if min(self.out_height, self.out_width) < 1:
            raise InvalidNetwork(
                f"kernel: a window of {spelled(self.kernel)} and squares of {spelled(self.pool)} do not fit "
                f"{self.height} x {self.width} pixels"
            )

    def _keep(self, name: str, low: int, most: tuple[int, ...]) -> tuple[int, ...]:
        """Check a field, keep it in its shortest form, and return its numbers."""
        numbers = each(name, getattr(self, name), low, most)
        object.__setattr__(self, name, shortest(numbers))
        return numbers

    @property
    def rows(self) -> Axis:
        """From top to bottom."""
        return self._axis(0, self.height)

    @property
    def columns(self) -> Axis:
        """From left to right."""
        return self._axis(1, self.width)

    def _axis(self, number: int, pixels: int) -> Axis:
        def of(value: Sides) -> int:
            return value if isinstance(value, int) else value[number]

        padding = self.padding
        if isinstance(padding, tuple) and len(padding) == 4:
            before, after = padding[2 * number : 2 * number + 2]
        else:
            before = after = of(padding)
        return Axis(pixels, of(self.kernel), of(self.stride), before, after, of(self.pool))

    @property
    def conv_height(self) -> int:
        """Rows of sums, before pooling."""
        return self.rows.sums

    @property
    def conv_width(self) -> int:
        """Columns of sums, before pooling."""
        return self.columns.sums

    @property
    def out_height(self) -> int:
        """Rows of activations that leave."""
        return self.rows.leaving

    @property
    def out_width(self) -> int:
        """Columns of activations that leave."""
        return self.columns.leaving

    @property
    def positions(self) -> int:
        """Positions of the kernel."""
        return self.rows.kernel * self.columns.kernel

    @property
    def looked_at(self) -> int:
        """Pixels of sums that the pooling looks at: those that a square holds."""
        return self.rows.pooled * self.columns.pooled

    @property
    def plain(self) -> bool:
        """Whether files of schemas 1 to 3 can say it: the same on all sides, and no larger than theirs."""
        limits = (self.kernel, FIRST_KERNEL), (self.stride, FIRST_STRIDE), (self.pool, FIRST_STRIDE)
        small = all(isinstance(value, int) and value <= most for value, most in limits)
        return small and isinstance(self.padding, int)

    @property
    def title(self) -> str:
        """What it is, in a few words: ``3x3 padding 1 pool 2``, ``1x5 stride 1x2``."""
        words = [f"{self.rows.kernel}x{self.columns.kernel}"]
        for name, usual in (("stride", 1), ("padding", 0), ("pool", 1)):
            value = getattr(self, name)
            words += [] if value == usual else [name, spelled(value)]
        return " ".join(words)
