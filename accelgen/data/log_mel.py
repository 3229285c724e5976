"""Sound as integers: frames, an integer window and FFT, bands along the mel scale, and an integer logarithm.

Every number is an integer and every step a shift, an addition or a product, so the same features come out on
every machine, and hardware can compute them:

1. samples of 16 bits; the mean of both channels of stereo, rounded down;
2. frames of ``frame`` samples every ``hop`` samples, ``(x * window + 2**14) >> 15``, window of Hann in Q15;
3. an FFT of radix 2 in place, twiddles in Q15, ``(x * twiddle + 2**14) >> 15``: a bit more in every stage,
   and nothing is scaled down, so a sum has ``17 + log2(size)`` bits at most;
4. power ``(re**2 + im**2) >> log2(size)`` of every bin;
5. in every band the sum of ``power * weight``, triangles in Q8 between whole bins;
6. ``16 * log2``, four bits behind the point: the place of the first one, then the four bits that follow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache

import numpy as np

from accelgen.toml_checks import whole

__all__ = ["FrontEnd", "features", "log2_16"]

#: Bits behind the point of window and twiddles, of the weights of a band, and of the logarithm.
FINE, COARSE, STEPS = 15, 8, 4
SMALLEST, LARGEST, MOST_BANDS, MOST_FRAMES = 16, 4096, 128, 4096
PI = Decimal("3.14159265358979323846264338327950288")
DIGITS = 34


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """How a recording becomes features, ``[frontend]`` of a recipe or of ``data.toml``.

    Attributes
    ----------
    rate : int
        Samples in a second, which every recording must have; 0 for that of the first one.
    frame, hop : int
        Samples of a frame, 16 to 4096, and from the start of one to that of the next; 0 for half a frame.
    bands : int
        Bands from ``low`` to ``high``, 1 to 128.
    low, high : int
        Hertz; 0 for half of the rate.
    frames : int
        Frames of a sample, up to 4096: what is longer is cut, and silence follows what is shorter. 0 for
        those of the longest recording to learn from.
    """

    rate: int = 0
    frame: int = 512
    hop: int = 0
    bands: int = 16
    low: int = 0
    high: int = 0
    frames: int = 0

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        problems = [
            *whole("rate", self.rate, 0, 1 << 20),
            *whole("frame", self.frame, SMALLEST, LARGEST),
            *whole("hop", self.hop, 0, LARGEST),
            *whole("bands", self.bands, 1, MOST_BANDS),
            *whole("low", self.low, 0, 1 << 20),
            *whole("high", self.high, 0, 1 << 20),
            *whole("frames", self.frames, 0, MOST_FRAMES),
        ]
        if problems or not self.rate:
            return problems
        if not self.low < self.top <= self.rate / 2:
            return [f"high: must be above low ({self.low}) and at most half of the rate of {self.rate}"]
        if any(a >= b for a, b in zip(self.edges(), self.edges()[1:], strict=False)):
            return [
                f"bands: {self.bands} bands are narrower than the {self.rate / self.size:.0f} Hz of a bin: "
                "take fewer, or a longer frame"
            ]
        return []

    @property
    def size(self) -> int:
        """Points of the FFT: the power of two that a frame fits in."""
        return 1 << (self.frame - 1).bit_length()

    @property
    def step(self) -> int:
        """Samples from the start of a frame to that of the next."""
        return self.hop or self.frame // 2

    @property
    def top(self) -> int:
        """Hertz, where the last band ends."""
        return self.high or self.rate // 2

    def fitting(self, samples: int) -> int:
        """Return how many frames a recording has, at least one."""
        return max(1, 1 + (samples - self.frame) // self.step)

    @property
    def samples(self) -> int:
        """Samples that the frames of a recording reach over."""
        return (self.frames - 1) * self.step + self.frame

    def edges(self) -> list[int]:
        """Return the bins between which the bands rise and fall: ``bands + 2`` of them."""
        return _edges(self)

    def hertz(self, band: int) -> float:
        """Return the middle of a band."""
        return self.edges()[band + 1] * self.rate / self.size


def features(samples: np.ndarray, front: FrontEnd) -> np.ndarray:
    """Return what a recording becomes.

    Parameters
    ----------
    samples : integer[n]
        Of 16 bits.
    front : FrontEnd
        With ``rate`` and ``frames``.

    Returns
    -------
    int16[frames, bands]
        Logarithms, 16 for each doubling of power; 0 for silence.
    """
    held = np.zeros(front.samples, np.int64)
    held[: min(len(samples), front.samples)] = samples[: front.samples]
    starts = np.arange(front.frames)[:, None] * front.step + np.arange(front.frame)
    framed = np.zeros((front.frames, front.size), np.int64)
    framed[:, : front.frame] = _rounded(held[starts] * _window(front.frame))
    real, imaginary = _fft(framed)
    bins = front.size // 2 + 1
    power = (real[:, :bins] ** 2 + imaginary[:, :bins] ** 2) >> front.size.bit_length() - 1
    return log2_16(power @ _weights(front))


def log2_16(values: np.ndarray) -> np.ndarray:
    """Return 16 times the logarithm to the base 2 of integer[...], int16[...].

    It is straight between powers of two.

    0 of 0, which is also that of 1.
    """
    left = np.asarray(values, np.int64)
    place = np.zeros(left.shape, np.int64)
    for shift in (32, 16, 8, 4, 2, 1):
        more = left >> shift > 0
        place += shift * more
        left = np.where(more, left >> shift, left)
    behind = np.where(
        place >= STEPS, values >> np.maximum(place - STEPS, 0), values << np.maximum(STEPS - place, 0)
    )
    return ((place << STEPS) + (behind & (1 << STEPS) - 1)).astype(np.int16)


def _rounded(product: np.ndarray) -> np.ndarray:
    return (product + (1 << FINE - 1)) >> FINE


def _fft(real: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the real and the imaginary parts of the spectrum of int64[frames, size]."""
    size = real.shape[1]
    stages = size.bit_length() - 1
    order = np.zeros(size, np.int64)
    for bit in range(stages):
        order |= (np.arange(size) >> bit & 1) << stages - 1 - bit
    real, imaginary = real[:, order].copy(), np.zeros_like(real)
    for stage in range(stages):
        half = 1 << stage
        cosine, sine = _turns(2 * half)
        a, b = (x.reshape(len(x), -1, 2, half) for x in (real, imaginary))
        upper_real, upper_imaginary = a[:, :, 0].copy(), b[:, :, 0].copy()
        lower_real = _rounded(a[:, :, 1] * cosine + b[:, :, 1] * sine)
        lower_imaginary = _rounded(b[:, :, 1] * cosine - a[:, :, 1] * sine)
        a[:, :, 0], a[:, :, 1] = upper_real + lower_real, upper_real - lower_real
        b[:, :, 0], b[:, :, 1] = upper_imaginary + lower_imaginary, upper_imaginary - lower_imaginary
    return real, imaginary


