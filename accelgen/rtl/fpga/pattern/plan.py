"""The numbers of a pattern: samples that are kept on the chip, and what must come of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from accelgen.errors import InvalidOption
from accelgen.rtl.fpga.wires import Wires
from accelgen.rtl.hardware import Hardware
from accelgen.rtl.table import Table

__all__ = ["COUNTER_BITS", "LEAST_SAMPLES", "Pattern", "PatternPlan"]

#: Of every counter: 32 days at 100 MHz.
COUNTER_BITS = 48
#: A pattern alternates: a network that has kept something of a sample is seen with the next.
LEAST_SAMPLES = 2


@dataclass(frozen=True, slots=True)
class Pattern:
    """Samples, and the results that a network must give for them.

    Attributes
    ----------
    frames : tuple of tuple of int
        Beats of each sample, as ``s_axis_tdata`` takes them.
    results : tuple of tuple of int
        Beats of the result of each, as ``m_axis_tdata`` must give them, unsigned.
    inputs : dict of str to int
        Values of the run-time inputs of the top: ``last_timestep``, ``margin``.
    """

    frames: tuple[tuple[int, ...], ...]
    results: tuple[tuple[int, ...], ...]
    inputs: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PatternPlan(Wires):
    """The numbers of a network that is fed from a memory.

    Attributes
    ----------
    hardware : Hardware
        What is fed.
    pattern : Pattern
        With what.
    network_sha256 : str
        Digest of the network file, in hex.
    clock_hz : int
        Clock of the network in Hz.
    baud : int
        Bits per second of the wires over which the counters are read.
    gap : int
        Cycles without a byte after which a packet that has begun is given up; 0 for 20 ms.

    Raises
    ------
    InvalidOption
        If the tables are loaded, there are too few samples or not as many results, a beat is wider than the
        streams of the hardware, or the clock is too slow for the baud.
    """

    hardware: Hardware
    pattern: Pattern
    network_sha256: str
    clock_hz: int
    baud: int
    gap: int = 0

    def __post_init__(self):
        if self.loadable:
            raise InvalidOption(
                "a pattern starts by itself, and these tables wait to be loaded: take weights in rom"
            )
        if self.samples < LEAST_SAMPLES or len(self.pattern.results) != self.samples:
            raise InvalidOption(
                f"a pattern has at least {LEAST_SAMPLES} samples with a result each, not {self.samples} with "
                f"{len(self.pattern.results)}"
            )
        for name, frames, width in (
            ("sample", self.pattern.frames, self.input_width),
            ("result", self.pattern.results, self.output_width),
        ):
            for number, beats in enumerate(frames):
                if not beats or min(beats) < 0 or max(beats) >> width:
                    raise InvalidOption(
                        f"{name} {number} of a pattern must have beats of {width} bits, at least one"
                    )
        self.check_wires()

    @property
    def samples(self) -> int:
        """Samples that go round."""
        return len(self.pattern.frames)

    @property
    def loadable(self) -> bool:
        """Tables are loaded: never, of what `PatternPlan` takes."""
        return self.hardware.loadable

    @property
    def input_width(self) -> int:
        """Bits of ``s_axis_tdata``."""
        return self._width("s_axis_tdata")

    @property
    def output_width(self) -> int:
        """Bits of ``m_axis_tdata``."""
        return self._width("m_axis_tdata")

    def _width(self, name: str) -> int:
        return next(port.width for port in self.hardware.ports if port.name == name)

    @property
    def stimulus(self) -> Table:
        """What goes in: a word for each beat, with ``tlast`` above it."""
        return _table("stimulus", self.pattern.frames, self.input_width)

    @property
    def answers(self) -> Table:
        """What must come out: a word for each beat, with ``tlast`` above it."""
        return _table("answers", self.pattern.results, self.output_width)

    @property
    def buffers(self) -> list[tuple[int, int]]:
        """Words and bits of each memory of the pattern."""
        return [(len(table.words), table.width) for table in (self.stimulus, self.answers)]


def _table(name: str, frames: tuple[tuple[int, ...], ...], width: int) -> Table:
    words = [
        beat | (place == len(frame) - 1) << width for frame in frames for place, beat in enumerate(frame)
    ]
    return Table(name, width + 1, words)
