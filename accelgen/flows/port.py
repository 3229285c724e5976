"""The serial port of a board, through pyserial."""

from __future__ import annotations

from accelgen.errors import InvalidRequest, ToolError
from accelgen.optional import needed

__all__ = ["SerialPort", "find_port"]

POLL_SECONDS = 0.01

# Makers of the USB chips that the boards have: FTDI, Gowin's BL702 bridge, CH340 and CP210x adapters.
VENDORS = (0x0403, 0x1A86, 0x10C4, 0x20A0)


def _pyserial():
    with needed():
        import serial.tools.list_ports
    return serial


def find_port() -> str:
    """Return the name of the one port that looks like a board; of several, the last.

    A board with a two-channel USB chip has its UART on the second.

    Raises
    ------
    InvalidRequest
        If there is none.
    """
    ports = _pyserial().tools.list_ports.comports()
    boards = sorted(port.device for port in ports if port.vid in VENDORS)
    if not boards:
        raise InvalidRequest(
            "no board is connected: plug one in, name its port with --port, or simulate one with --simulate"
        )
    return boards[-1]


class SerialPort:
    """A port, as `accelgen.link.Device` wants it.

    Parameters
    ----------
    name : str
        Path of the device: ``/dev/ttyUSB1``.
    baud : int
        Bits per second.

    Raises
    ------
    InvalidRequest
        If it cannot be opened.
    """

    def __init__(self, name: str, baud: int):
        serial = _pyserial()
        try:
            self._line = serial.Serial(name, baud, timeout=POLL_SECONDS)
        except (serial.SerialException, OSError, ValueError) as error:
            raise InvalidRequest(f"port {name} cannot be opened: {error}") from error
        self.name = name
        self._line.reset_input_buffer()

    def read(self, size: int) -> bytes:
        """Return what has come, at most ``size`` bytes; wait a hundredth of a second for the first."""
        return self._tried(lambda: self._line.read(min(size, max(1, self._line.in_waiting))))

    def write(self, data: bytes) -> None:
        """Send all of ``data``."""
        self._tried(lambda: self._line.write(data))

    def close(self) -> None:
        """Close the port."""
        self._line.close()

    def _tried(self, act):
        try:
            return act()
        except OSError as error:  # pyserial's own is one too
            raise ToolError(f"port {self.name} has failed: {error}") from error
