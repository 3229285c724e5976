"""What a convolution looks at: the image, the window that slides over it, and the squares that are pooled."""

from __future__ import annotations

from dataclasses import dataclass

from accelgen.errors import InvalidNetwork
from accelgen.network.fields import keep_whole

__all__ = ["MAX_CHANNELS", "MAX_KERNEL", "MAX_STRIDE", "Window"]

MAX_SIDE = 1 << 10
MAX_CHANNELS = 1 << 12
MAX_KERNEL = 7
MAX_STRIDE = 4


@dataclass(frozen=True, slots=True)
class Window:
    """What a convolution looks at.

    Attributes
    ----------
    height, width, channels : int
        Size of the image that enters, 1 to 1024 pixels and 1 to 4096 channels.
    kernel : int
        Side of the window, 1 to 7.
    stride : int
        Pixels from one window to the next, 1 to 4.
    padding : int
        Rows and columns of zeros on each side, 0 to ``kernel - 1``.
    pool : int
        Side of the squares of which the largest activation is kept, 1 (all are kept) to 4.

    Raises
    ------
    InvalidNetwork
        If one is no integer of Python or numpy, is out of its range, or a window does not fit the image.
    """

    height: int
    width: int
    channels: int
    kernel: int
    stride: int = 1
    padding: int = 0
    pool: int = 1

    def __post_init__(self):
        keep_whole(self, "height", 1, MAX_SIDE)
        keep_whole(self, "width", 1, MAX_SIDE)
        keep_whole(self, "channels", 1, MAX_CHANNELS)
        keep_whole(self, "kernel", 1, MAX_KERNEL)
        keep_whole(self, "stride", 1, MAX_STRIDE)
        keep_whole(self, "padding", 0, self.kernel - 1)
        keep_whole(self, "pool", 1, MAX_STRIDE)
        if min(self.out_height, self.out_width) < 1:
            raise InvalidNetwork(
                f"kernel: a window of {self.kernel} and squares of {self.pool} do not fit "
                f"{self.height} x {self.width} pixels"
            )

    @property
    def conv_height(self) -> int:
        """Rows of sums, before pooling."""
        return (self.height + 2 * self.padding - self.kernel) // self.stride + 1

    @property
    def conv_width(self) -> int:
        """Columns of sums, before pooling."""
        return (self.width + 2 * self.padding - self.kernel) // self.stride + 1

    @property
    def out_height(self) -> int:
        """Rows of activations that leave."""
        return self.conv_height // self.pool

    @property
    def out_width(self) -> int:
        """Columns of activations that leave."""
        return self.conv_width // self.pool

    @property
    def positions(self) -> int:
        """Positions of the kernel."""
        return self.kernel**2
