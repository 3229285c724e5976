"""What of a network fits a board: lanes, where tables live, and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from accelgen.boards.table import Board
from accelgen.errors import InvalidOption
from accelgen.families import Family
from accelgen.network.layer import Layer
from accelgen.network.network import Network
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.fpga.pattern.plan import PatternPlan
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.hardware import Hardware, hardware_of
from accelgen.rtl.pipelined.plan import GatesPlan

__all__ = ["Fit", "Surround", "blocks", "fit"]

#: What hardware is put into on a board: a link, or a pattern.
Surround = Callable[[Hardware], LinkPlan | PatternPlan]

LANES = (16, 8, 4)

SPRAM_SHAPE = (16_384, 16)
SPRAM_BITS = 262_144
# A chip that is fuller than this is hard to route.
FULL = 0.95

# Lookup tables, from builds: what every engine needs, what a lane adds for each bit of its accumulator, and
# what the link needs. What spikes add depends on the family.
BASE, LANE_BIT, LINK = 450, 8, 900
# The same of an engine of a pipeline, from what `python -m bench.stages` builds: what it looks up for a layer
# is a constant there, for it has no other, and so is all that differs between the layers of a lane.
STAGE_BASE, STAGE_LANE_BIT = 650, 5
# Lookup tables of a weight that is not zero, unrolled: 4 to 6 in what `make bench` builds, 2 to 4 in what
# `python -m bench.spikes` does, where a spike meets it.
WEIGHT, SPIKE_WEIGHT = 5, 4
# The same for each bit of what meets a weight of an unrolled layer of a pipeline.
WEIGHT_BIT = 1.3


@dataclass(frozen=True, slots=True)
class Fit:
    """How a network would be built for a board.

    Attributes
    ----------
    board, network : str
        Names.
    datapath : Datapath or None
        The options, with the lanes that are built; None if the link cannot serve the network at all.
    luts : int
        Lookup tables, estimated: the exact number is known after placement.
    blocks, spram : int
        Block RAMs and single-port RAMs.
    missing : list of str
        What is too little, in words; empty if it fits.
    """

    board: str
    network: str
    datapath: Datapath | None
    luts: int
    blocks: int
    spram: int
    missing: list[str] = field(default_factory=list)

    @property
    def fits(self) -> bool:
        """Nothing is missing."""
        return not self.missing


def fit(board: Board, network: Network, *, surround: Surround | None = None, **asked) -> Fit:
    """Choose lanes and weight storage for a board: as many lanes as fit, tables as constants if they fit.

    Parameters
    ----------
    board, network
        The board, and the network that it is to run.
    surround : callable, optional
        Puts hardware into what it is fed by; the link of ``docs/protocol.md`` by default.
    asked
        Options of `Datapath` that are fixed; None leaves one open.

    Returns
    -------
    Fit
        The first that fits, or the one that fails by the least memory.

    Raises
    ------
    InvalidOption
        If an option has a value that it cannot have. What the network or the link cannot have is ``missing``.
    """
    asked = {name: value for name, value in asked.items() if value is not None}
    datapath = Datapath(**asked)  # raises for impossible options; what this network cannot have is reported
    put = surround or (lambda hardware: LinkPlan(hardware, "", board.clock_hz, board.clock_hz // 4))
    try:
        if surround is None and (network.input.takes == "events" or datapath.stream == "events"):
            raise InvalidOption("the link carries pixels, and it takes events")
        if datapath.folded:
            return _folded(board, network, put, asked)
        return _built(board, network, put, datapath)
    except InvalidOption as error:
        return Fit(board.name, network.name, None, 0, 0, 0, [str(error)])


def _folded(board: Board, network: Network, put: Surround, asked: dict) -> Fit:
    """Return the first hardware with shared lanes that fits, or the one that fails by the least memory."""
    lanes = [asked["lanes"]] if "lanes" in asked else LANES
    storage = [asked["weights"]] if "weights" in asked else ["rom", "ram"] if board.spram else ["rom"]
    tried = []
    for count in lanes:
        for weights in storage:
            datapath = Datapath(**asked | {"lanes": count, "weights": weights})
            tried.append(_built(board, network, put, datapath))
            if tried[-1].fits:
                return tried[-1]
    return min(tried, key=lambda candidate: (candidate.blocks / board.blocks, candidate.luts))


def blocks(family: Family, depth: int, width: int) -> int:
    """Return the block RAMs that a memory takes, 0 if it becomes lookup tables."""
    if _is_logic(family, depth, width):
        return 0
    return min(-(-depth // words) * -(-width // bits) for words, bits in family.shapes)


def _built(board: Board, network: Network, put: Surround, datapath: Datapath) -> Fit:
    """Return how the hardware of some options would be built."""
    hardware, family = hardware_of(network, datapath), board.family
    around = put(hardware)
    # Weights that are loaded go to single-port RAM, where there is some.
    apart = [m for m in hardware.memories if m.name.startswith("codes") and m.loadable and board.spram]
    spram = sum(-(-m.depth // SPRAM_SHAPE[0]) * -(-m.width // SPRAM_SHAPE[1]) for m in apart)
    sizes = [(m.depth, m.width) for m in hardware.memories if m not in apart]
    sizes += around.buffers
    taken = sum(blocks(family, *size) for size in sizes)
    luts = _logic_of(hardware, family) + _logic(family, sizes)
    if hardware.pipelined:
        constants = [(m.depth, m.width) for m in hardware.memories if m.kind == "rom"]
        luts -= _logic(family, constants) // 2  # 16 bits of a constant are a lookup table
    missing = _missing(board, luts, taken, spram)
    return Fit(board.name, network.name, hardware.built, luts, taken, spram, missing)


def _logic_of(hardware: Hardware, family: Family) -> int:
    """Return the lookup tables of hardware and link, without memories."""
    if not hardware.lanes:
        each = SPIKE_WEIGHT if hardware.spiking else WEIGHT
        return round(family.larger * LINK + each * sum(map(_weights, hardware.network.layers)))
    stages = hardware.pipelined.stages if hardware.pipelined else []
    gates = sum(
        _weights(stage.layer) * stage.shape.activation_bits
        for stage in stages
        if isinstance(stage, GatesPlan)
    )
    engines = [unit for stage in stages for unit in stage.units] or filter(None, [hardware.folded])
    base, bit = (STAGE_BASE, STAGE_LANE_BIT) if stages else (BASE, LANE_BIT)
    lanes = sum(base + bit * engine.accumulator_bits * engine.lanes for engine in engines)
    return round(family.larger * (family.spiking * hardware.spiking + lanes + LINK) + WEIGHT_BIT * gates)


def _weights(layer: Layer) -> int:
    """Return the weights of a layer that are not zero."""
    return int((layer.weights.codes != 0).sum())


def _missing(board: Board, luts: int, taken: int, spram: int) -> list[str]:
    """Return what is too little, and by how much."""
    missing = []
    if taken > board.blocks:
        bits = (taken - board.blocks) * board.family.block_bits
        missing.append(f"{bits:,} bits of block RAM too few ({taken} blocks wanted of {board.blocks})")
    if spram > board.spram:
        missing.append(
            f"{(spram - board.spram) * SPRAM_BITS:,} bits of SPRAM too few ({spram} wanted of {board.spram})"
        )
    if luts > (most := int(FULL * board.luts)):
        missing.append(f"{luts - most:,} LUTs too few (about {luts:,} wanted of {most:,})")
    return missing


def _is_logic(family: Family, depth: int, width: int) -> bool:
    """Return whether a memory becomes lookup tables."""
    return depth <= family.shallow or depth * width <= family.small_bits


def _logic(family: Family, memories: list[tuple[int, int]]) -> int:
    """Return the lookup tables of memories that are no block RAM: 16 words of 4 bits take about 8 of them."""
    return sum(
        8 * -(-depth // 16) * -(-width // 4) for depth, width in memories if _is_logic(family, depth, width)
    )
