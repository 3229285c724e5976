import pytest

from accelgen.errors import InvalidRequest
from accelgen.power.liberty_syntax import read_group, split_cells
from tests.power.drawn import LIBRARY


def test_attributes_and_groups_are_told_apart():
    group = read_group('library (x) { a : 1 ; b (1, "2, 3") ; b (4) c () { d : e f; } }')
    assert (group.kind, group.arguments, group.simple) == ("library", ["x"], {"a": "1"})
    assert group.complex == {"b": ["4"]} and group.repeated == [("b", ["1", "2, 3"]), ("b", ["4"])]
    (inner,) = group.of("c")
    assert inner.simple == {"d": "e f"} and group.number("a") == 1 and group.number("z", 2.0) == 2


def test_cells_are_cut_out_whole():
    head, cells = split_cells('library (x) { before : 1; cell ("A") { pin (P) { } } cell(B) { } after : 2; }')
    assert head == "library (x) { before : 1;   after : 2; }"
    assert cells == {"A": 'cell ("A") { pin (P) { } }', "B": "cell(B) { }"}
    assert split_cells(LIBRARY)[1].keys() == {"INV", "DFF", "GATE", "FA"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello", "is not a Liberty file: "),
        ("", "is not a Liberty file: it has no library group"),
        ("a (b) { c : d; ", "is not a Liberty file: it ends within a group"),
        ("a = b;", "is not a Liberty file: '=' after 'a'"),
    ],
)
def test_what_is_no_group_is_refused(text, message):
    with pytest.raises(InvalidRequest, match=message):
        read_group(text)


def test_a_number_that_is_none_is_named():
    with pytest.raises(InvalidRequest, match="^cell INV: area must be a number$"):
        read_group("cell (INV) { area : big; }").number("area")


def test_a_line_ends_a_value_that_has_no_semicolon():
    group = read_group("""a (b) { when : "x & y"
      cond :
        "z"
      c () { d : 1; } e : f }""")
    assert group.simple == {"when": "x & y", "cond": "z", "e": "f"}
    assert group.of("c")[0].simple == {"d": "1"}
