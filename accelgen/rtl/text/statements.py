"""Statements as Verilog: assignments, ``if`` and ``case``."""

from __future__ import annotations

from accelgen.rtl.text.choices import as_tests, condition, is_chain
from accelgen.rtl.text.expressions import constant, expression
from accelgen.rtl.text.lines import wrapped
from accelgen.rtl.text.modules import Assign, Body, Switch
from accelgen.rtl.text.operators import op
from accelgen.rtl.text.values import Bits, Ref, Value

__all__ = ["statements"]


def statements(body: Body, indent: str, sign: str) -> list[str]:
    """Return the lines of statements.

    Parameters
    ----------
    body : list of Assign or Switch
    indent : str
        Before each line.
    sign : {"<=", "="}
        How registers, and how results of functions, are assigned to.
    """
    lines = []
    for one in body:
        lines += _assign(one, indent, sign) if isinstance(one, Assign) else _switch(one, indent, sign)
    return lines


def _assign(one: Assign, indent: str, sign: str) -> list[str]:
    to = expression(Ref(one.net, one.low, one.width))
    return wrapped(f"{indent}{to} {sign} ", one.value, ";")


def _switch(switch: Switch, indent: str, sign: str) -> list[str]:
    if _in_ifs(switch):
        return _ifs(switch, indent, sign)
    lines = [f"{indent}case ({expression(switch.test)})"]
    tests = as_tests(switch)
    for (patterns, _), (test, body) in zip(switch.cases, tests, strict=False):
        label = "default" if test is None else ", ".join(constant(Bits(pattern)) for pattern in patterns)
        lines += _under(f"{indent}  {label}:", body, f"{indent}  ", sign)
    if tests[-1][0] is not None:
        lines.append(f"{indent}  default: ;")
    return [*lines, f"{indent}endcase"]


def _in_ifs(switch: Switch) -> bool:
    if switch.test.width == 1 or is_chain(switch) or len(switch.cases) == 1:
        return True
    return any("-" in pattern for patterns, _ in switch.cases for pattern in patterns)


def _ifs(switch: Switch, indent: str, sign: str) -> list[str]:
    tests = as_tests(switch)
    if not tests[0][1]:
        # nothing to do in the first case: ask for the opposite
        (patterns, _), *others = switch.cases
        if len(others) == 1 and tests[1][0] is None:
            (line, *lines) = _under(
                f"{indent}if ({_inverse(switch.test, patterns)})", others[0][1], indent, sign
            )
            return [line, *lines]
    lines = []
    for number, (test, body) in enumerate(tests):
        more = number < len(tests) - 1
        if test is None and len(body) == 1 and isinstance(body[0], Switch) and _in_ifs(body[0]):
            first, *rest = _ifs(body[0], indent, sign)
            return [*lines[:-1], f"{indent}end else {first.strip()}", *rest]
        head = "else" if test is None else f"if ({expression(test)})"
        head = f"else {head}" if number and test is not None else head
        if number:
            lines.pop()
            head = f"end {head}"
        lines += _under(f"{indent}{head}", body, indent, sign, block=more or number > 0)
    return lines


def _inverse(test: Value, patterns: tuple[str, ...]) -> str:
    return expression(op("~", (condition(test, patterns),), 1))


def _under(head: str, body: Body, indent: str, sign: str, *, block: bool = False) -> list[str]:
    """Return ``head`` and what is under it, on one line if that is short."""
    inner = statements(body, f"{indent}  ", sign)
    if not inner and head.endswith(":"):
        return [f"{head} ;"]
    if not block and len(body) == 1 and len(inner) == 1 and isinstance(body[0], Assign):
        return [f"{head} {inner[0].strip()}"] if len(head) + len(inner[0]) < 100 else [head, *inner]
    return [f"{head} begin", *inner, f"{indent}end"]
