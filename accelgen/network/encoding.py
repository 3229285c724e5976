"""What enters a network: pixels, spikes that stand for pixels, or events, and the rules that make them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, get_args

import numpy as np

from accelgen.errors import DataError, InvalidNetwork, InvalidOption, at
from accelgen.network.coding import Coding
from accelgen.network.fields import check_one_of, check_type, keep_whole, whole
from accelgen.network.layer import Value
from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.values import integers

__all__ = [
    "LFSR_BITS",
    "EventInput",
    "Input",
    "PixelInput",
    "RateInput",
    "bernoulli",
    "check_images",
    "codes_of",
    "dither_levels",
    "lfsr_state",
    "quantise_pixels",
]

Encoder = Literal["dither", "lfsr"]
Takes = Literal["pixels", "events"]

BRIGHTEST = 255
MAX_PIXELS = 1 << 20

#: The generator of `RateInput`'s "lfsr": x**63 + x**62 + 1, of maximal length.
LFSR_BITS = 63


class Input(Protocol):
    """The members that every input has, whatever enters; an input is a dataclass of numbers and words.

    Attributes
    ----------
    kind : str
        Its name in the network file.
    spiking : bool
        Its layers are entered by spikes.
    takes : "pixels" or "events"
        What a user hands over.
    """

    kind: ClassVar[str]
    spiking: ClassVar[bool]
    takes: ClassVar[Takes]
    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def bits(self) -> int | None:
        """Bits of a pixel; None if there are none."""

    @property
    def coding(self) -> Coding | None:
        """How features become pixels of 0 to 255; None if pixels enter as they are, or none do."""

    @property
    def inputs(self) -> int:
        """Values that enter the first layer; of spikes, those of a timestep, at most."""

    @property
    def value(self) -> Value:
        """What the layers that read it see."""

    @property
    def title(self) -> str:
        """What enters, in words."""


@dataclass(frozen=True, slots=True)
class PixelInput:
    """Unsigned pixels, brightest value ``2**bits - 1``; or signed codes, from ``-2**(bits - 1)`` on.

    Attributes
    ----------
    pixels : int
        Pixels of an image, in row-major order.
    bits : int
        Bits of a pixel, 1 to 8.
    coding : Coding or None
        How features become pixels of 0 to 255; None if they are such pixels.

    Raises
    ------
    InvalidNetwork
        If a number is no integer of Python or numpy, or out of its range, or the coding of other features.
    """

    kind: ClassVar[str] = "pixels"
    spiking: ClassVar[bool] = False
    takes: ClassVar[Takes] = "pixels"

    pixels: int
    bits: int
    coding: Coding | None = None

    def __post_init__(self):
        keep_whole(self, "pixels", 1, MAX_PIXELS)
        keep_whole(self, "bits", 1, 8)
        _check_coding(self)

    @property
    def inputs(self) -> int:
        """Values that enter the first layer."""
        return self.pixels

    @property
    def value(self) -> Value:
        """What the layers that read it see: pixels, as any image."""
        return Value(self.pixels, self.bits, raw=True)

    @property
    def title(self) -> str:
        """What enters, in words."""
        return f"{self.pixels} {_called(self)} of {self.bits} bits{self.coding.sign if self.coding else ''}"


@dataclass(frozen=True, slots=True)
class RateInput:
    """Pixels, each a spike at those timesteps at which it exceeds a threshold.

    The thresholds are fixed, so the spikes of an image are a function of the image alone, and torch,
    golden model and hardware produce the same ones:

    - "dither": one threshold for all pixels, a ramp in bit-reversed order, so that the first T of the 16
      timesteps sample the grey levels evenly whatever T is, and timestep 0 halves them;
    - "lfsr": pseudo-random thresholds, a new one for each pixel and timestep, from a shift register that
      starts anew with each image. A pixel of value p then fires with probability p / 2**bits.

    Attributes
    ----------
    pixels : int
        Pixels of an image, in row-major order.
    bits : int
        Bits of a pixel, 1 to 8.
    encoder : "dither" or "lfsr"
        Where the thresholds come from.
    seed : int
        Start of the shift register, 0 to 2**31 - 1; 0 for "dither".
    coding : Coding or None
        How features become pixels of 0 to 255; None if they are such pixels.

    Raises
    ------
    InvalidNetwork
        If the encoder is another, a number no integer of Python or numpy, or out of its range, or the coding
        of other features or signed.
    """

    kind: ClassVar[str] = "rate"
    spiking: ClassVar[bool] = True
    takes: ClassVar[Takes] = "pixels"

    pixels: int
    bits: int
    encoder: Encoder
    seed: int = 0
    coding: Coding | None = None

    def __post_init__(self):
        keep_whole(self, "pixels", 1, MAX_PIXELS)
        keep_whole(self, "bits", 1, 8)
        _check_coding(self)
        if self.coding and self.coding.signed:
            raise InvalidNetwork("coding: signed: must be false: spikes stand for codes of 0 to 255")
        check_one_of("encoder", self.encoder, get_args(Encoder))
        keep_whole(self, "seed", 0, (1 << 31) - 1 if self.encoder == "lfsr" else 0)

    @property
    def inputs(self) -> int:
        """Spikes that enter the first layer in a timestep, at most."""
        return self.pixels

    @property
    def value(self) -> Value:
        """What the layers that read it see: spikes."""
        return Value(self.pixels, 1, raw=True)

    @property
    def title(self) -> str:
        """What enters, in words."""
        return f"{self.pixels} {_called(self)} of {self.bits} bits, as spikes ({self.encoder})"

    def thresholds(self) -> np.ndarray:
        """Return the threshold of each timestep and pixel, uint8[MAX_TIMESTEPS, pixels]."""
        if self.encoder == "dither":
            levels = np.array(dither_levels(self.bits), np.uint8)
            return np.repeat(levels[:, None], self.pixels, axis=1)
        stream = _lfsr_stream(lfsr_state(self.seed), MAX_TIMESTEPS * self.pixels * self.bits)
        drawn = stream.reshape(MAX_TIMESTEPS, self.pixels, self.bits)
        return (drawn << np.arange(self.bits, dtype=np.uint8)).sum(axis=2).astype(np.uint8)

    def spikes(self, images: np.ndarray, timesteps: int) -> np.ndarray:
        """Encode raw images.

        Parameters
        ----------
        images : integer[n, pixels]
            Raw, 0 to 255.
        timesteps : int
            1 to 16.

        Returns
        -------
        uint8[n, timesteps, pixels]
            1 where a pixel exceeds the threshold of its timestep.

        Raises
        ------
        DataError, InvalidOption
            If the images are of another kind, range or shape; if ``timesteps`` is no integer of 1 to 16.
        """
        timesteps = whole("timesteps", timesteps, 1, MAX_TIMESTEPS, error=InvalidOption)
        check_images(images, self.pixels)
        values = quantise_pixels(images, self.bits)
        return (values[:, None, :] > self.thresholds()[None, :timesteps]).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class EventInput:
    """Events of a change-detecting sensor, ``address = (polarity * height + y) * width + x``.

    Attributes
    ----------
    width, height : int
        Size of the sensor in pixels.
    polarities : int
        2 (0 is darker, 1 is brighter), or 1 if the sensor does not tell them apart.

    Raises
    ------
    InvalidNetwork
        If one is no integer of Python or numpy, or out of its range.
    """

    kind: ClassVar[str] = "events"
    spiking: ClassVar[bool] = True
    takes: ClassVar[Takes] = "events"
    bits: ClassVar[None] = None
    coding: ClassVar[None] = None

    width: int
    height: int
    polarities: int = 2

    def __post_init__(self):
        keep_whole(self, "width", 1, 1 << 12)
        keep_whole(self, "height", 1, 1 << 12)
        keep_whole(self, "polarities", 1, 2)

    @property
    def inputs(self) -> int:
        """Addresses: spikes that enter the first layer in a timestep, at most."""
        return self.width * self.height * self.polarities

    @property
    def value(self) -> Value:
        """What the layers that read it see: spikes."""
        return Value(self.inputs, 1, raw=True)

    @property
    def title(self) -> str:
        """What enters, in words."""
        return f"events of {self.width} x {self.height} pixels, {self.polarities} polarities"


def _check_coding(entering: PixelInput | RateInput) -> None:
    """Raise `InvalidNetwork` unless the coding, if there is one, is of as many features as enter."""
    with at("coding"):
        check_type("rule", entering.coding, Coding, optional=True)
        if entering.coding:
            entering.coding.check_fits(entering.pixels)


def _called(entering: PixelInput | RateInput) -> str:
    return "features" if entering.coding else "pixels"


def quantise_pixels(images: np.ndarray, bits: int) -> np.ndarray:
    """Keep the upper ``bits`` bits of 8-bit pixels.

    Parameters
    ----------
    images : integer[...]
        Pixels of 0 to 255, of any signed or unsigned dtype. Pixels that have fewer bits already are to be
        shifted up first.
    bits : int
        1 to 8; one bit compares with 128.

    Returns
    -------
    uint8[...]
        Pixels of 0 to ``2**bits - 1``.

    Raises
    ------
    DataError, InvalidOption
        If the pixels are of another kind or range; if ``bits`` is no integer of 1 to 8.
    """
    bits = whole("bits", bits, 1, 8, error=InvalidOption)
    pixels = integers("images", images, 0, BRIGHTEST).astype(np.uint8, copy=False)
    return pixels >> np.uint8(8 - bits)


def check_images(images: object, pixels: int) -> np.ndarray:
    """Return ``images`` if they are integers of 0 to 255 of shape [n, ``pixels``], or raise `DataError`."""
    checked = integers("images", images, 0, BRIGHTEST)
    if checked.ndim != 2 or checked.shape[1] != pixels:
        raise DataError(f"images must have {pixels} pixels, not shape {list(checked.shape)}")
    return checked


def codes_of(entering: PixelInput | RateInput, samples: object) -> np.ndarray:
    """Return ``samples`` as codes of 8 bits, integer[n, pixels] of 0 to 255.

    Features, float[n, pixels], become codes by the coding of the input, if it has one; integers are taken for
    pixels, or codes, of 0 to 255 (signed ones as `Coding.as_bytes` takes them), and checked.

    Raises
    ------
    DataError
        If the samples are of another kind, range or shape.
    """
    if not isinstance(samples, np.ndarray) or samples.dtype.kind != "f" or entering.coding is None:
        samples = entering.coding.as_bytes(samples) if entering.coding else samples
        return check_images(samples, entering.pixels)
    if samples.ndim != 2 or samples.shape[1] != entering.pixels:
        raise DataError(f"samples must have {entering.pixels} features, not shape {list(samples.shape)}")
    return entering.coding.raw(samples)


def bernoulli(images: np.ndarray, timesteps: int, seed: int) -> np.ndarray:
    """Draw spikes with the brightness of a pixel as their probability: textbook rate coding.

    Every timestep of every image is a fresh draw, so no encoder of fixed thresholds can repeat it; it
    reaches the hardware as events.

    Parameters
    ----------
    images : integer[n, pixels]
        Raw, 0 to 255.
    timesteps, seed : int
        Length of the train, 1 to 16, and the seed of the draw, at least 0.

    Returns
    -------
    uint8[n, timesteps, pixels]
        1 with probability ``image / 255``.

    Raises
    ------
    DataError, InvalidOption
        If the images are of another kind, range or shape; if a number is out of its range.
    """
    timesteps = whole("timesteps", timesteps, 1, MAX_TIMESTEPS, error=InvalidOption)
    seed = whole("seed", seed, 0, error=InvalidOption)
    if integers("images", images, 0, BRIGHTEST).ndim != 2:
        raise DataError(f"images must be [n, pixels], not of shape {list(images.shape)}")
    rng = np.random.default_rng(seed)
    draws = rng.integers(0, 255, (len(images), timesteps, images.shape[1]), np.uint8)
    return (images[:, None, :] > draws).astype(np.uint8)


def dither_levels(bits: int) -> list[int]:
    """Return the thresholds of the "dither" encoder, one for each timestep, for pixels of ``bits`` bits."""
    width = MAX_TIMESTEPS.bit_length() - 1
    order = [int(f"{(t + 1) % MAX_TIMESTEPS:0{width}b}"[::-1], 2) for t in range(MAX_TIMESTEPS)]
    return [level * ((1 << bits) - 1) // MAX_TIMESTEPS for level in order]


def lfsr_state(seed: int) -> int:
    """Return the 63 bits that the shift register starts from, well mixed and never all zero."""
    mixed = int.from_bytes(hashlib.sha256(f"accelgen {seed}".encode()).digest()[:8], "little")
    return (mixed >> 1) | 1


def _lfsr_stream(state: int, count: int) -> np.ndarray:
    """Return ``count`` bits of the sequence s[n] = s[n-63] ^ s[n-62], uint8, the state's bit 0 first."""
    bits = np.empty(LFSR_BITS + count, np.uint8)
    bits[:LFSR_BITS] = [(state >> n) & 1 for n in range(LFSR_BITS)]
    # 62 bits at a time depend only on bits that are known.
    for start in range(LFSR_BITS, LFSR_BITS + count, LFSR_BITS - 1):
        stop = min(start + LFSR_BITS - 1, LFSR_BITS + count)
        length = stop - start
        bits[start:stop] = (
            bits[start - LFSR_BITS : start - LFSR_BITS + length]
            ^ bits[start - LFSR_BITS + 1 : start - LFSR_BITS + 1 + length]
        )
    return bits[LFSR_BITS:]
