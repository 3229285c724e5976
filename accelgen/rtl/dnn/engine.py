"""The folded engine: one set of lanes runs every layer.

::

    frame ─► activation memory ─► nonzero scanner ─► weight fetch ─► MAC array ─┬─► score drain ─► scores
                 ▲    │ occupied       ▲                                        │
                 │    └─► block index decoder                                   ▼
                 └──────────────────────────────────────── packer ◄──── requantiser
"""

from __future__ import annotations

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect

from accelgen.rtl.common.activation_memory import ActivationMemory
from accelgen.rtl.common.requantiser import Requantiser
from accelgen.rtl.common.table_memory import TableMemory, WriteSignature
from accelgen.rtl.dnn.block_index import BlockIndexDecoder, LayerShape
from accelgen.rtl.dnn.layer_control import LayerControl
from accelgen.rtl.dnn.mac_array import MacArray
from accelgen.rtl.dnn.nonzero_scanner import NonzeroScanner
from accelgen.rtl.dnn.packer import Packer, PackRule
from accelgen.rtl.dnn.score_drain import ScoreDrain
from accelgen.rtl.dnn.weight_fetch import WeightFetch
from accelgen.rtl.payloads import Score
from accelgen.rtl.plan import Plan
from accelgen.rtl.tables import Table

__all__ = ["Engine"]


