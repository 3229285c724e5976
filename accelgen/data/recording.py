"""Recordings of a sensor that sends events, as bits of addresses and timesteps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.errors import DataError
from accelgen.network.encoding import EventInput
from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.toml_checks import whole

__all__ = ["EventsChoice", "packed", "unpacked"]

SIDE, LONGEST = 1 << 12, 1 << 40
MOST_INPUTS = 1 << 20


@dataclass(frozen=True, slots=True)
class EventsChoice:
    """What a recording is of, ``[events]`` of ``data.toml``.

    Attributes
    ----------
    width, height : int
        Pixels of the sensor; a line of channels has the height 1.
    polarities : int
        2 if events say whether something became brighter or darker, else 1.
    timesteps : int
        Into which a recording is cut, 1 to 16. Events of an address in a timestep are one spike.
    duration : int
        Of a recording, in the unit of ``t``, microseconds as a rule; what is later is left out.
    """

    width: int
    height: int
    duration: int
    polarities: int = 2
    timesteps: int = 8

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        problems = [
            *whole("width", self.width, 1, SIDE),
            *whole("height", self.height, 1, SIDE),
            *whole("duration", self.duration, 1, LONGEST),
            *whole("polarities", self.polarities, 1, 2),
            *whole("timesteps", self.timesteps, 1, MAX_TIMESTEPS),
        ]
        if not problems and self.input.inputs > MOST_INPUTS:
            problems.append(f"width: makes {self.input.inputs:,} addresses, and {MOST_INPUTS:,} are the most")
        return problems

    @property
    def input(self) -> EventInput:
        """What enters a network."""
        return EventInput(self.width, self.height, self.polarities)

    @property
    def bits(self) -> int:
        """Bits of a recording: one for each timestep and address."""
        return self.timesteps * self.input.inputs

    @property
    def bytes(self) -> int:
        """Bytes that hold them."""
        return -(-self.bits // 8)


def packed(t: np.ndarray, x: np.ndarray, y: np.ndarray, p: np.ndarray, choice: EventsChoice) -> np.ndarray:
    """Return a recording as bits, timestep by timestep, uint8[bytes].

    Parameters
    ----------
    t, x, y, p : integer[events]
        Time from the start of the recording, column, row, and polarity: 1 is brighter, 0 or -1 darker.
    choice : EventsChoice
        What it is of.

    Raises
    ------
    DataError
        If an event is beside the sensor, or before the start.
    """
    t, x, y, p = (values.astype(np.int64) for values in (t, x, y, p))
    wrong = (x < 0) | (x >= choice.width) | (y < 0) | (y >= choice.height)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise DataError(
            f"event {first}: is at {x[first]}, {y[first]} of {choice.width} x {choice.height} pixels"
        )
    if (t < 0).any():
        raise DataError(f"event {int(np.argmax(t < 0))}: is before the start of its recording")
    if ((p < -1) | (p > 1)).any():
        first = int(np.argmax((p < -1) | (p > 1)))
        raise DataError(f"event {first}: has the polarity {p[first]}, and 1, 0 and -1 are known")
    inside = t < choice.duration
    step = t[inside] * choice.timesteps // choice.duration
    polarity = (p[inside] > 0) * (choice.polarities - 1)
    address = (polarity * choice.height + y[inside]) * choice.width + x[inside]
    bits = np.zeros(choice.bits, np.uint8)
    bits[step * choice.input.inputs + address] = 1
    return np.packbits(bits)


def unpacked(held: np.ndarray, choice: EventsChoice) -> np.ndarray:
    """Return the spikes of recordings, uint8[n, timesteps, addresses], of uint8[n, bytes]."""
    bits = np.unpackbits(held, axis=1, count=choice.bits)
    return bits.reshape(len(held), choice.timesteps, -1)
