"""The numbers of two wires: cycles of a bit, and of the silence that ends a packet."""

from __future__ import annotations

from accelgen.errors import InvalidOption

__all__ = ["Wires"]

GAPS_A_SECOND = 50


class Wires:
    """What a plan of something behind a UART has besides: it has ``clock_hz``, ``baud`` and ``gap``."""

    __slots__ = ()
    clock_hz: int
    baud: int
    gap: int

    def check_wires(self) -> None:
        """Raise `InvalidOption` if the clock cannot make the baud."""
        if self.baud < 1:
            raise InvalidOption(f"baud must be at least 1, not {self.baud}")
        if abs(self.clock_hz / self.baud / self.divisor - 1) > 0.02:
            raise InvalidOption(f"a clock of {self.clock_hz} Hz cannot make {self.baud} baud within 2 %")

    @property
    def divisor(self) -> int:
        """Cycles of a bit."""
        return max(round(self.clock_hz / self.baud), 1)

    @property
    def silence(self) -> int:
        """Cycles of ``gap``, or of 20 ms."""
        return self.gap or self.clock_hz // GAPS_A_SECOND
