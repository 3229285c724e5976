"""The boards that are known, and what their FPGAs have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accelgen.errors import InvalidRequest, suggest
from accelgen.families import FAMILIES, Family
from accelgen.optional import needed

__all__ = ["BOARDS", "Board", "board"]


@dataclass(frozen=True, slots=True)
class Board:
    """A board.

    Attributes
    ----------
    name, title : str
        Name in commands, and name of its maker.
    family : Family
        Family of its FPGA: which tools build for it.
    luts : int
        Four-input lookup tables.
    blocks : int
        Block RAMs.
    spram : int
        Single-port RAMs of 16,384 words of 16 bits, which start empty; 0 but on the iCE40 UP.
    clock_hz : int
        Frequency of its oscillator in Hz.
    place : tuple of str
        Arguments that name the chip for nextpnr.
    pack : tuple of str
        Arguments that name the chip for the packer.
    loader : str
        Its name for openFPGALoader.
    platform : callable
        Makes Amaranth's platform.
    note : str
        What a person has to know; empty if nothing.
    device : str
        What the primitive of its PLL calls the chip; empty if it does not.
    """

    name: str
    title: str
    family: Family
    luts: int
    blocks: int
    spram: int
    clock_hz: int
    place: tuple[str, ...]
    pack: tuple[str, ...]
    loader: str
    platform: Callable
    note: str = ""
    device: str = ""


def _imported(name: str):
    """Return a module of amaranth-boards."""
    import importlib
    import warnings

    with needed(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its warnings are for its own authors
        return importlib.import_module(f"amaranth_boards.{name}")


def _orangecrab():
    from amaranth.build import Attrs, Pins, Resource, Subsignal

    platform = _imported("orangecrab_r0_2").OrangeCrabR0_2_25FPlatform()
    # Its only UART is one that is soldered to the header: pins 0 (in) and 1 (out).
    wires = (
        Subsignal("rx", Pins("0", dir="i", conn=("io", 0))),
        Subsignal("tx", Pins("1", dir="o", conn=("io", 0))),
    )
    platform.add_resources([Resource("uart", 0, *wires, Attrs(IO_TYPE="LVCMOS33"))])
    return platform


def _tang_nano_20k():
    from accelgen.boards.tang_nano_20k import TangNano20kPlatform

    return TangNano20kPlatform()


_LIST = [
    Board(
        "ulx3s_85f",
        "Radiona ULX3S, LFE5U-85F",
        FAMILIES["ecp5"],
        luts=83_640,
        blocks=208,
        spram=0,
        clock_hz=25_000_000,
        place=("--85k", "--package", "CABGA381", "--speed", "6"),
        pack=("--compress",),
        loader="ulx3s",
        platform=lambda: _imported("ulx3s").ULX3S_85F_Platform(),
    ),
    Board(
        "orangecrab",
        "OrangeCrab r0.2, LFE5U-25F",
        FAMILIES["ecp5"],
        luts=24_288,
        blocks=56,
        spram=0,
        clock_hz=48_000_000,
        place=("--25k", "--package", "CSFBGA285", "--speed", "8"),
        pack=("--compress", "--freq", "38.8"),
        loader="orangeCrab",
        platform=_orangecrab,
        note="needs a UART at header pins 0 (to the board) and 1 (from it), 3.3 V",
    ),
    Board(
        "icebreaker",
        "iCEBreaker, iCE40UP5K",
        FAMILIES["ice40"],
        luts=5_280,
        blocks=30,
        spram=4,
        clock_hz=12_000_000,
        place=("--up5k", "--package", "sg48"),
        pack=(),
        loader="ice40_generic",
        platform=lambda: _imported("icebreaker").ICEBreakerPlatform(),
    ),
    Board(
        "tang_nano_9k",
        "Sipeed Tang Nano 9K, GW1NR-9C",
        FAMILIES["gowin"],
        luts=8_640,
        blocks=26,
        spram=0,
        clock_hz=27_000_000,
        place=("--device", "GW1NR-LV9QN88PC6/I5", "--vopt", "family=GW1N-9C"),
        pack=("-d", "GW1N-9C", "--sspi_as_gpio", "--mspi_as_gpio"),
        loader="tangnano9k",
        platform=lambda: _imported("tang_nano_9k").TangNano9kPlatform(),
        device="GW1NR-9C",
    ),
    Board(
        "tang_nano_20k",
        "Sipeed Tang Nano 20K, GW2AR-18C",
        FAMILIES["gowin"],
        luts=20_736,
        blocks=46,
        spram=0,
        clock_hz=27_000_000,
        place=("--device", "GW2AR-LV18QN88C8/I7", "--vopt", "family=GW2A-18C"),
        pack=("-d", "GW2A-18C"),
        loader="tangnano20k",
        platform=_tang_nano_20k,
        device="GW2AR-18C",
    ),
]

#: All boards, by name.
BOARDS = {entry.name: entry for entry in _LIST}


def board(name: str) -> Board:
    """Return the board of that name, or raise `InvalidRequest` with the nearest name."""
    if name not in BOARDS:
        hint = suggest(name, BOARDS) or f"there are {', '.join(BOARDS)}"
        raise InvalidRequest(f"no board is called {name!r}: {hint}")
    return BOARDS[name]
