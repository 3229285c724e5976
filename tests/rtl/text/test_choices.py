import itertools

from accelgen.rtl.text.choices import as_tests, chosen_value, condition, folded, is_chain, pieces
from accelgen.rtl.text.modules import Assign, Switch
from accelgen.rtl.text.values import Bits, Net, Ref, cat
from tests.rtl.text.reckon import reckoned

Y, S = Net("y", 4), Net("s", 2)
VALUES = [Ref(Net(name, 4), 0, 4) for name in "abcd"]
S0, S1 = Ref(S, 0, 1), Ref(S, 1, 1)


def to_y(value, low=0):
    return Assign(Y, low, value.width, value)


def run(body, nets, now=0):
    """Return what a body leaves in ``y``."""
    for one in body:
        if isinstance(one, Assign):
            mask = (1 << one.width) - 1 << one.low
            now = now & ~mask | reckoned(one.value, nets) << one.low
            continue
        bits = f"{reckoned(one.test, nets):0{one.test.width}b}"
        for patterns, inner in one.cases:
            if not patterns or any(
                all(p in ("-", b) for p, b in zip(q, bits, strict=True)) for q in patterns
            ):
                now = run(inner, nets, now)
                break
    return now


def nets():
    for s in range(4):
        yield {"s": s, "a": 1, "b": 2, "c": 4, "d": 8}


def test_a_body_is_the_value_that_it_leaves():
    a, b, c, _ = VALUES
    bodies = [
        [to_y(a), Switch(S0, [(("1",), [to_y(b)])])],
        [to_y(a), Switch(cat([S1, S0]), [(("-1",), [to_y(b)]), (("1-",), [to_y(c)])])],
        [to_y(a), Switch(Ref(S, 0, 2), [(("00", "11"), [to_y(b)]), ((), [to_y(c)])])],
        [to_y(a), Switch(S0, [(("1",), [to_y(b)])]), Switch(S1, [(("1",), [to_y(c)])])],
        [to_y(a), Switch(S0, [(("0",), [Switch(S1, [(("1",), [to_y(b)]), ((), [to_y(c)])])])])],
    ]
    for body in bodies:
        value = chosen_value(body, 4)
        assert value is not None
        assert all(reckoned(value, worth) == run(body, worth) for worth in nets())


def test_many_choices_stay_statements():
    cases = [((f"{n:02b}",), [to_y(value)]) for n, value in enumerate(VALUES)]
    assert chosen_value([to_y(VALUES[0]), Switch(Ref(S, 0, 2), cases)], 4) is None
    assert chosen_value([to_y(Ref(S, 0, 2))], 4) is None


def test_choices_of_a_constant_are_made():
    a, b, c, _ = VALUES
    body = [
        to_y(a),
        Switch(Bits("01"), [(("1-",), [to_y(b)]), (("-1",), [to_y(c)])]),
        Switch(S0, [(("1",), [])]),
    ]
    assert folded(body) == [to_y(c)]
    assert folded([to_y(a), *body[2:]]) == [to_y(a)]


def test_a_value_that_never_lasts_is_not_assigned():
    a, b, c, _ = VALUES
    half = Ref(Net("a", 4), 0, 2)
    full = Switch(Ref(S, 0, 2), [((f"{n:02b}",), [to_y(b)]) for n in range(4)])
    either = Switch(S0, [(("1",), [to_y(b)]), ((), [to_y(c)])])
    for last in (full, either, to_y(b)):
        assert folded([to_y(a), last]) == folded([to_y(half), last]) == [last]
    some = Switch(S0, [(("1",), [to_y(b)])])
    part = Switch(S0, [(("1",), [to_y(b)]), ((), [to_y(half)])])
    for last in (some, part, to_y(half)):
        assert folded([to_y(a), last]) == [to_y(a), last]
    assert folded([to_y(half), part]) == [part]


def test_a_chain_asks_for_one_bit_after_another():
    one = [to_y(VALUES[0])]
    both = cat([S0, S1])
    assert is_chain(Switch(both, [(("-1",), one), (("1-",), one), ((), one)]))
    for patterns in ([("01",), ("1-",)], [("-1",), ("-1",)], [()], [("11",)]):
        assert not is_chain(Switch(both, [(pattern, one) for pattern in patterns]))


def test_the_last_of_all_cases_asks_for_nothing():
    whole = Switch(Ref(S, 0, 2), [((f"{n:02b}",), []) for n in range(4)])
    assert [test is None for test, _ in as_tests(whole)] == [False, False, False, True]
    some = Switch(Ref(S, 0, 2), [((f"{n:02b}",), []) for n in range(3)])
    assert all(test is not None for test, _ in as_tests(some))
    twice = Switch(Ref(S, 0, 2), [(("00",), []), (("00",), []), (("01",), []), (("10",), [])])
    assert all(test is not None for test, _ in as_tests(twice))


def test_a_condition_is_what_its_patterns_say():
    net = Net("s", 3)
    for patterns in itertools.combinations(["1-0", "-1-", "001", "---"], 2):
        test = condition(Ref(net, 0, 3), patterns)
        for s in range(8):
            fits = any(all(p in ("-", b) for p, b in zip(q, f"{s:03b}", strict=True)) for q in patterns)
            assert reckoned(test, {"s": s}) == fits


def test_what_is_assigned_apart_is_taken_apart():
    body = [to_y(Bits("0000")), to_y(Ref(S, 0, 1), 1), Switch(S0, [(("1",), [to_y(Ref(S, 0, 2), 2)])])]
    found = list(pieces(body, 4))
    assert [(low, width) for low, width, _ in found] == [(0, 1), (1, 1), (2, 2)]
    for worth in nets():
        assert sum(run(inner, worth) << low for low, _, inner in found) == run(body, worth)
