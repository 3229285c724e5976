import gc
import re
from dataclasses import replace

import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate
from accelgen.rtl.fingerprint import DIGITS, fingerprint, of_text, of_top, text_fingerprint
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.verilog import to_verilog
from tests.tiny_networks import small_network


class Store(wiring.Component):
    """A memory with whatever a memory can differ in, and a register."""

    def __init__(self, words=(1, 2, 3), transparent=True, enabled=True, attrs=None, start=0):
        self.how = words, transparent, enabled, attrs, start
        super().__init__({"address": In(2), "word": In(8), "read": Out(8)})

    def elaborate(self, platform):
        words, transparent, enabled, attrs, start = self.how
        m = Module()
        m.submodules.memory = memory = Memory(shape=8, depth=4, init=words, attrs=attrs)
        write = memory.write_port()
        read = memory.read_port(transparent_for=[write] if transparent else [])
        seen = Signal(8, init=start)
        m.d.comb += [write.addr.eq(self.address), write.data.eq(self.word), write.en.eq(enabled)]
        m.d.comb += [read.addr.eq(self.address), self.read.eq(seen)]
        m.d.sync += seen.eq(read.data)
        return m


def test_the_same_hardware_has_the_same_fingerprint():
    first, again = (fingerprint(small_network(), Datapath(lanes=4)) for _ in range(2))
    assert first == again and len(first) == DIGITS and int(first, 16)


def test_every_option_and_every_table_has_a_fingerprint_of_its_own():
    network = small_network()
    weights = small_network(seed=1)
    bias = network.layers[0].bias.copy()
    bias[0] += 1
    other = replace(network, layers=(replace(network.layers[0], bias=bias), *network.layers[1:]))
    found = {
        fingerprint(network, Datapath(lanes=4)),
        fingerprint(network, Datapath(lanes=2)),
        fingerprint(network, Datapath(lanes=4, weights="ram")),
        fingerprint(network, Datapath(lanes=4, skip_zeros=False)),
        fingerprint(network, Datapath(unrolled=True)),
        fingerprint(network, Datapath(lanes=4, pipelined=True)),
        fingerprint(network, Datapath(pipelined=True, layer_lanes=(4, 4, 2))),
        fingerprint(weights, Datapath(lanes=4)),
        fingerprint(other, Datapath(lanes=4)),
        fingerprint(other, Datapath(unrolled=True)),
    }
    assert len(found) == 10


@pytest.mark.parametrize(
    "other",
    [{"words": (1, 2, 4)}, {"transparent": False}, {"enabled": False}, {"attrs": {"a": 1}}, {"start": 1}],
    ids=str,
)
def test_a_memory_differs_by_its_words_its_ports_and_its_attributes(other):
    assert of_top(Store(), "top") == of_top(Store(), "top") != of_top(Store(**other), "top")


def test_a_changed_gate_of_the_engine_is_seen(monkeypatch):
    from accelgen.rtl.dnn import requantiser

    before = fingerprint(small_network(), Datapath(lanes=4))
    real = requantiser.requantised
    monkeypatch.setattr(requantiser, "requantised", lambda *how: real(*how) ^ 1)
    assert fingerprint(small_network(), Datapath(lanes=4)) != before


def test_another_text_of_the_same_circuit_has_another_fingerprint(monkeypatch):
    from accelgen.rtl import fingerprint as module

    top = hardware_of(small_network(), Datapath(lanes=4)).top
    circuit, text = of_top(top(), "top"), of_text(top(), "top")
    assert len(text) == DIGITS and text != circuit
    real = module.to_verilog

    def written(change):
        monkeypatch.setattr(module, "to_verilog", lambda *of: (change(real(*of)[0]), {}))
        return of_text(top(), "top")

    assert written(lambda verilog: verilog.replace("//", "// as everyone knows,")) == text
    assert written(lambda verilog: verilog.replace("reg ", "reg  ")) != text
    assert of_top(top(), "top") == circuit


def test_the_fingerprint_of_a_text_is_that_of_the_verilog_which_steps_read():
    network, datapath = small_network(), Datapath(lanes=4)
    bare = re.sub(r"//.*", "", generate(network, datapath).verilog)
    start = bare.index("`default_nettype")
    written = re.sub(r"//.*", "", to_verilog(hardware_of(network, datapath).top(), network.name)[0])
    assert bare[start:] == written[written.index("`default_nettype") :]
    assert text_fingerprint(network, datapath) != text_fingerprint(small_network(seed=1), datapath)


def test_the_garbage_collector_is_left_as_it_was():
    assert gc.isenabled()
    fingerprint(small_network(), Datapath(lanes=4))
    assert gc.isenabled()