@cache
def _turns(points: int) -> tuple[np.ndarray, np.ndarray]:
    """Return cosine and sine of half a turn in Q15, int64[points / 2] each."""
    angles = [2 * PI * n / points for n in range(points // 2)]
    one = 1 << FINE
    cosine, sine = (
        np.array([_whole(f(angle) * one) for angle in angles], np.int64) for f in (_cosine, _sine)
    )
    return cosine, sine


@cache
def _window(frame: int) -> np.ndarray:
    """Return the window of Hann in Q15, int64[frame]."""
    one = (1 << FINE) - 1
    angles = (PI * (2 * n + 1) / frame for n in range(frame))
    return np.array([_whole((1 - _cosine(angle)) / 2 * one) for angle in angles], np.int64)


@cache
def _weights(front: FrontEnd) -> np.ndarray:
    """Return the weights of each bin in each band in Q8, int64[bins, bands]."""
    edges = front.edges()
    weights = np.zeros((front.size // 2 + 1, front.bands), np.int64)
    for band in range(front.bands):
        start, middle, end = edges[band : band + 3]
        for place in range(start, middle):
            weights[place, band] = ((place - start) << COARSE) // (middle - start)
        for place in range(middle, end):
            weights[place, band] = ((end - place) << COARSE) // (end - middle)
    return weights


@cache
def _edges(front: FrontEnd) -> list[int]:
    """Return whole bins at even steps of the mel scale, ``ln(1 + f / 700)``."""
    with localcontext() as context:
        context.prec = DIGITS
        low, top = ((1 + Decimal(hertz) / 700).ln() for hertz in (front.low, front.top))
        steps = front.bands + 1
        hertz = (((low + (top - low) * n / steps).exp() - 1) * 700 for n in range(steps + 1))
        return [_whole(one * front.size / front.rate) for one in hertz]


def _whole(value: Decimal) -> int:
    """Return the nearest integer; decimals are the same on every machine, and floats need not be."""
    return int((value + Decimal("0.5")).to_integral_value("ROUND_FLOOR"))


def _cosine(angle: Decimal) -> Decimal:
    return _sine(angle + PI / 2)


def _sine(angle: Decimal) -> Decimal:
    """Return the sine, by its series around the nearest multiple of half a turn."""
    with localcontext() as context:
        context.prec = DIGITS
        turns = _whole(angle / PI)
        angle -= turns * PI
        term = total = angle
        for n in range(1, 16):
            term = -term * angle * angle / (2 * n * (2 * n + 1))
            total += term
        return -total if turns % 2 else total
