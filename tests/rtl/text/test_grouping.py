from accelgen.rtl.text.grouping import blocks
from accelgen.rtl.text.modules import Assign, Register, Switch
from accelgen.rtl.text.statements import statements
from accelgen.rtl.text.values import Bits, Net, Ref

CLK, RST = Net("clk", 1, "input"), Net("rst", 1, "input")
A, B, C = (Net(name, 1) for name in "abc")


def ref(net):
    return Ref(net, 0, net.width)


def register(name, *body, reset=True):
    net = Net(name, 1)
    made = [move(one, net) for one in body]
    if reset:
        made.append(Switch(ref(RST), [(("1",), [Assign(net, 0, 1, Bits("0"))])]))
    return Register(net, CLK, made)


def move(one, net):
    if isinstance(one, Switch):
        return Switch(
            one.test, [(patterns, [move(two, net) for two in inner]) for patterns, inner in one.cases]
        )
    return Assign(net, 0, 1, one)


def when(net, *body):
    return Switch(ref(net), [(("1",), list(body))])


def lines(block):
    return statements(block.body, "", "<=")


def test_registers_that_wait_for_the_same_are_one_block():
    (block,) = blocks([register("p", when(A, ref(B))), register("q", when(A, ref(C)), when(B, ref(A)))])
    assert block.reset == ref(RST) and [one.net.name for one in block.resets] == ["p", "q"]
    assert lines(block) == ["if (a) begin", "  p <= b;", "  q <= c;", "end", "if (b) q <= a;"]


def test_the_order_of_each_register_is_kept():
    found = blocks(
        [register("p", when(A, ref(B)), when(B, ref(C))), register("q", when(B, ref(A)), when(A, ref(C)))]
    )
    (block,) = found
    assert lines(block) == [
        "if (a) p <= b;",
        "if (b) begin",
        "  p <= c;",
        "  q <= a;",
        "end",
        "if (a) q <= c;",
    ]


def test_others_are_apart_unless_they_are_alone():
    one = [register("p", when(A, ref(B))), register("q", when(A, ref(C)))]
    two = [register("r", when(B, ref(B))), register("s", when(C, ref(C))), register("t", ref(A))]
    free = register("u", when(A, ref(B)), reset=False)
    found = blocks([*one, *two, free])
    assert [len(block.resets) for block in found] == [2, 3, 0] and found[-1].reset is None
