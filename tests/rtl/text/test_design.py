"""The whole of a design: proven to be what Amaranth elaborates, and written as somebody would read it."""

import re
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from accelgen.errors import ToolError
from accelgen.flows.yosys import YOSYS
from accelgen.network.file import digest
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.fpga.top import LinkTop
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.macros import MacroTables
from accelgen.rtl.text.names import KEYWORDS
from tests.rtl.text.equal import prove
from tests.tiny_convolutions import small_conv_network
from tests.tiny_networks import dense_layer, signed, small_network, spiking_network, tiny_network


def sparse_network(name):
    """Return a network all of whose layers have an index: without one a stage counts what nobody reads."""
    network = small_network(name=name)
    last = dense_layer(np.random.default_rng(1), "c", 5, 16, None, block_out=5, block_in=6, kept=2)
    return replace(network, layers=(*network.hidden, last))


def signed_network(name):
    """Return it with signed codes entering: an engine of its own compares a number of no bits."""
    return signed(sparse_network(name))


FORMS = {
    "folded_rom": (small_network, {}, {}),
    "folded_ram": (small_network, {}, {"weights": "ram"}),
    "folded_packed": (small_network, {"bits": (3, 2, 1)}, {"lanes": 8}),
    "conv_rom": (small_conv_network, {}, {}),
    "conv_ram": (small_conv_network, {}, {"weights": "ram"}),
    "spiking_rom": (spiking_network, {}, {}),
    "spiking_ram": (spiking_network, {"encoder": "lfsr"}, {"weights": "ram"}),
    "spiking_di": (spiking_network, {"integration": "discontinuous"}, {"early_stop": True}),
    "events": (spiking_network, {"readout": "count"}, {"stream": "events"}),
    "pipelined": (sparse_network, {}, {"pipelined": True}),
    "pipelined_signed": (signed_network, {}, {"pipelined": True}),
    "pipelined_gates": (sparse_network, {}, {"pipelined": True, "layer_lanes": (4, 0, 2)}),
    "unrolled": (tiny_network, {"bits": 3}, {"unrolled": True}),
}


def parts(name):
    network, how, options = FORMS[name]
    return network(name=name, **how), Datapath(**({} if "unrolled" in options else {"lanes": 4}) | options)


def top_of(name):
    """Return what makes the top of a form, anew each time."""
    return hardware_of(*parts(name)).top


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_proven(tmp_path, name):
    assert prove(top_of(name), name, tmp_path) > 10


def test_tables_in_macros_are_proven(tmp_path):
    assert prove(top_of("folded_ram"), "folded_ram", tmp_path, lambda: MacroTables("folded_ram", 1)) > 10


def test_a_network_behind_two_wires_is_proven(tmp_path):
    network = spiking_network()
    hardware = hardware_of(network, Datapath(lanes=4))
    link = LinkPlan(hardware, digest(network), clock_hz=4_000_000, baud=1_000_000)
    assert prove(lambda: LinkTop(link), "device", tmp_path) > 10


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"layer <= layer \+ 2'd1", "layer <= layer + 2'd2"),
        (r"reg +first = 1'b1", "reg first = 1'b0"),
        (r"if \(layer == 2'd2\)", "if (layer == 2'd1)"),
        (r"memory\[0\] = (\d+)'h0", r"memory[0] = \1'h1"),
    ],
)
def test_a_proof_of_something_else_fails(tmp_path, old, new):
    def change(text):
        found, count = re.subn(old, new, text, count=1)
        assert count == 1
        return found

    with pytest.raises((ToolError, AssertionError), match="differ|unproven|equiv"):
        prove(top_of("folded_rom"), "folded_rom", tmp_path, change=change)


@pytest.fixture(scope="module", params=FORMS)
def text(request):
    return generate(*parts(request.param)).verilog


def code(text):
    return re.sub(r"//[^\n]*", "", text)


def test_nothing_looks_generated(text):
    assert not re.search(
        r"\\|\$(?!signed)|full_case|parallel_case|casez|begin\s*end|\bif \(1'b|always @\*", code(text)
    )
    names = re.findall(r"\b(?:wire|reg|input|output|module|function)\s+(?:\[\d+:0\]\s*)?(\w+)", code(text))
    assert not {name for name in names if name in KEYWORDS} - {"wire", "reg"}
    assert max(map(len, text.splitlines())) <= 110


def test_few_nets_have_no_name(text):
    assert len(re.findall(r"(?:wire|reg) (?:\[\d+:0\] )?(?:\w+_)?(?:term|net)(?:_\d+)?\b", text)) <= 50


def test_every_module_says_what_it_is_and_begins_with_its_clock(text):
    modules = re.findall(
        r"^// ([^\n]+)\n// (accelgen/[\w/]+\.py)\nmodule (\w+) \((.*?)^\);", text, re.MULTILINE | re.DOTALL
    )
    assert len(modules) == text.count("endmodule")
    name = modules[0][2]
    assert all(kind == name or kind.startswith(f"{name}_") for *_, kind, _ in modules)
    for *_, between in modules:
        ports = re.findall(r"^  (?:input|output) .*?(\w+)(?: = .*?)?,?$", between, re.MULTILINE)
        assert ports[: ports.count("clk") + ports.count("rst")] == [p for p in ("clk", "rst") if p in ports]


def test_lanes_that_are_alike_are_one_module():
    text = generate(*parts("folded_rom")).verilog
    assert (
        text.count("module folded_rom_lane ") == 1 and len(re.findall(r"folded_rom_lane lane\d", text)) == 4
    )


def test_a_word_of_verilog_is_escaped_as_a_name():
    text = generate(small_network(name="table"), Datapath(lanes=4)).verilog
    assert "module \\table  (" in text and "module table_engine (" in text


def test_two_builds_live_in_one_design(tmp_path):
    network, lanes = small_network(), (2, 4)
    made = [generate(network, Datapath(lanes=n), name=f"with_{n}") for n in lanes]
    for one in made:
        assert one.manifest.name == one.manifest.top == one.verilog.split()[1].rstrip(":")
        assert one.manifest.network_sha256 == digest(network)
        (tmp_path / one.manifest.files["verilog"]).write_text(one.verilog)
    idle = ".s_axis_tvalid(1'b0), .s_axis_tlast(1'b0), .m_axis_tready(1'b1), .error_clear(1'b0)"
    ports = f".clk(clk), .rst(rst), {idle}"
    both = "".join(f"  with_{n} u{n}({ports}, .error(e{n}));\n" for n in lanes)
    (tmp_path / "both.v").write_text(
        f"module both(input clk, input rst, output [3:0] e2, output [3:0] e4);\n{both}endmodule\n"
    )
    files = ["with_2.v", "with_4.v", "both.v"]
    subprocess.run(["iverilog", "-g2005", "-s", "both", "-o", "both", *files], cwd=tmp_path, check=True)
    (tmp_path / "both.ys").write_text(f"read_verilog {' '.join(files)}\nhierarchy -check -top both\n")
    YOSYS.run(["-q", "-s", "both.ys"], cwd=tmp_path, log=tmp_path / "yosys.log")
    from accelgen.flows.verilator import tool

    tool().run(
        ["--lint-only", "-Wno-fatal", "--top-module", "both", *files],
        cwd=tmp_path,
        log=tmp_path / "verilator.log",
    )
