"""The memories of a folded engine, each once: those that hold the network, and those that it works in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from accelgen.rtl.plan import Plan
from accelgen.rtl.snn.plan import SpikingPlan

__all__ = ["Memory", "engine_memories", "entry_memories", "index_words", "memories"]

Role = Literal["table", "working"]


@dataclass(frozen=True, slots=True)
class Memory:
    """A memory.

    Attributes
    ----------
    name : str
        "codes", "index", "bias", "thresholds", "multipliers"; "activations0" and so on, "flags0",
        "membranes", "potentials"; "pixels" or "events".
    depth, width : int
        Words, and bits of each.
    kind : "rom" or "ram"
        Whether its words are constants of the hardware, or are written while it runs.
    role : "table" or "working"
        Whether it holds the network, or what every image writes.
    """

    name: str
    depth: int
    width: int
    kind: Literal["rom", "ram"]
    role: Role

    @property
    def bits(self) -> int:
        """Bits that it holds."""
        return self.depth * self.width

    @property
    def loadable(self) -> bool:
        """The network is loaded into it."""
        return self.role == "table" and self.kind == "ram"


def memories(plan: Plan) -> list[Memory]:
    """Return the memories of a folded engine: its tables in the order in which they are loaded, then others.

    An index that no layer needs, membranes that none keeps and flags of banks that no convolution reads are
    not there.
    """
    return [*engine_memories(plan), *entry_memories(plan)]


def engine_memories(plan: Plan) -> list[Memory]:
    """Return the memories of an engine alone, without what input waits in."""
    return [*_tables(plan), *_working(plan)]


def entry_memories(plan: Plan) -> list[Memory]:
    """Return the memory in which input waits before an engine until it becomes spikes, if it does."""
    if not isinstance(plan, SpikingPlan):
        return []
    bits = 1 if plan.stream == "events" else plan.network.pixel_input.bits
    return [Memory(plan.stream, plan.input_beats, plan.layers[0].block_in * bits, "ram", "working")]


def index_words(plan: Plan, number: int) -> list[int]:
    """Return the words of the index of a layer, if it needs one, in the order row, kept block.

    A word has entries of as many kept blocks as are looked at in a cycle, the first in the low bits; the last
    word of a row may have fewer.
    """
    bits, looks = _index_bits(plan), plan.looks
    words = []
    for row in _entries(plan, number):
        for start in range(0, len(row), looks):
            words.append(sum(entry << bits * n for n, entry in enumerate(row[start : start + looks])))
    return words


def _entries(plan: Plan, number: int) -> list[list[int]]:
    """Return the addresses of the kept blocks of each block row, if the layer needs an index."""
    if not plan.layers[number].indexed:
        return []
    rows = plan.network.layers[number].weights.index.tolist()
    if plan.windows:
        return [[plan.windows[number].word_of(block) for block in row] for row in rows]
    first = plan.first_word(number)
    return [[first + block for block in row] for row in rows]


def _tables(plan: Plan) -> list[Memory]:
    sizes = [("codes", plan.weight_words, plan.lanes * plan.weight_bits)]
    if plan.index_words:
        sizes.append(("index", plan.index_words, plan.looks * _index_bits(plan)))
    sizes.append(("bias", plan.bias_words, plan.leaving * plan.bias_bits))
    if plan.threshold_words:
        width = plan.leaving * plan.threshold_slots * plan.threshold_bits
        sizes.append(("thresholds", plan.threshold_words, width))
    if plan.multiplier_words:
        sizes.append(("multipliers", plan.multiplier_words, sum(plan.factor_bits)))
    return [Memory(*size, plan.weights, "table") for size in sizes]


def _index_bits(plan: Plan) -> int:
    """Return the bits of an entry: they name every block of an input, and every address of a word."""
    largest = 0
    for number, (layer, part) in enumerate(zip(plan.network.layers, plan.layers, strict=True)):
        if part.indexed:
            last_block = plan.first_word(number) + layer.weights.input_blocks - 1
            largest = max(largest, last_block, *(max(row) for row in _entries(plan, number)))
    return max(1, largest.bit_length())


def _working(plan: Plan) -> list[Memory]:
    banks = zip(plan.bank_words, plan.bank_shapes, strict=True)
    sizes = [(f"activations{n}", words, values * bits) for n, (words, (values, bits)) in enumerate(banks)]
    if plan.compact:
        sizes += [(f"flags{n}", words, 1) for n, words in enumerate(plan.bank_words)]
    sizes += [(f"flags{n}", rows, width) for n, (rows, width) in plan.flag_shapes.items()]
    if isinstance(plan, SpikingPlan) and plan.membrane_words:
        sizes.append(("membranes", plan.membrane_words, plan.lanes * plan.membrane_bits))
    if isinstance(plan, SpikingPlan) and plan.potential_words:
        sizes.append(("potentials", plan.potential_words, plan.lanes * plan.potential_bits))
    return [Memory(*size, "ram", "working") for size in sizes]
