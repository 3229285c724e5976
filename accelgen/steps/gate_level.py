"""Test images through a mapped netlist: every score compared, every transition counted and paid for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.steps.mapping import Mapped
from accelgen.steps.prepared import Prepared

if TYPE_CHECKING:
    from accelgen.power.estimate import Energy

__all__ = ["Played", "play_gates"]


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
    """

    energy: Energy
    toggles: dict[int, int]
    images: int
    cycles: int
    settled: int
    buffers: float = 0.0


def play_gates(made: Prepared, mapped: Mapped) -> Played:
    """Play the images of ``made`` through its cells.

    Raises
    ------
    InvalidOption
        If the clock is too fast for something that happened.
    InvalidRequest
        If a score differs from the golden model.
    """
    from accelgen.flows import timed
    from accelgen.power.estimate import estimate
    from accelgen.power.fanout import unbuffered
    from accelgen.power.timed import read_counts, timed_netlist

    out, vectors, netlist = mapped.folder, made.golden.vectors, mapped.netlist
    vectors.write(made.network, out / "vectors")
    text, nets = timed_netlist(netlist, mapped.library, [delay for delay, _ in mapped.times])
    files = [out / name for name in ("netlist.txt", "vectors", "counts.txt")]
    files[0].write_text(text)
    found = timed.play(
        timed.build(out),
        *files[:2],
        made.load,
        files[2],
        period=round(1e6 / mapped.clock),
        inputs=vectors.inputs,
    )
    if found["late"]:
        raise InvalidOption(
            f"clock: {mapped.clock:g} MHz is too fast: "
            f"{found['late']} cycles ended before every net had settled"
        )
    if found["mismatches"]:
        raise InvalidRequest(
            f"{made.network.name}: {found['mismatches']} images differ in the mapped netlist"
        )
    toggles, accesses = read_counts(files[2].read_text(), nets, len(netlist.memories))
    energy, bare = (
        estimate(
            some,
            toggles,
            accesses,
            mapped.library,
            mapped.macros,
            cycles=found["cycles"],
            clock_hz=mapped.clock * 1e6,
        )
        for some in (netlist, unbuffered(netlist, mapped.library))
    )
    buffers = energy.total - bare.total
    return Played(energy, toggles, len(vectors), found["cycles"], found["settled"], buffers)
