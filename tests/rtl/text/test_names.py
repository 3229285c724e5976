import pytest

from accelgen.rtl.text.modules import Module, Register
from accelgen.rtl.text.names import KEYWORDS, name_nets, plain
from accelgen.rtl.text.values import Bits, Net, Op, Ref


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("\\visits__payload$19.ends.row_end", "visits_payload_ends_row_end"),
        ("\\sums[3]", "sums_3"),
        ("\\pass_", "pass"),
        ("\\table", "table_"),
        ("\\final", "final_"),
        ("\\$signature__en", "signature_en"),
        ("\\__", "net"),
        ("\\a b", "a_b"),
    ],
)
def test_plain_names(name, wanted):
    assert plain(name) == wanted


def test_words_of_verilog_and_systemverilog_are_known():
    assert {"reg", "table", "small", "logic", "final", "bit"} <= KEYWORDS and "clk" not in KEYWORDS
    assert len(KEYWORDS) == 248  # of IEEE 1800-2017, annex B


def test_each_net_has_a_name_of_its_own():
    clk, a = Net("clk", 1, "input"), Net("a", 4, "input")
    one, two, three, four, five = (
        Net(name, 4, named=name[0] == "\\") for name in ("\\a$1", "\\x$3", "\\x$4", "$5", "$6")
    )
    module = Module(("top",), [clk, a], registers=[Register(one, clk, [])])
    read = Ref(a, 0, 4)
    module.wires = {
        two: read,
        three: read,
        four: Op("+", (read, Bits("0001")), 4),
        five: Op("?", (Bits("1"), read, Op("-", (read, read), 4)), 4),
    }
    name_nets(module, {"x"})
    names = [net.name for net in (clk, a, one, two, three, four, five)]
    assert names == ["clk", "a", "a_2", "x_2", "x_3", "a_plus_1", "term"]


def test_no_name_begins_with_a_digit():
    a, b, named = Net("a", 4, "input"), Net("b", 4, "output"), Net("$1", 4, named=False)
    module = Module(("top",), [a, b])
    module.wires = {named: Op("-", (Bits("1010"), Ref(a, 0, 4)), 4), b: Ref(named, 0, 4)}
    name_nets(module, set())
    assert named.name.isidentifier()
