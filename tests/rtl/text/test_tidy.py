from accelgen.rtl.text.modules import Assign, Instance, Module, Register, Switch
from accelgen.rtl.text.tidy import driven_by_instances, tidy, values_of
from accelgen.rtl.text.values import Bits, Net, Op, Ref, nets_of


def ref(net):
    return Ref(net, 0, net.width)


def plus(one, other):
    return Op("+", (ref(one), ref(other)), one.width)


def setting():
    clk, a, b = Net("clk", 1, "input"), Net("a", 4, "input"), Net("b", 4, "input")
    y = Net("y", 4, "output")
    return Module(("top",), [clk, a, b, y]), clk, a, b, y


def test_what_is_read_once_stands_where_it_is_read():
    module, _, a, b, y = setting()
    inner = Net("$1", 4, named=False)
    module.wires = {inner: plus(a, b), y: Op("^", (ref(inner), ref(a)), 4)}
    tidy(module)
    assert module.wires == {y: Op("^", (plus(a, b), ref(a)), 4)}


def test_what_has_a_name_or_is_read_twice_or_in_part_stays():
    module, _, a, b, y = setting()
    named, twice, piece = Net("sum", 4), Net("$1", 4, named=False), Net("$2", 4, named=False)
    read = [ref(named), ref(twice), ref(twice), Op("any", (Ref(piece, 1, 2),), 1)]
    whole = Op("?", (read[3], Op("^", (read[0], read[1]), 4), read[2]), 4)
    module.wires = {named: plus(a, b), twice: plus(b, a), piece: plus(b, b), y: whole}
    tidy(module)
    assert set(module.wires) == {named, twice, piece, y}


def test_what_is_short_is_repeated():
    module, _, a, _, y = setting()
    short = Net("$1", 1, named=False)
    test = Op("==", (ref(a), Bits("0101")), 1)
    module.wires = {short: test, y: Op("?", (ref(short), ref(a), Op("negative", (ref(a),), 4)), 4)}
    module.wires[y] = Op("^", (module.wires[y], Op("?", (ref(short), Bits("0001"), Bits("0110")), 4)), 4)
    tidy(module)
    assert set(module.wires) == {y} and sum(r.net is a for r in nets_of(module.wires[y])) == 4


def test_what_nobody_reads_goes_with_what_only_that_reads():
    module, clk, a, b, y = setting()
    own, unread, before = Net("own", 4), Net("unread", 4), Net("before", 4)
    module.registers = [Register(own, clk, [Assign(own, 0, 4, plus(own, before))])]
    module.wires = {before: plus(a, b), unread: plus(a, before), y: ref(a)}
    tidy(module)
    assert module.registers == [] and set(module.wires) == {y}


def test_a_test_of_several_bits_stays_a_net():
    module, clk, a, b, _ = setting()
    test, held = Net("$1", 4, named=False), Net("held", 4)
    cases = [(("0000",), [Assign(held, 0, 4, ref(b))]), (("01--",), [Assign(held, 0, 4, ref(a))])]
    module.registers = [Register(held, clk, [Switch(ref(test), cases)])]
    module.wires = {test: plus(a, b), module.ports[3]: ref(held)}
    tidy(module)
    assert test in module.wires


def test_an_instance_drives_what_nothing_else_does():
    module, _, a, b, y = setting()
    there = Net("there", 4)
    module.instances = [Instance("part", "part", {}, {"x": ref(a), "z": ref(there)})]
    module.wires = {y: plus(there, b)}
    assert driven_by_instances(module) == {"part": {there}}
    read = [one.net for value in values_of(module) for one in nets_of(value)]
    assert read.count(there) == 1 and read.count(a) == 1
