"""Test images through a mapped netlist: every score compared, every transition counted and paid for."""

from __future__ import annotations

from dataclasses import dataclass, field

from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.flows import timed
from accelgen.power.estimate import Energy, estimate
from accelgen.power.fanout import unbuffered
from accelgen.power.timed import read_counts, read_parts, timed_netlist
from accelgen.steps.mapping import Mapped
from accelgen.steps.testcase import Case

__all__ = ["Part", "Played", "play_gates"]


@dataclass(frozen=True, slots=True)
class Part:
    """What all cells did while a layer ran, or, with ``layer`` None, while none did: cycles and joules."""

    layer: int | None
    cycles: int
    energy: float


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """What images did in a netlist.

    Attributes
    ----------
    energy : Energy
        Of all images, in joules.
    toggles : dict of int to int
        Transitions of each net.
    images, cycles : int
        How many, of all images.
    settled : int
        Picoseconds from an edge of the clock to the last change after it, at most.
    buffers : float
        Joules of the energy that buffers cost, and what they drive costs more for them.
    parts : list of Part
        Of a folded engine: each layer while it ran, and the cycles in which none did.
    """

    energy: Energy
    toggles: dict[int, int]
    images: int
    cycles: int
    settled: int
    buffers: float = 0.0
    parts: list[Part] = field(default_factory=list)


def play_gates(case: Case, mapped: Mapped) -> Played:
    """Play the images of ``case`` through its cells.

    Raises
    ------
    InvalidOption
        If the clock is too fast for something that happened.
    InvalidRequest
        If a score differs from the golden model.
    """
    out, vectors, netlist = mapped.folder, case.expected.vectors, mapped.netlist
    vectors.write(case.network, out / "vectors")
    text, nets = timed_netlist(netlist, mapped.library, [delay for delay, _ in mapped.times])
    timed_file, counted = out / "netlist.txt", out / "counts.txt"
    timed_file.write_text(text)
    run = timed.play(
        timed.build(out),
        timed_file,
        out / "vectors",
        case.hardware.load,
        counted,
        period=round(1e6 / mapped.clock),
        inputs=vectors.inputs,
    )
    if run.late:
        raise InvalidOption(
            f"clock: {mapped.clock:g} MHz is too fast: {run.late} cycles ended before every net had settled"
        )
    if run.mismatches:
        raise InvalidRequest(f"{case.network.name}: {run.mismatches} images differ in the mapped netlist")
    toggles, accesses = read_counts(counted.read_text(), nets, len(netlist.memories))
    library, hz = mapped.library, mapped.clock * 1e6
    energy, bare = (
        estimate(cells, toggles, accesses, library, mapped.macros, cycles=run.cycles, clock_hz=hz)
        for cells in (netlist, unbuffered(netlist, library))
    )
    parts = []
    if netlist.part:
        same = [{memory.macros.name: memory.macros.macro} for memory in energy.memories]
        beside = counted.with_name(f"{counted.name}.parts").read_text()
        for number, (cycles, counts) in sorted(read_parts(beside, nets, len(netlist.memories)).items()):
            spent = estimate(netlist, *counts, library, same, cycles=cycles, clock_hz=hz)
            parts.append(Part(_layer(number, len(netlist.part)), cycles, spent.total))
    return Played(energy, toggles, len(vectors), run.cycles, run.settled, energy.total - bare.total, parts)


def _layer(number: int, bits: int) -> int | None:
    """Return the layer that a number names, whose highest bit says that one runs; see `gates.KEPT`."""
    running = number >> (bits - 1)
    return number & ~(1 << (bits - 1)) if running else None
