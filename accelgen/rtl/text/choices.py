"""Statements that drive a wire or a register, and the values that they amount to."""

from __future__ import annotations

from collections.abc import Iterator

from accelgen.rtl.text.modules import Assign, Body, Switch
from accelgen.rtl.text.operators import op, simple
from accelgen.rtl.text.values import Bits, Cat, Value, part

__all__ = ["as_tests", "chosen_value", "condition", "folded", "is_chain", "pieces"]

#: More choices than this in a value are easier to read as statements.
CHOICES = 3


def folded(body: Body) -> Body:
    """Return statements without choices of a constant, cases that do nothing, and values that never last."""
    made: Body = []
    for one in body:
        if isinstance(one, Assign):
            made.append(one)
        elif isinstance(one.test, Bits):
            fits = (inner for patterns, inner in one.cases if _fits(patterns, one.test.text))
            made += folded(next(fits, []))
        else:
            cases = [(patterns, folded(inner)) for patterns, inner in one.cases if _possible(one, patterns)]
            while cases and not cases[-1][1]:
                cases.pop()
            if _apart(cases):
                cases = [case for case in cases if case[1]]
            if cases and not cases[0][0]:
                made += cases[0][1]
            elif cases:
                made.append(Switch(one.test, cases))
    return [
        one
        for number, one in enumerate(made)
        if isinstance(one, Switch)
        or not any(_covers(later, one.low, one.low + one.width) for later in made[number + 1 :])
    ]


def _covers(one: Assign | Switch, low: int, high: int) -> bool:
    """Return whether a statement assigns some bits whatever happens."""
    if isinstance(one, Assign):
        return one.low <= low and high <= one.low + one.width
    tests = as_tests(one)
    return tests[-1][0] is None and all(any(_covers(two, low, high) for two in body) for _, body in tests)


def _fits(patterns: tuple[str, ...], bits: str) -> bool:
    return not patterns or any(
        all(want in ("-", bit) for want, bit in zip(pattern, bits, strict=True)) for pattern in patterns
    )


def _possible(switch: Switch, patterns: tuple[str, ...]) -> bool:
    """Return whether a case may be reached: in a chain, the bit that it asks for may be a constant zero."""
    chain = bool(patterns) and (switch.test.width == 1 or is_chain(switch))
    return not chain or condition(switch.test, patterns) != Bits("0")


def _apart(cases: list[tuple[tuple[str, ...], Body]]) -> bool:
    """Return whether no value fits two cases, so that one which does nothing may go."""
    patterns = [pattern for patterns, _ in cases for pattern in patterns or ("-",)]
    return len(set(patterns)) == len(patterns) and "-" not in "".join(patterns)


def is_chain(switch: Switch) -> bool:
    """Return whether a choice is one of ``if``, ``else if``: each case asks for one bit of the test."""
    asked = []
    for number, (patterns, _) in enumerate(switch.cases):
        if not patterns:
            return number == len(switch.cases) - 1 and number > 0
        if len(patterns) != 1 or patterns[0].count("1") != 1 or "0" in patterns[0]:
            return False
        asked.append(patterns[0].index("1"))
    return len(set(asked)) == len(asked)


def as_tests(switch: Switch) -> list[tuple[Value | None, Body]]:
    """Return the cases of a choice, each with the value that must be one for it, or None."""
    found, whole = [], 1 << switch.test.width if switch.test.width <= 16 else 0
    distinct: set[str] = set()
    for patterns, body in switch.cases:
        distinct |= set(patterns)
        full = all("-" not in pattern for pattern in distinct)
        last = not patterns or (full and len(distinct) == whole)
        found.append((None if last else condition(switch.test, patterns), body))
        if last:
            break
    return found


def condition(test: Value, patterns: tuple[str, ...]) -> Value:
    """Return whether a value fits one of the patterns, each the highest bit first."""
    found: Value = Bits("0")
    for pattern in patterns:
        fits: Value = Bits("1")
        for low, width, bits in _runs(pattern):
            fits = op("&", (fits, op("==", (part(test, low, width), Bits(bits)), 1)), 1)
        found = op("|", (found, fits), 1)
    return found


def _runs(pattern: str) -> Iterator[tuple[int, int, str]]:
    """Yield where bits that a pattern asks for lie side by side: the lowest, how many, and which."""
    at, text = 0, pattern[::-1]
    while at < len(text):
        end = at
        while end < len(text) and text[end] != "-":
            end += 1
        if end > at:
            yield at, end - at, text[at:end][::-1]
        at = end + 1


def pieces(body: Body, width: int) -> Iterator[tuple[int, int, Body]]:
    """Yield parts of what a body drives that have nothing to do with each other: low, width, statements."""
    edges = {0, width}
    joined: list[tuple[int, int]] = []
    for number, one in enumerate(body):
        if number or isinstance(one, Switch):
            joined += _ranges(one)
    for low, high in joined:
        edges |= {low, high}
    kept = sorted(edge for edge in edges if not any(low < edge < high for low, high in joined))
    for low, high in zip(kept[:-1], kept[1:], strict=True):
        yield low, high - low, _only(body, low, high - low)


def _ranges(one: Assign | Switch) -> list[tuple[int, int]]:
    if isinstance(one, Assign):
        return [(one.low, one.low + one.width)]
    return [found for _, inner in one.cases for two in inner for found in _ranges(two)]


def _only(body: Body, low: int, width: int) -> Body:
    made: Body = []
    for one in body:
        if isinstance(one, Switch):
            cases = [(patterns, _only(inner, low, width)) for patterns, inner in one.cases]
            if any(inner for _, inner in cases):
                made.append(Switch(one.test, cases))
            continue
        first, last = max(low, one.low), min(low + width, one.low + one.width)
        if first < last:
            value = part(one.value, first - one.low, last - first)
            made.append(Assign(one.net, first - low, last - first, value))
    return folded(made)


def chosen_value(body: Body, width: int) -> Value | None:
    """Return the one value that statements amount to, or None where that would be hard to read."""
    value = _after(body, None, width)
    return None if value is None or _size(value) > CHOICES else value


def _after(body: Body, now: Value | None, width: int) -> Value | None:
    for one in body:
        if isinstance(one, Assign):
            if one.width != width:
                return None
            now = one.value
        else:
            now = _of_switch(one, now, width)
        if now is None:
            return None
    return now


def _of_switch(switch: Switch, before: Value | None, width: int) -> Value | None:
    if before is None or len(switch.cases) > CHOICES + 1:
        return None
    tests = as_tests(switch)
    if switch.test.width > 1 and len(tests) > 2 and not is_chain(switch):
        return None  # as a case it is one wide multiplexer, for a reader and for synthesis
    leaves = []
    for test, inner in tests:
        if (leaf := _after(inner, before, width)) is None:
            return None
        leaves.append((test, leaf))
    repeated = sum(value is before for _, value in leaves) + (tests[-1][0] is not None)
    if repeated > 1 and not simple(before):
        return None
    value = before if leaves[-1][0] is not None else leaves.pop()[1]
    for test, leaf in reversed(leaves):
        if test is not None:
            value = op("?", (test, leaf, value), width)
    return value


def _size(value: Value) -> int:
    """Return how many choices a value has."""
    inner = value.parts if isinstance(value, Cat) else getattr(value, "args", ())
    return sum(map(_size, inner)) + (getattr(value, "kind", "") == "?")
