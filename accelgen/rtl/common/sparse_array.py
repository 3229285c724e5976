"""The front of every engine: from activations in memory to the finished sums of a pass.

::

    frame ─► activation memory ─► nonzero scanner ─► weight fetch ─► MAC array ─► passes
    results ─►    │ occupied            ▲                               ▲
                  └─► block index decoder ─► visit queue           start values
"""

from __future__ import annotations

from functools import partial

from amaranth.hdl import Array, C, Module, Signal, signed
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out, connect

from accelgen.rtl.common.activation_memory import ActivationMemory
from accelgen.rtl.common.block_index import BlockIndexDecoder, LayerShape, layer_shape
from accelgen.rtl.common.holding_array import HoldingMacArray
from accelgen.rtl.common.mac_array import MacArray
from accelgen.rtl.common.nonzero_scanner import NonzeroScanner
from accelgen.rtl.common.table_memory import TableMemory, WriteSignature
from accelgen.rtl.common.visit_queue import VisitQueue
from accelgen.rtl.common.weight_fetch import WeightFetch
from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Accumulators, ends_of
from accelgen.rtl.plan import Plan
from accelgen.rtl.table import Table

__all__ = ["SparseArray", "chosen"]


class SparseArray(wiring.Component):
    """Multiply the activations of a layer with its block-sparse weights.

    Throughput: one nonzero activation of a kept block per cycle, for all lanes of a pass. Latency: six
    cycles from ``start`` to the first sum, and one more for each event of the pass. Back-pressure on
    ``passes`` stalls it without loss.

    Parameters
    ----------
    plan : Plan
        What to build.
    tables : list of Table
        Contents of the weight and index memories; the others are not used here.
    start_bits : int
        Bits of a start value.
    watched : bool
        Somebody counts what is met.

    Members
    -------
    frame, results : In(WriteSignature(...))
        Words that enter bank 0, and words of the layer that runs.
    start, restart, layer, bank, idle : In
        See `LayerControl`.
    start_enable, start_address, start_value : memory of start values
        Read port, one cycle of latency; a word for each pass of all layers, or each word of sums.
    passes : Out(stream.Signature(Accumulators(leaving, accumulator_bits)))
        Finished sums: all of a pass at once, or a word after the other of compact hardware.
    load_codes, load_index : In(WriteSignature(...))
        Only with ``weights = "ram"``.
    met : Out(1)
        An activation that is not zero meets its weights, in all lanes at once. Only if ``watched``.
    """

    def __init__(self, plan: Plan, tables: list[Table], start_bits: int, *, watched: bool = False):
        self.plan = plan
        self.tables = [table for table in tables if table.name in {"codes", "index"}]
        self.start_bits = start_bits
        self.writable = plan.weights == "ram"
        self.watched = watched
        word_bits = plan.word * plan.activation_bits
        members = {
            "frame": In(WriteSignature(plan.bank_words[0], word_bits)),
            "results": In(WriteSignature(max(plan.bank_words), word_bits)),
            "start": In(1),
            "restart": In(1),
            "layer": In(counter(len(plan.layers))),
            "bank": In(counter(len(plan.bank_words))),
            "idle": In(1),
            "start_enable": Out(1),
            "start_address": Out(counter(plan.bias_words)),
            "start_value": In(data.ArrayLayout(signed(start_bits), plan.leaving)),
            "passes": Out(stream.Signature(Accumulators(plan.leaving, plan.accumulator_bits, ends_of(plan)))),
        }
        if self.writable:
            for table in self.tables:
                members[f"load_{table.name}"] = In(WriteSignature(len(table.words), table.width))
        if watched:
            members["met"] = Out(1)
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        m.submodules.activations = memory = ActivationMemory(
            plan.bank_words, plan.word * plan.activation_bits, compact=plan.compact
        )
        index = [table for table in self.tables if table.name == "index"]
        entry_bits = index[0].width // plan.looks if index else 1
        m.submodules.decoder = decoder = BlockIndexDecoder(plan, entry_bits)
        m.submodules.queue = queue = VisitQueue(
            max(plan.bank_words), plan.weight_addresses, join=plan.skip_zeros
        )
        connect(m, decoder.visits, queue.enters)
        array = partial(HoldingMacArray, leaving=plan.leaving) if plan.compact else MacArray
        self._build(m, memory, queue.leaves, array)
        shapes = [layer_shape(plan, number) for number in range(len(plan.layers))]
        asks = [
            decoder.shape.eq(chosen(m, self.layer, LayerShape(plan), shapes)),
            decoder.idle.eq(self.idle),
            memory.look.eq(decoder.look),
            memory.queries.eq(decoder.queries),
            decoder.occupied.eq(memory.occupied),
        ]
        if plan.compact:
            words = [plan.last_leaves(layer) - 1 for layer in plan.layers]
            asks.append(
                m.submodules.mac.last_words.eq(
                    Array(C(n, max(words).bit_length() or 1) for n in words)[self.layer]
                )
            )
        if index:
            asks.append(decoder.entries.eq(m.submodules.index.data))
        self._wire(m, memory, decoder, asks)
        return m

    def _build(self, m, memory, visits, array):
        """Build what follows the ``visits`` of a walk: scanner, weight fetch and the MAC ``array``."""
        plan, ends = self.plan, ends_of(self.plan)
        m.submodules.scanner = scanner = NonzeroScanner(
            plan.word,
            plan.activation_bits,
            max(plan.bank_words),
            plan.weight_addresses,
            skip_zeros=plan.skip_zeros,
            ends=ends,
        )
        formats = sorted({(layer.code_bits, layer.slots) for layer in plan.layers})
        m.submodules.fetch = fetch = WeightFetch(
            plan.lanes,
            plan.weight_bits,
            plan.activation_bits,
            plan.weight_words,
            plan.weight_addresses,
            formats=formats,
            ends=ends,
        )
        if plan.packed:
            numbers = [formats.index((layer.code_bits, layer.slots)) for layer in plan.layers]
            with m.Switch(self.layer):
                for layer, number in enumerate(numbers):
                    with m.Case(layer):
                        m.d.comb += fetch.format.eq(number)
        m.submodules.mac = mac = array(
            plan.lanes,
            plan.weight_bits,
            plan.activation_bits,
            plan.accumulator_bits,
            self.start_bits,
            plan.bias_words,
            signed_bits=plan.signed_bits,
        )
        for table in self.tables:
            m.submodules[table.name] = store = TableMemory(table, self.writable, compact=plan.compact)
            if self.writable:
                connect(m, wiring.flipped(getattr(self, f"load_{table.name}")), store.write)

        connect(m, wiring.flipped(self.frame), memory.frame)
        connect(m, wiring.flipped(self.results), memory.results)
        connect(m, visits, scanner.visits)
        connect(m, scanner.entries, fetch.entries)
        connect(m, fetch.operands, mac.operands)
        connect(m, mac.passes, wiring.flipped(self.passes))
        if self.watched:
            entries = scanner.entries
            m.d.comb += self.met.eq(entries.valid & entries.ready & entries.p.value.any())

    def _wire(self, m, memory, walker, asks):
        """Wire every memory to who reads it, and what only this ``walker`` ``asks``."""
        scanner, fetch, mac = m.submodules.scanner, m.submodules.fetch, m.submodules.mac
        codes = m.submodules.codes
        m.d.comb += [
            memory.bank.eq(self.bank),
            walker.start.eq(self.start),
            *asks,
            memory.enable.eq(scanner.enable),
            memory.address.eq(scanner.address),
            scanner.block.eq(memory.data),
            codes.enable.eq(fetch.enable),
            codes.address.eq(fetch.address),
            fetch.word.eq(codes.data),
            mac.restart.eq(self.restart),
            self.start_enable.eq(mac.enable),
            self.start_address.eq(mac.address),
            mac.start.eq(self.start_value),
        ]
        if self.plan.signed_bits:
            m.d.comb += mac.signs.eq(self.layer == 0)  # only the first layer reads the input
        if not self.plan.skip_zeros:
            m.d.comb += scanner.block_in.eq(walker.shape.block_in)
        if len(self.tables) > 1:
            index = m.submodules.index
            m.d.comb += [
                index.enable.eq(walker.enable),
                index.address.eq(walker.address),
            ]


def chosen(m: Module, layer: Signal, layout: data.Layout, constants: list[dict]) -> data.View:
    """Return the constant of the layer that runs."""
    found = Signal(layout)
    with m.Switch(layer):
        for number, constant in enumerate(constants):
            with m.Case(number):
                m.d.comb += found.eq(layout.const(constant))
        with m.Default():
            m.d.comb += found.eq(layout.const({}))
    return found
