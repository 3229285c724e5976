import re

import numpy as np
import pytest
from amaranth.back import rtlil
from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import data

from accelgen import generate
from accelgen.errors import ToolError
from accelgen.network import Multiply, Network, PixelInput
from accelgen.rtl.text.lower import base, lowered
from accelgen.rtl.text.modules import Assign
from accelgen.rtl.text.rtlil import read
from accelgen.rtl.text.values import Op, Ref, nets_of
from tests.tiny_networks import dense_layer


def counter():
    """Return the RTLIL of a register that takes the sum of an input and one."""
    m = Module()
    a, y, held = Signal(4, name="a"), Signal(4, name="y"), Signal(4, name="held", init=3)
    m.d.sync += held.eq(a + 1)
    m.d.comb += y.eq(held)
    return rtlil.convert(m, name="top", ports=[a, y], emit_src=False)


def module_of(text):
    (raw,) = read(text).values()
    return lowered(raw)


def test_a_register_takes_what_its_process_assigns():
    module = module_of(counter())
    (register,) = module.registers
    assert register.net.start == "0011" and register.clock.source == "clk"
    first = register.body[0]
    assert isinstance(first, Assign) and first.net is register.net and first.width == 4


def test_a_sum_is_as_wide_as_somebody_reads():
    (total,) = (value for value in module_of(counter()).wires.values() if isinstance(value, Op))
    assert (total.kind, total.width, [one.width for one in total.args]) == ("+", 4, [4, 4])


def test_a_field_that_is_read_keeps_its_name():
    m = Module()
    pair, y = Signal(data.StructLayout({"low": 2, "high": 2}), name="pair"), Signal(2, name="y")
    m.d.comb += y.eq(~pair.high)
    module = module_of(rtlil.convert(m, name="top", ports=[pair.as_value(), y], emit_src=False))
    names = {base(net.name): value for net, value in module.wires.items()}
    assert isinstance(names["pair.high"], Ref) and names["pair.high"].low == 2
    assert "pair.low" not in names


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (r"CLK_POLARITY 1", "CLK_POLARITY 0", "does not wait for the rising edge"),
        (r"cell \$dff", "cell $dlatch", "is not understood"),
        (r"cell \$add", "cell $pow", "has no way into Verilog here"),
    ],
)
def test_what_is_not_understood_is_refused(old, new, said):
    text, count = re.subn(old, new.replace("\\", "\\\\"), counter())
    assert count
    with pytest.raises(ToolError, match=said):
        module_of(text)


def test_numbers_of_amaranth_are_no_part_of_a_name():
    assert base("\\start$22.ends") == "start.ends" and base("clk") == "clk"


def test_bits_that_nobody_reads_are_not_asked_for_under_another_name():
    m = Module()
    a, y, named = Signal(4, name="a"), Signal(3, name="y"), Signal(6, name="named")
    m.d.comb += [named.eq(Cat(a[0], (a + a[1:])[:5])), y.eq((named + a)[:3])]
    module = module_of(rtlil.convert(m, name="top", ports=[a, y], emit_src=False))
    for value in module.wires.values():
        assert all(ref.low + ref.width <= ref.net.width for ref in nets_of(value))


def test_what_has_no_bits_is_nowhere_in_the_text():
    # Offsets of a multiplier that are always 0 are a port of no bits.
    rng = np.random.default_rng(0)
    rule = Multiply((3,) * 8, (0,) * 8, 4, 3)
    layers = (dense_layer(rng, "a", 8, 12, rule), dense_layer(rng, "b", 3, 8, None))
    text = generate(Network("flat", PixelInput(12, 3), layers, {})).verilog
    assert "module flat" in text and "[-1:0]" not in text
