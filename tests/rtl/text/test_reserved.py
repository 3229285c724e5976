"""Names that people give are no words of Verilog to any tool, and their comments are no orders to one."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from accelgen.errors import ToolError
from accelgen.flows import icarus, verilator
from accelgen.flows.yosys import YOSYS
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate
from accelgen.rtl.text.names import KEYWORDS
from accelgen.rtl.text.waivers import waiver_file
from accelgen.rtl.verilog import to_verilog
from tests.tiny_networks import tiny_network


class Part(wiring.Component):
    """A part whose port, register, memory and place are called by one word."""

    def __init__(self, word):
        self.word = word
        super().__init__({word: In(4), "out": Out(4)})

    def elaborate(self, platform):
        m = Module()
        given = getattr(self, self.word)
        kept = Signal(4, name=self.word)
        m.submodules[self.word] = memory = Memory(shape=4, depth=4, init=[1, 2, 3, 5])
        port = memory.read_port()
        m.d.comb += [port.addr.eq(given[:2]), port.en.eq(1), self.out.eq(kept)]
        m.d.sync += kept.eq((kept ^ port.data) + given)
        return m


class Whole(wiring.Component):
    """The top around it, which is called so, too."""

    def __init__(self, word):
        self.word = word
        super().__init__({"a": In(4), "b": Out(4)})

    def elaborate(self, platform):
        m = Module()
        m.submodules[self.word] = part = Part(self.word)
        m.d.comb += [getattr(part, self.word).eq(self.a), self.b.eq(part.out)]
        return m


def check(folder, text, top=None):
    """Raise `ToolError` unless three tools take a text; without a top, as one of several."""
    (folder / "one.v").write_text(text)
    (folder / "one.vlt").write_text(waiver_file())
    start = ["-s", top] if top else []
    if shutil.which("iverilog"):
        for year in ("-g2005", "-g2012"):
            said = icarus.ICARUS.run(
                [year, "-Wall", "-tnull", *start, "one.v"], cwd=folder, log=folder / "icarus.log"
            )
            assert not said.strip()
    one = ["--top-module", top] if top else ["-Wno-MULTITOP"]
    arguments = ["--lint-only", "-Wall", *one, "one.vlt", "one.v"]
    verilator.tool().run(
        arguments, cwd=folder, log=folder / "verilator.log", environment=verilator._environment()
    )
    for language in ("", "-sv "):
        script = f"read_verilog {language}one.v; hierarchy -check; proc; check -assert"
        YOSYS.run(["-q", "-p", script], cwd=folder, log=folder / "yosys.log")


def test_every_reserved_word_may_be_the_name_of_anything(tmp_path):
    check(tmp_path, "".join(to_verilog(Whole(word), word)[0] for word in sorted(KEYWORDS)))


def test_a_word_as_it_is_would_be_refused(tmp_path):
    text, _ = to_verilog(Whole("module"), "module")
    with pytest.raises(ToolError):
        check(tmp_path, text.replace("\\module ", "module"))


@pytest.mark.parametrize("options", [{}, {"pipelined": True}, {"unrolled": True}])
def test_layers_that_are_called_by_reserved_words_change_comments_alone(options):
    network = tiny_network()
    words = replace(
        network,
        layers=tuple(
            replace(layer, name=word) for layer, word in zip(network.layers, ("module", "wire"), strict=True)
        ),
    )
    plain, named = (generate(one, Datapath(**options)).verilog.splitlines() for one in (network, words))
    other = {line for pair in zip(plain, named, strict=True) if len({*pair}) > 1 for line in pair}
    assert other and all(line.startswith("//") for line in other)


@pytest.mark.parametrize(
    "name",
    ["verilator lint_off WIDTH", "verilator_config", "synopsys translate_off", "x \\", "*/ /*", "`define x"],
)
def test_a_comment_that_begins_with_the_name_of_a_layer_is_no_order_to_a_tool(name, tmp_path):
    network = tiny_network()
    network = replace(network, layers=(replace(network.first, name=name), network.last))
    text = generate(network, Datapath(unrolled=True)).verilog
    quoted = name[0] in "vs"
    assert (f'//   "{name}" ' if quoted else f"//   {name} ") in text
    check(tmp_path, text, "tiny")


def test_nor_is_one_that_begins_with_the_name_of_a_network(tmp_path):
    text = generate(tiny_network(name="verilator"), Datapath(unrolled=True)).verilog
    assert text.startswith('// "verilator": ')
    check(tmp_path, text, "verilator")
    with pytest.raises(ToolError):
        check(tmp_path, text.replace('"', ""), "verilator")
