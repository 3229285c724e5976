from accelgen.rtl.text.values import Bits, Cat, Net, Op, Ref, cat, nets_of, part, part_of, rebuilt, stretched

A, B = Net("a", 8), Net("b", 4)


def ref(net, low=0, width=None):
    return Ref(net, low, net.width - low if width is None else width)


def test_neighbours_become_one():
    joined = cat([ref(A, 0, 3), ref(A, 3, 2), Bits("01"), Bits("1"), ref(B)])
    assert joined == Cat((ref(A, 0, 5), Bits("101"), ref(B))) and joined.width == 12
    assert cat([ref(A, 0, 4), ref(A, 4, 4)]) == ref(A) and cat([]) == Bits("")


def test_a_part_is_taken_across_neighbours():
    whole = cat([ref(A), Bits("10"), ref(B)])
    assert part(whole, 6, 5) == cat([ref(A, 6, 2), Bits("10"), ref(B, 0, 1)])
    assert part(Bits("1001"), 0, 2) == Bits("01") and part(whole, 0, 14) is whole
    plus = Op("+", (ref(A), ref(A)), 8)
    assert part(plus, 0, 8) is plus and part_of(plus, 0, 7) is None


def test_a_stretched_value_means_the_same():
    assert stretched(ref(B), 6, signed=False) == cat([ref(B), Bits("00")])
    assert stretched(ref(B), 6, signed=True) == cat([ref(B), ref(B, 3, 1), ref(B, 3, 1)])
    assert stretched(Bits("10"), 4, signed=True) == Bits("1110")
    assert stretched(Bits("10"), 4, signed=False) == Bits("0010")
    assert stretched(Bits(""), 2, signed=True) == Bits("00")
    assert (Bits("101").number, Bits("").number) == (5, 0)
    assert stretched(ref(A), 3, signed=True) == ref(A, 0, 3)


def test_what_is_repeated_is_read_once():
    sign = ref(B, 3, 1)
    assert list(nets_of(stretched(ref(B), 8, signed=True))) == [ref(B), sign]
    assert list(nets_of(Op("+", (ref(A), ref(A)), 8))) == [ref(A), ref(A)]


def test_a_value_is_rebuilt_around_what_replaces_its_nets():
    value = Op("&", (cat([ref(B), Bits("0000")]), ref(A)), 8)
    assert rebuilt(value, lambda one: Bits("1" * one.width)) == Op("&", (Bits("00001111"), Bits("1" * 8)), 8)
