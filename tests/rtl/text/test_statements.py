from accelgen.rtl.text.modules import Assign, Switch
from accelgen.rtl.text.statements import statements
from accelgen.rtl.text.values import Bits, Net, Ref, cat

Q, S, A, B = Net("q", 4), Net("s", 2), Net("a", 1), Net("b", 1)


def to_q(number):
    return Assign(Q, 0, 4, Bits(f"{number:04b}"))


def ref(net):
    return Ref(net, 0, net.width)


def text(*body, sign="<="):
    return "\n".join(statements(list(body), "", sign))


def test_a_short_choice_is_one_line():
    assert text(Switch(ref(A), [(("1",), [to_q(3)])])) == "if (a) q <= 4'd3;"
    assert text(Switch(ref(A), [(("0",), [to_q(3)])]), sign="=") == "if (~a) q = 4'd3;"
    assert text(Assign(Q, 1, 2, ref(S))) == "q[2:1] <= s;"


def test_one_after_another():
    chain = Switch(cat([ref(A), ref(B)]), [(("-1",), [to_q(1)]), (("1-",), [to_q(2)]), ((), [to_q(3)])])
    assert text(chain) == (
        "if (a) begin\n  q <= 4'd1;\nend else if (b) begin\n  q <= 4'd2;\nend else begin\n  q <= 4'd3;\nend"
    )


def test_an_else_with_a_choice_is_an_else_if():
    inner = Switch(ref(B), [(("1",), [to_q(2)])])
    assert text(Switch(ref(A), [(("1",), [to_q(1)]), ((), [inner])])) == (
        "if (a) begin\n  q <= 4'd1;\nend else if (b) q <= 4'd2;"
    )


def test_an_else_belongs_to_its_own_if():
    inner = Switch(ref(B), [(("1",), [to_q(2)])])
    assert text(Switch(ref(A), [(("1",), [inner]), ((), [to_q(1)])])) == (
        "if (a) begin\n  if (b) q <= 4'd2;\nend else begin\n  q <= 4'd1;\nend"
    )
    assert text(Switch(ref(A), [(("1",), []), ((), [to_q(1)])])) == "if (~a) q <= 4'd1;"


def test_a_case_names_every_value():
    some = Switch(ref(S), [(("00", "01"), [to_q(1)]), (("10",), [to_q(2)])])
    assert text(some) == "case (s)\n  2'd0, 2'd1: q <= 4'd1;\n  2'd2: q <= 4'd2;\n  default: ;\nendcase"
    whole = Switch(ref(S), [*some.cases, (("11",), [to_q(3), to_q(4)])])
    assert text(whole) == (
        "case (s)\n  2'd0, 2'd1: q <= 4'd1;\n  2'd2: q <= 4'd2;\n"
        "  default: begin\n    q <= 4'd3;\n    q <= 4'd4;\n  end\nendcase"
    )