class Engine(wiring.Component):
    """Run an image through all layers.

    Throughput: one nonzero activation of a kept block per cycle, for all lanes of a pass; about ten
    cycles of overhead per layer. Latency: the sum over layers. Back-pressure on ``scores`` stalls the
    last layer without loss.

    Parameters
    ----------
    plan : Plan
        What to build.
    tables : list of Table
        Contents of the weight, index and bias memories.

    Members
    -------
    frame : In(WriteSignature(...))
        Words of the next image; only while ``may_load``.
    may_load, loaded, consumed : Out, In, Out(1)
        Hand-over of an image: see `LayerControl`.
    idle : Out(1)
        Nothing runs.
    scores : Out(stream.Signature(Score(accumulator_bits)))
        Scores of each image.
    load_codes, load_index, load_bias : In(WriteSignature(...))
        Only with ``weights = "ram"``.
    """

    def __init__(self, plan: Plan, tables: list[Table]):
        self.plan = plan
        self.tables = tables
        self.writable = plan.weights == "ram"
        members = {
            "frame": In(WriteSignature(plan.bank_words[0], plan.word * plan.activation_bits)),
            "may_load": Out(1),
            "loaded": In(1),
            "consumed": Out(1),
            "idle": Out(1),
            "scores": Out(stream.Signature(Score(plan.accumulator_bits))),
        }
        if self.writable:
            for table in tables:
                members[f"load_{table.name}"] = In(WriteSignature(len(table.words), table.width))
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        blocks, width = max(plan.bank_words), plan.word * plan.activation_bits

        m.submodules.control = control = LayerControl(len(plan.layers), plan.last_even_layer)
        m.submodules.activations = memory = ActivationMemory(plan.bank_words, width)
        m.submodules.decoder = decoder = BlockIndexDecoder(plan)
        m.submodules.scanner = scanner = NonzeroScanner(
            plan.word, plan.activation_bits, blocks, plan.weight_words
        )
        m.submodules.fetch = fetch = WeightFetch(
            plan.lanes, plan.weight_bits, plan.activation_bits, plan.weight_words
        )
        m.submodules.mac = mac = MacArray(
            plan.lanes,
            plan.weight_bits,
            plan.activation_bits,
            plan.accumulator_bits,
            plan.bias_bits,
            plan.passes,
        )
        m.submodules.drain = drain = ScoreDrain(
            plan.lanes, plan.accumulator_bits, plan.classes, plan.layers[-1].last_pass
        )
        stores = {table.name: TableMemory(table, self.writable) for table in self.tables}
        for name, store in stores.items():
            m.submodules[name] = store
            if self.writable:
                connect(m, wiring.flipped(getattr(self, f"load_{name}")), store.write)

        connect(m, wiring.flipped(self.frame), memory.frame)
        connect(m, decoder.visits, scanner.visits)
        connect(m, scanner.entries, fetch.entries)
        connect(m, fetch.operands, mac.operands)
        connect(m, drain.scores, wiring.flipped(self.scores))
        m.d.comb += [
            control.loaded.eq(self.loaded),
            self.consumed.eq(control.consumed),
            self.may_load.eq(control.may_load),
            self.idle.eq(control.idle),
            memory.bank.eq(control.bank),
            decoder.start.eq(control.start),
            decoder.restart.eq(control.restart),
            mac.restart.eq(control.restart),
            memory.query.eq(decoder.query),
            decoder.occupied.eq(memory.occupied),
            memory.enable.eq(scanner.enable),
            memory.address.eq(scanner.address),
            scanner.block.eq(memory.data),
            decoder.shape.eq(
                self._chosen(m, control.layer, LayerShape(plan), [_shape(p) for p in plan.layers])
            ),
        ]
        m.d.comb += [
            stores["codes"].enable.eq(fetch.enable),
            stores["codes"].address.eq(fetch.address),
            fetch.word.eq(stores["codes"].data),
            stores["bias"].enable.eq(mac.enable),
            stores["bias"].address.eq(mac.address),
            mac.bias.eq(stores["bias"].data),
        ]
        if "index" in stores:
            m.d.comb += [
                stores["index"].enable.eq(decoder.enable),
                stores["index"].address.eq(decoder.address),
                decoder.entry.eq(stores["index"].data),
            ]
        self._after_mac(m, control, memory, mac, drain)
        return m

    def _after_mac(self, m, control, memory, mac, drain):
        """Finished passes become activations, or, in the last layer, scores."""
        plan = self.plan
        hidden = plan.layers[:-1]
        if not hidden:
            connect(m, mac.passes, drain.passes)
            m.d.comb += control.done.eq(drain.done)
            return
        rules = [(layer.shift, layer.bits) for layer in hidden]
        m.submodules.requantiser = requantiser = Requantiser(
            plan.lanes, plan.accumulator_bits, plan.activation_bits, rules
        )
        m.submodules.packer = packer = Packer(plan)
        connect(m, requantiser.activations, packer.activations)
        connect(m, packer.results, memory.results)
        scoring = control.layer == len(hidden)
        m.d.comb += [
            requantiser.layer.eq(control.layer),
            requantiser.passes.payload.eq(mac.passes.payload),
            drain.passes.payload.eq(mac.passes.payload),
            requantiser.passes.valid.eq(mac.passes.valid & ~scoring),
            drain.passes.valid.eq(mac.passes.valid & scoring),
            packer.start.eq(control.start),
            packer.rule.eq(
                self._chosen(m, control.layer, PackRule(plan), [_pack_rule(plan, p) for p in hidden])
            ),
            control.done.eq(packer.done | drain.done),
        ]
        with m.If(scoring):
            m.d.comb += mac.passes.ready.eq(drain.passes.ready)
        with m.Else():
            m.d.comb += mac.passes.ready.eq(requantiser.passes.ready)

    @staticmethod
    def _chosen(m, layer, layout, constants):
        """Return the constant of the layer that runs."""
        chosen = Signal(layout)
        with m.Switch(layer):
            for number, constant in enumerate(constants):
                with m.Case(number):
                    m.d.comb += chosen.eq(layout.const(constant))
            with m.Default():
                m.d.comb += chosen.eq(layout.const({}))
        return chosen


def _shape(layer):
    return {
        "last_kept": layer.kept - 1,
        "last_pass": layer.passes - 1,
        "last_row": layer.rows - 1,
        "block_in": layer.block_in,
        "indexed": layer.indexed,
    }


def _pack_rule(plan, layer):
    return {
        "full_pass": -(-plan.lanes // plan.granule) - 1,
        "row_pass": layer.last_pass // plan.granule - 1,
        "word": layer.block_next // plan.granule - 1,
    }
