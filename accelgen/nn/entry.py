"""What enters: samples become the integers that the hardware is shown."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from accelgen.errors import DataError, InvalidOption
from accelgen.network.coding import Coding
from accelgen.network.encoding import Encoder, PixelInput, RateInput
from accelgen.network.fields import whole
from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.train.entering import upper_bits

__all__ = ["Input", "Spikes"]


def _check_codes(rows: Tensor, *, signed: bool = False) -> None:
    """Raise `DataError` unless ``rows`` are what hardware can be given; training cannot wait for that."""
    low, high, known = (-128, 127, torch.int8) if signed else (0, 255, torch.uint8)
    if rows.dtype != known and not ((rows >= low) & (rows <= high) & (rows == rows.trunc())).all():
        raise DataError(
            f"samples must be whole numbers of {low} to {high}, or features of an Input with a coding"
        )


class Input(nn.Module):
    """The first module of a network that does not spike.

    Samples are rows of features, or ``[n, *shape]``: the order of the hardware, in which the channels of a
    pixel lie together. They are pixels, or codes, of 0 to 255; or, with a coding, floats: features that it
    turns into codes. Signed codes are bytes in two's complement (uint8), or any other integers of -128 to
    127. What leaves has the shape that torch expects: float[n, features], or float[n, channels, length] or
    float[n, channels, height, width].

    Parameters
    ----------
    shape : int
        Features; or length and channels of a series; or height, width and channels.
    bits : int
        Bits of a code that enters the first layer, 1 to 8: the upper ones.
    coding : Coding, optional
        How features become codes.
    channels_first : bool
        Samples are [n, channels, ...] instead, as torch has them.

    Raises
    ------
    InvalidOption, InvalidNetwork
        If a number is out of its range.
    """

    def __init__(
        self, *shape: int, bits: int = 8, coding: Coding | None = None, channels_first: bool = False
    ):
        super().__init__()
        if not 1 <= len(shape) <= 3:
            raise InvalidOption(f"shape: must be 1 to 3 numbers, not {len(shape)}")
        self.shape = tuple(whole("shape", size, 1, error=InvalidOption) for size in shape)
        self.entering = PixelInput(math.prod(self.shape), bits, coding)
        self.channels_first = channels_first and len(shape) > 1

    def rows(self, x: Tensor) -> Tensor:
        """Return samples as rows in the order of the hardware, [n, features], as `accelgen.run` takes them.

        Raises
        ------
        DataError
            If they have another shape.
        """
        *sides, channels = self.shape
        wanted = (channels, *sides) if self.channels_first else self.shape
        if x.dim() > 2 and tuple(x.shape[1:]) == wanted:
            return (x.movedim(1, -1) if self.channels_first else x).flatten(1)
        if x.dim() != 2 or x.shape[1] != self.entering.pixels:
            raise DataError(f"samples must be [n, {', '.join(map(str, wanted))}], not {list(x.shape)}")
        return x

    def forward(self, x: Tensor) -> Tensor:
        """Return the codes of samples."""
        rows = self.rows(x)
        if self.entering.coding and rows.is_floating_point():
            rows = self._codes(rows, self.entering.coding)
        signed = self.entering.coding is not None and self.entering.coding.signed
        if signed and rows.dtype == torch.uint8:
            rows = rows.view(torch.int8)
        if not self.training:
            _check_codes(rows, signed=signed)
        codes = upper_bits(rows, self.entering.bits, signed=signed).float().unflatten(1, self.shape)
        return codes.movedim(-1, 1).contiguous() if len(self.shape) > 1 else codes

    def _codes(self, rows: Tensor, coding: Coding) -> Tensor:
        """Return what `Coding.raw` does, signed codes as int8."""
        if not self.training and not rows.isfinite().all():
            raise DataError("samples must be finite numbers")
        device = rows.device
        rows = rows.cpu() if device.type == "mps" else rows  # which has no floats of 64 bits
        offset, scale = (
            of[0] if len(of) == 1 else torch.tensor(of, dtype=torch.float64, device=rows.device)
            for of in (coding.offset, coding.scale)
        )
        kind = torch.int8 if coding.signed else torch.uint8
        return ((rows.double() - offset) / scale).floor_().clamp_(*coding.ends).to(kind).to(device)

    def extra_repr(self) -> str:
        """Return what is printed of it."""
        return f"{', '.join(map(str, self.shape))}, bits={self.entering.bits}"


class Spikes(nn.Module):
    """The first module of a spiking network: pixels become spikes, float[timesteps, n, pixels].

    Parameters
    ----------
    pixels : int
        Pixels of a sample, of 0 to 255.
    bits : int
        Bits of a pixel, 1 to 8.
    timesteps : int
        1 to 16.
    encoder : "dither" or "lfsr"
        See `accelgen.network.encoding.RateInput`.
    """

    levels: Tensor

    def __init__(self, pixels: int, bits: int = 4, *, timesteps: int = 4, encoder: Encoder = "dither"):
        super().__init__()
        self.entering = RateInput(pixels, bits, encoder)
        self.timesteps = whole("timesteps", timesteps, 1, MAX_TIMESTEPS, error=InvalidOption)
        thresholds = torch.from_numpy(self.entering.thresholds()[: self.timesteps])
        self.register_buffer("levels", thresholds, persistent=False)

    def rows(self, x: Tensor) -> Tensor:
        """Return samples as rows, [n, pixels], or raise `DataError`."""
        if x.dim() < 2 or math.prod(x.shape[1:]) != self.entering.pixels:
            raise DataError(f"samples must have {self.entering.pixels} pixels, not shape {list(x.shape)}")
        return x.flatten(1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the spikes of samples."""
        rows = self.rows(x)
        if not self.training:
            _check_codes(rows)
        return (upper_bits(rows, self.entering.bits)[None] > self.levels[:, None]).float()

    def extra_repr(self) -> str:
        """Return what is printed of it."""
        return f"{self.entering.pixels}, bits={self.entering.bits}, timesteps={self.timesteps}"
