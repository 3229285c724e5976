from accelgen.rtl.text.lines import WIDTH, filled, vector, wrapped
from accelgen.rtl.text.values import Bits, Net, Op, Ref, cat


def nets(count, width=1):
    return [Ref(Net(f"signal_of_some_length_{n}", width), 0, width) for n in range(count)]


def chain(kind, values):
    value = values[0]
    for one in values[1:]:
        value = Op(kind, (value, one), one.width)
    return value


def flat(lines):
    return "".join("".join(lines).split())


def test_short_values_are_one_line():
    assert wrapped("  assign y = ", nets(1)[0], ";") == ["  assign y = signal_of_some_length_0;"]


def test_long_values_are_lines_of_the_same_text():
    several = nets(30, 4)
    choice = several[0]
    for n in range(8):
        choice = Op("?", (Op("==", (several[n], Bits("0101")), 1), several[n + 1], choice), 4)
    for value in (chain("|", several), cat(several), choice):
        lines = wrapped("  wire [3:0] y = ", value, ";")
        assert len(lines) > 2 and max(map(len, lines)) <= WIDTH
        short = wrapped("", value, "")
        assert flat(lines) == flat(["  wire [3:0] y = ", *short, ";"])


def test_an_inner_choice_keeps_its_parentheses():
    a, b, c = nets(3)
    value = Op("?", (a, Op("?", (b, c, a), 1), Op("?", (b, a, c), 1)), 1)
    names = "signal_of_some_length_"
    text = flat(wrapped("  " * 45, value, ";"))
    assert text == f"{names}0?({names}1?{names}2:{names}0):{names}1?{names}0:{names}2;"


def test_arguments_go_on_in_the_next_line():
    parts = [f"argument_{n}," for n in range(20)]
    assert filled("f(", parts[:2]) == ["f(argument_0, argument_1,"]
    assert max(map(len, filled("  wire y = f(", parts))) <= WIDTH


def test_one_bit_has_no_range():
    assert [vector(1), vector(8)] == ["", "[7:0] "]
