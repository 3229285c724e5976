import itertools

import pytest

from accelgen.errors import ToolError
from accelgen.rtl.text.operators import op, operator
from accelgen.rtl.text.values import Bits, Cat, Net, Op, Ref, cat
from tests.rtl.text.reckon import reckoned

A, B, S = (Ref(Net(name, width), 0, width) for name, width in (("a", 3), ("b", 2), ("s", 1)))


def meaning(kind, a, b, signed, width):
    """Return what RTLIL says a cell of two operands gives."""
    a, b = (v - (1 << w) if s and v >> (w - 1) else v for v, w, s in zip((a, b), (3, 2), signed, strict=True))
    done = {
        "$add": a + b,
        "$sub": a - b,
        "$and": a & b,
        "$or": a | b,
        "$xor": a ^ b,
        "$mul": a * b,
        "$eq": a == b,
        "$ne": a != b,
        "$lt": a < b,
        "$le": a <= b,
        "$gt": a > b,
        "$ge": a >= b,
    }
    return int(done[kind]) % (1 << width)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(
    "kind", ["$add", "$sub", "$mul", "$and", "$or", "$xor", "$eq", "$ne", "$lt", "$le", "$gt", "$ge"]
)
def test_cells_of_two_operands_mean_what_they_say(kind, signed):
    compares = kind in ("$eq", "$ne", "$lt", "$le", "$gt", "$ge")
    for width in (1,) if compares else (1, 2, 3, 5):
        value = operator(kind, {"A": A, "B": B}, (signed, signed), width)
        assert value.width == width
        for a, b in itertools.product(range(8), range(4)):
            assert reckoned(value, {"a": a, "b": b}) == meaning(kind, a, b, (signed, signed), width)


@pytest.mark.parametrize(
    ("kind", "signed"), [("$shl", False), ("$shl", True), ("$shr", False), ("$sshr", True)]
)
def test_shifts_mean_what_they_say(kind, signed):
    value = operator(kind, {"A": A, "B": B}, (signed, False), 5)
    for a, b in itertools.product(range(8), range(4)):
        wide = a - 8 if signed and a >= 4 else a
        assert reckoned(value, {"a": a, "b": b}) == (wide << b if kind == "$shl" else wide >> b) % 32


def test_reductions_choices_and_inverses():
    for a, b, s in itertools.product(range(8), range(4), range(2)):
        nets = {"a": a, "b": b, "s": s}
        for kind, right in (
            ("$reduce_or", a > 0),
            ("$reduce_and", a == 7),
            ("$reduce_xor", a.bit_count() % 2),
        ):
            assert reckoned(operator(kind, {"A": A}, (False, False), 1), nets) == right
        chosen = operator("$mux", {"A": cat([B, Bits("0")]), "B": A, "S": S}, (False, False), 3)
        assert reckoned(chosen, nets) == (a if s else b)
        assert reckoned(operator("$not", {"A": A}, (False, False), 4), nets) == 15 - a
        assert reckoned(operator("$neg", {"A": A}, (True, False), 4), nets) == -(a - 8 if a > 3 else a) % 16


def test_what_is_simpler_is_the_same():
    one, zero = Bits("1"), Bits("0")
    bits = [
        zero,
        one,
        S,
        Ref(A.net, 0, 1),
        Op("~", (S,), 1),
        Op("==", (A, Bits("101")), 1),
        Op("any", (A,), 1),
    ]
    for kind, (x, y, z) in itertools.product("&|^?~=", itertools.product(bits, repeat=3)):
        plain = {"?": (x, y, z), "~": (x,)}.get(kind, (x, y))
        name = "==" if kind == "=" else kind
        simpler = op(name, plain, 1)
        for a, s in itertools.product(range(8), range(2)):
            nets = {"a": a, "s": s}
            assert reckoned(simpler, nets) == reckoned(Op(name, plain, 1), nets), (name, plain)


def test_zeros_above_are_not_compared():
    assert op("==", (cat([B, Bits("000")]), Bits("00010")), 1) == Op("==", (B, Bits("10")), 1)
    assert op("any", (Cat((B, Bits("00"))),), 1) == Op("any", (B,), 1)
    assert op("==", (cat([B, Bits("0")]), Bits("100")), 1) == Op("==", (cat([B, Bits("0")]), Bits("100")), 1)
    assert op(">>", (A, Bits("")), 3) is A


def test_an_unknown_cell_is_refused():
    with pytest.raises(ToolError, match=r"^RTLIL: a cell \$pow of 3 bits has no way into Verilog here$"):
        operator("$pow", {"A": A, "B": B}, (False, False), 3)
