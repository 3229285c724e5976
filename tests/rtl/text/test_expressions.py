"""Expressions, read back by Icarus: each must be worth there what it is worth by definition."""

import random
import subprocess

import pytest

from accelgen.rtl.text.expressions import constant, expression
from accelgen.rtl.text.lines import wrapped
from accelgen.rtl.text.operators import operator
from accelgen.rtl.text.values import Bits, Net, Op, Ref, cat, part_of, stretched
from tests.rtl.text.reckon import reckoned

NETS = [Net("a", 1), Net("b", 4), Net("c", 7), Net("d", 12)]
TWO = ["$add", "$sub", "$and", "$or", "$xor", "$mul"]
ONE_BIT = ["$eq", "$ne", "$lt", "$le", "$gt", "$ge"]
REDUCE = ["$reduce_or", "$reduce_and", "$reduce_xor"]


def simple(rng):
    """Return a net, a part of one, or some of them side by side."""
    net = rng.choice(NETS)
    low = rng.randrange(net.width)
    piece = Ref(net, low, rng.randint(1, net.width - low))
    found = rng.choice([Ref(net, 0, net.width), piece, Bits(rng.choice(["0", "1", "101", "0110"]))])
    return cat([found, simple(rng)]) if rng.random() < 0.15 else found


def random_value(rng, depth):
    """Return a value as a module may have it after all its inner nets stand where they are read."""
    if depth == 0 or rng.random() < 0.1:
        return simple(rng)
    kind = rng.choice([*TWO, *ONE_BIT, *REDUCE, "$shl", "$shr", "$sshr", "$mux", "$not", "$neg", "cat"])
    a, b = random_value(rng, depth - 1), random_value(rng, depth - 1)
    signed = rng.random() < 0.5
    if kind == "cat":
        return cat([a, b, b])
    if kind in REDUCE:
        return operator(kind, {"A": a}, (False, False), 1)
    width = rng.randint(1, 12)
    a, b = (fit(rng, one, width, signed) for one in (a, b))
    if kind == "$mux":
        s = fit(rng, random_value(rng, depth - 1), 1, False)
        return operator(kind, {"A": a, "B": b, "S": s}, (False, False), width)
    if kind in ("$shl", "$shr", "$sshr"):
        b = fit(rng, b, 3, False)
    ports = {"A": a} if kind in ("$not", "$neg") else {"A": a, "B": b}
    return operator(kind, ports, (signed or kind == "$sshr", signed), 1 if kind in ONE_BIT else width)


def fit(rng, value, width, signed):
    """Return a value of ``width`` bits made of another, or any, where that would take a net."""
    if value.width > width and part_of(value, 0, width) is None:
        return stretched(simple(rng), width, signed=False)
    if value.width < width and signed and part_of(value, value.width - 1, 1) is None:
        signed = False
    return stretched(value, width, signed=signed)


@pytest.mark.parametrize("seed", range(4))
def test_icarus_reads_what_was_meant(tmp_path, seed):
    rng = random.Random(seed)
    values = [random_value(rng, rng.randint(1, 5)) for _ in range(250)]
    worth = {net.name: rng.randrange(1 << net.width) for net in NETS}
    lines = ["module t;", *(f"  reg [{net.width - 1}:0] {net.name} = {worth[net.name]};" for net in NETS)]
    for number, value in enumerate(values):
        lines += wrapped(f"  wire [{value.width - 1}:0] y{number} = ", value, ";")
    shown = "".join(f'    $display("%0d", y{number});\n' for number in range(len(values)))
    (tmp_path / "t.v").write_text("\n".join(lines) + f"\n  initial begin #1;\n{shown}  end\nendmodule\n")
    subprocess.run(["iverilog", "-g2005", "-o", "t", "t.v"], cwd=tmp_path, check=True)
    said = subprocess.run(["vvp", "t"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    found = [int(line) for line in said.split()]
    right = [reckoned(value, worth) for value in values]
    wrong = [
        (lines[len(NETS) + 1 + n], a, b) for n, (a, b) in enumerate(zip(found, right, strict=True)) if a != b
    ]
    assert not wrong


def test_expressions_look_like_those_of_a_person():
    a, b, c, _ = (Ref(net, 0, net.width) for net in NETS)
    bit = Ref(NETS[1], 2, 1)
    assert expression(Op("&", (Op("&", (a, bit), 1), Op("~", (bit,), 1)), 1)) == "a & b[2] & ~b[2]"
    assert expression(Op("|", (a, Op("&", (a, bit), 1)), 1)) == "a | (a & b[2])"
    assert (
        expression(Op("any", (b,), 1)) == "|b" and expression(Op("==", (b, Bits("0011")), 1)) == "b == 4'd3"
    )
    assert expression(stretched(b, 7, signed=True)) == "{{3{b[3]}}, b}"
    assert expression(Op("s<", (c, Bits("1111110")), 1)) == "$signed(c) < -7'sd2"
    assert expression(Op("?", (a, b, Op("?", (bit, b, Bits("0000")), 4)), 4)) == "a ? b : b[2] ? b : 4'd0"


def test_constants_have_their_width():
    assert [constant(Bits(text)) for text in ("1", "0110", "0" * 64, "1" * 12)] == [
        "1'b1",
        "4'd6",
        "64'd0",
        "12'hfff",
    ]
