"""What of a network fits a board: lanes, where tables live, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from accelgen.boards.table import Board
from accelgen.errors import InvalidOption
from accelgen.network.encoding import EventInput
from accelgen.network.network import Network
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.options import Datapath
from accelgen.rtl.plan import Plan
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.unrolled.plan import UnrolledPlan

__all__ = ["Fit", "blocks", "fit"]

LANES = (16, 8, 4)

# Shapes (words, bits) that a block RAM can take, and bits of one.
SHAPES = {
    "ice40": [(256, 16), (512, 8), (1024, 4), (2048, 2)],
    "ecp5": [(512, 36), (1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1)],
    "gowin": [(512, 36), (1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1)],
}
BLOCK_BITS = {"ice40": 4096, "ecp5": 18_432, "gowin": 18_432}
SPRAM_SHAPE = (16_384, 16)
SPRAM_BITS = 262_144
# Memories with as few words, or with as few bits, become lookup tables where a lookup table can be a memory.
SHALLOW = {"ice40": 1, "ecp5": 64, "gowin": 64}
SMALL_BITS = {"ice40": 0, "ecp5": 2048, "gowin": 2048}
# A chip that is fuller than this is hard to route.
FULL = 0.95

# Lookup tables, from builds: what every engine needs, what spikes add to that, what a lane adds for each bit
# of its accumulator, and what the link needs.
BASE, SPIKING, LANE_BIT, LINK = 550, 550, 8.5, 900
# What an iCE40 counts are logic cells: one for each flip-flop that has no lookup table before it, too.
LARGER = {"ice40": 1.3, "ecp5": 1.0, "gowin": 1.0}
# Lookup tables of a weight that is not zero, unrolled: 4 to 6 in what `make bench` builds.
WEIGHT = 5


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
        Lookup tables, estimated: placement tells the truth.
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


def fit(board: Board, network: Network, **asked) -> Fit:
    """Choose lanes and weight storage for a board: as many lanes as fit, tables as constants if they fit.

    Parameters
    ----------
    board, network
        What goes where.
    asked
        Options of `Datapath` that are settled; None is not.

    Returns
    -------
    Fit
        The first that fits, or the one that fails by the least memory.
    """
    asked = {name: value for name, value in asked.items() if value is not None}
    datapath = Datapath(**asked)  # what cannot be is refused; what the network cannot have is told
    try:
        if isinstance(network.input, EventInput) or datapath.stream == "events":
            raise InvalidOption("the link carries pixels, and it takes events")
        return _unrolled(board, network, datapath) if datapath.unrolled else _folded(board, network, asked)
    except InvalidOption as error:
        return Fit(board.name, network.name, None, 0, 0, 0, [str(error)])


def _folded(board: Board, network: Network, asked: dict) -> Fit:
    """Return the first hardware with shared lanes that fits, or the one that fails by the least memory."""
    lanes = [asked["lanes"]] if "lanes" in asked else LANES
    storage = [asked["weights"]] if "weights" in asked else ["rom", "ram"] if board.spram else ["rom"]
    tried = []
    for count in lanes:
        for weights in storage:
            tried.append(_tried(board, network, Datapath(**asked | {"lanes": count, "weights": weights})))
            if tried[-1].fits:
                return tried[-1]
    return min(tried, key=lambda found: (found.blocks / board.blocks, found.luts))


def blocks(family: str, depth: int, width: int) -> int:
    """Return the block RAMs that a memory takes, 0 if it becomes lookup tables."""
    if _is_logic(family, depth, width):
        return 0
    return min(-(-depth // words) * -(-width // bits) for words, bits in SHAPES[family])


def _tried(board: Board, network: Network, datapath: Datapath) -> Fit:
    plan = (SpikingPlan if network.spiking else Plan)(network, datapath)
    link = LinkPlan(plan, "", board.clock_hz, board.clock_hz // 4)
    tables = [(plan.weight_words, plan.lanes * plan.weight_bits), *_small_tables(plan)]
    others = [*_working(plan), (link.room, 8), (link.answer_words, 32)]
    spram = 0
    if datapath.weights == "ram" and board.spram:
        depth, width = tables.pop(0)
        spram = -(-depth // SPRAM_SHAPE[0]) * -(-width // SPRAM_SHAPE[1])
    taken = sum(blocks(board.family, *memory) for memory in tables + others)
    engine = BASE + SPIKING * network.spiking + plan.lanes * LANE_BIT * plan.accumulator_bits
    luts = round(LARGER[board.family] * (engine + LINK))
    luts += _logic(board.family, tables + others)
    built = replace(datapath, lanes=plan.lanes)
    missing = _missing(board, luts, taken, spram)
    return Fit(board.name, network.name, built, luts, taken, spram, missing)


def _unrolled(board: Board, network: Network, datapath: Datapath) -> Fit:
    """Return how hardware would be built in which every weight is its own gates."""
    plan = UnrolledPlan(network, datapath)
    link = LinkPlan(plan, "", board.clock_hz, board.clock_hz // 4)
    weights = sum(int((layer.weights.codes != 0).sum()) for layer in network.layers)
    memories = [(link.room, 8), (link.answer_words, 32)]
    luts = round(LARGER[board.family] * LINK + WEIGHT * weights) + _logic(board.family, memories)
    taken = sum(blocks(board.family, *memory) for memory in memories)
    return Fit(board.name, network.name, datapath, luts, taken, 0, _missing(board, luts, taken, 0))


def _missing(board: Board, luts: int, taken: int, spram: int) -> list[str]:
    """Return what is too little, and by how much."""
    missing = []
    if taken > board.blocks:
        bits = (taken - board.blocks) * BLOCK_BITS[board.family]
        missing.append(f"{bits:,} bits of block RAM too few ({taken} blocks wanted of {board.blocks})")
    if spram > board.spram:
        missing.append(
            f"{(spram - board.spram) * SPRAM_BITS:,} bits of SPRAM too few ({spram} wanted of {board.spram})"
        )
    if luts > (most := int(FULL * board.luts)):
        missing.append(f"{luts - most:,} LUTs too few (about {luts:,} wanted of {most:,})")
    return missing


def _small_tables(plan: Plan) -> list[tuple[int, int]]:
    blocks_in = [layer.weights.input_blocks for layer in plan.network.layers]
    index = (plan.index_words, max(1, (max(blocks_in) - 1).bit_length()))
    return [(plan.passes, plan.lanes * plan.bias_bits), *([index] if plan.index_words else [])]


def _working(plan: Plan) -> list[tuple[int, int]]:
    """Return the memories that every image writes."""
    banks = zip(plan.bank_words, plan.bank_shapes, strict=True)
    found = [(words, activations * bits) for words, (activations, bits) in banks]
    found += plan.flag_shapes.values()
    if isinstance(plan, SpikingPlan):
        block = plan.layers[0].block_in
        found.append((plan.input_beats, block * plan.network.input.bits))
        if plan.membrane_words:
            found.append((plan.membrane_words, plan.lanes * plan.membrane_bits))
    return found


def _is_logic(family: str, depth: int, width: int) -> bool:
    """Return whether a memory becomes lookup tables."""
    return depth <= SHALLOW[family] or depth * width <= SMALL_BITS[family]


def _logic(family: str, memories: list[tuple[int, int]]) -> int:
    """Return the lookup tables of memories that are no block RAM: 16 words of 4 bits take about 8 of them."""
    return sum(
        8 * -(-depth // 16) * -(-width // 4) for depth, width in memories if _is_logic(family, depth, width)
    )
