import pytest

from accelgen.errors import ToolError
from accelgen.rtl.text.rtlil import (
    WHOLE,
    Bits,
    RawSwitch,
    Slice,
    bits_of,
    full,
    read,
    whole_wire,
    width_of,
)

TEXT = """
attribute \\top 1
module \\a.b
  attribute \\init 2'01
  wire width 2 output 0  signed \\q
  wire width 1 input 1  \\clk
  wire width 4 \\field[3].x
  memory width 8 size 4 \\memory
  cell $add $1
    parameter \\A_SIGNED 0
    parameter \\MEMID "\\\\memory"
    connect \\A { \\q [1] 2'10 \\field[3].x [2:1] }
    connect \\Y $2
  end
  process $3
    assign $2 [1:0] \\q [1:0]
    switch \\q
      case 2'-1, 2'10
        assign $2 [0] 1'1
      case
    end
  end
connect \\q { }
end
"""


def test_everything_of_a_module_is_read():
    (module,) = read(TEXT).values()
    assert (module.name, module.attributes) == ("a.b", {"top": 1})
    q = module.wires["\\q"]
    assert (q.width, q.port, q.signed, q.attributes) == (2, "output", True, {"init": "01"})
    assert module.wires["\\field[3].x"].port is None and module.memories["\\memory"].depth == 4
    (cell,) = module.cells
    assert cell.parameters == {"A_SIGNED": 0, "MEMID": "\\memory"}
    assert cell.ports["A"] == (Slice("\\field[3].x", 1, 2), Bits("10"), Slice("\\q", 1, 1))
    assert cell.ports["Y"] == (Slice("$2", 0, WHOLE),)
    assign, switch = module.processes[0].body
    assert assign == ((Slice("$2", 0, 2),), (Slice("\\q", 0, 2),))
    inner = [((Slice("$2", 0, 1),), (Bits("1"),))]
    assert switch == RawSwitch((Slice("\\q", 0, WHOLE),), [(("-1", "10"), inner), ((), [])])
    assert module.connections == [((Slice("\\q", 0, WHOLE),), ())]


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("  memory width 8 size 4 \\memory", "  memory width 8 \\memory"),
        ("    connect \\Y $2", "    joined \\Y $2"),
        ("connect \\q { }", "sync always"),
        ("    assign $2 [1:0] \\q [1:0]", "    assign $2 [1:0] $2 + 1"),
        ("module \\a.b", "design \\a.b"),
        ("    assign $2 [1:0] \\q [1:0]", "    sync posedge \\clk"),
    ],
)
def test_no_line_is_passed_over(line, other):
    assert line in TEXT
    with pytest.raises(ToolError, match="^RTLIL: .* is not understood$"):
        read(TEXT.replace(line, other))


def test_a_text_that_ends_in_the_middle_is_refused():
    for part in ("connect \\q", "    connect \\Y", "    switch"):
        with pytest.raises(ToolError, match="^RTLIL: .* has no end$"):
            read(TEXT[: TEXT.index(part)])


def test_signals_are_asked_for_what_they_are():
    (module,) = read(TEXT).values()
    assert full(module, (Slice("\\q", 0, WHOLE), Bits("1"))) == (Slice("\\q", 0, 2), Bits("1"))
    assert width_of((Slice("\\q", 0, 2), Bits("101"))) == 5
    assert whole_wire((Slice("\\q", 0, WHOLE),)) == "\\q" and bits_of((Bits("10"),)) == "10"
    for ask, other in ((whole_wire, (Bits("1"),)), (bits_of, (Slice("\\q", 0, 1),)), (bits_of, ())):
        with pytest.raises(ToolError, match="is not"):
            ask(other)
