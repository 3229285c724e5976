from amaranth.back import rtlil
from amaranth.hdl import Cat, Module, Signal

from accelgen.rtl.text.rtlil import read
from accelgen.rtl.text.widths import NAMELESS, narrowed


def widths(statement):
    """Return the widths of the nameless wires of a module, in the order of the cells that drive them."""
    m = Module()
    a, b, y = Signal(6, name="a"), Signal(6, name="b"), Signal(4, name="y")
    m.d.comb += statement(a, b, y)
    (raw,) = read(rtlil.convert(m, name="top", ports=[a, b, y], emit_src=False)).values()
    found = narrowed(raw)
    return [found[cell.ports["Y"][0].wire] for cell in raw.cells]


def test_a_sum_is_as_wide_as_somebody_reads():
    assert widths(lambda a, b, y: y.eq(a + b)) == [4]
    assert widths(lambda a, b, y: y.eq((a + b)[3:])) == [7]


def test_what_a_narrow_sum_adds_is_narrow_too():
    assert widths(lambda a, b, y: y.eq((a * b) + a)) == [4, 4]


def test_what_is_compared_keeps_its_bits():
    assert widths(lambda a, b, y: y.eq((a + b) > 5)) == [7, 1]
    assert widths(lambda a, b, y: y.eq(Cat((a + b)[0:2], (a + b) == 3))) == [2, 7, 1]


def test_what_amaranth_names_by_number_has_no_name():
    assert NAMELESS.match("$1") and NAMELESS.match("\\port$2$0") and not NAMELESS.match("\\start$2")
