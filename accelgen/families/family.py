"""What the rest of accelgen has to know of a family of FPGAs, in one record."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Cell", "Family", "Program"]


@dataclass(frozen=True, slots=True)
class Cell:
    """Cells of a netlist that are counted together.

    Attributes
    ----------
    name : str
        Name of the figure, as the family calls the cell.
    pattern : str
        Regular expression of what Yosys calls them.
    title : str
        In words: "LUTs", "flip-flops", "carries", "block RAMs"; empty if sweeps have no column for it.
    """

    name: str
    pattern: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """A program: its name, and the environment variable that may name another."""

    name: str
    variable: str


@dataclass(frozen=True, slots=True)
class Family:
    """A family of FPGAs.

    Attributes
    ----------
    name : str
        Name of the target in commands.
    synthesis : str
        The command of Yosys that reports area, with ``{top}``.
    cells : tuple of Cell
        What of its netlist is counted. One is called "DSP": there must be none in a network.
    shapes : tuple of (int, int)
        Words and bits that a block RAM can have.
    block_bits : int
        Bits of a block RAM.
    shallow, small_bits : int
        Words, and bits, up to which a memory becomes lookup tables.
    larger : float
        Logic cells of a design over its lookup tables.
    spiking : int
        Lookup tables that an engine needs for spikes besides, from builds: wide multiplexers are most of it,
        and some families have those apart.
    most_bits : int or None
        Bits of memory beyond which Yosys takes hours to map a network; None where it never does.
    options : str
        What Amaranth's platform hands to Yosys. Products are sums of shifts in the lanes; a DSP block would
        hide what they cost.
    nextpnr, packer : Program
        Placement and routing, and what makes a bitstream of that.
    netlist : str
        The file that nextpnr reads.
    place : tuple of str
        Arguments of nextpnr that name pins and result.
    timed : bool
        Whether nextpnr takes the clock from ``--freq``; else the constraints give it.
    pack : tuple of str
        Arguments of the packer that name what it reads and writes.
    suffix : str
        Suffix of the bitstream, ``top.<suffix>``.
    resources : dict of str to tuple of str
        Names in nextpnr's report, by kind.
    """

    name: str
    synthesis: str
    cells: tuple[Cell, ...]
    shapes: tuple[tuple[int, int], ...]
    block_bits: int
    shallow: int
    small_bits: int
    options: str
    nextpnr: Program
    packer: Program
    netlist: str
    place: tuple[str, ...]
    timed: bool
    pack: tuple[str, ...]
    suffix: str
    resources: dict[str, tuple[str, ...]]
    larger: float = 1.0
    spiking: int = 550
    most_bits: int | None = None

    @property
    def luts(self) -> str:
        """What the family calls its lookup tables, among ``cells``."""
        return next(cell.name for cell in self.cells if cell.title == "LUTs")
