from accelgen.rtl.text.modules import Module
from accelgen.rtl.text.sharing import name_parts, share
from accelgen.rtl.text.values import Bits, Net, Op, Ref, cat

A, B = Net("a", 4, "input"), Net("b", 4, "input")


def ref(net):
    return Ref(net, 0, net.width)


def plus():
    return Op("+", (ref(A), ref(B)), 4)


def test_wires_that_carry_the_same_are_one():
    one, two, three, y, z = Net("one", 4), Net("two", 4), Net("three", 1), Net("y", 1, "output"), Net("z", 4)
    module = Module(("top",), [A, B, y])
    module.wires = {one: plus(), two: plus(), three: Op("any", (ref(two),), 1)}
    module.wires |= {y: Op("any", (ref(one),), 1), z: Op("?", (ref(three), ref(two), ref(one)), 4)}
    share(module)
    assert module.wires == {
        one: plus(),
        y: Op("any", (ref(one),), 1),
        z: Op("?", (ref(y), ref(one), ref(one)), 4),
    }


def test_ports_and_other_names_of_nets_stay():
    y, z, same = Net("y", 4, "output"), Net("z", 4, "output"), Net("same", 4)
    module = Module(("top",), [A, B, y, z])
    module.wires = {y: plus(), z: plus(), same: ref(A)}
    share(module)
    assert set(module.wires) == {y, z, same}


def test_a_part_has_the_name_of_its_piece():
    low, whole, field, y = (
        Net("$1", 4, named=False),
        Net("ends", 6),
        Net("ends.row", 4),
        Net("y", 4, "output"),
    )
    module = Module(("top",), [A, B, y])
    module.wires = {low: plus(), whole: cat([ref(low), Bits("01")]), field: Ref(whole, 0, 4), y: ref(field)}
    name_parts(module)
    assert low.named and low.name == "ends.row"
    assert module.wires == {low: plus(), whole: cat([ref(low), Bits("01")]), y: ref(low)}


def test_pieces_of_anything_else_stay_pieces():
    low, whole = Net("$1", 4, named=False), Net("ends", 6)
    other, inner = Net("ends.other", 3), Net("a.low", 2)
    module = Module(("top",), [A, B])
    module.wires = {
        low: plus(),
        whole: cat([ref(low), Bits("01")]),
        other: Ref(whole, 1, 3),
        inner: Ref(A, 0, 2),
    }
    before = dict(module.wires)
    name_parts(module)
    assert module.wires == before and not low.named
