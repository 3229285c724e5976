"""What a cell does, as a truth table; and whether a condition on its pins can be true."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from accelgen.errors import InvalidRequest

__all__ = ["names_in", "possible", "truth_table", "verilog"]


def truth_table(expression: str, inputs: list[str]) -> int:
    """Return the truth table of an expression of ``& | ^ ~``; the first input has the low bit of the index.

    Raises
    ------
    InvalidRequest
        If it is no such expression, or has other names than ``inputs``.
    """
    rows = 1 << len(inputs)
    full = (1 << rows) - 1
    columns = {
        name: sum(1 << row for row in range(rows) if row >> place & 1) for place, name in enumerate(inputs)
    }

    def value(node: ast.AST) -> int:
        match node:
            case ast.Name(name) if name in columns:
                return columns[name]
            case ast.Constant(int(constant)) if constant in (0, 1):
                return full * constant
            case ast.UnaryOp(ast.Invert(), inner):
                return full & ~value(inner)
            case ast.BinOp(left, ast.BitAnd(), right):
                return value(left) & value(right)
            case ast.BinOp(left, ast.BitOr(), right):
                return value(left) | value(right)
            case ast.BinOp(left, ast.BitXor(), right):
                return value(left) ^ value(right)
        raise InvalidRequest(f"{expression!r} is no function of {', '.join(inputs)}")

    try:
        return value(ast.parse(expression.strip(), mode="eval").body)
    except SyntaxError as error:
        raise InvalidRequest(f"{expression!r} is no function of {', '.join(inputs)}") from error


def verilog(function: str) -> str:
    """Return an expression of Liberty as one of Verilog: ``A'``, ``A * B`` and ``A + B`` have other signs."""
    primed = re.sub(r"([A-Za-z_]\w*)\s*'", r"(!\1)", function)
    return primed.replace("*", "&").replace("+", "|").replace("!", "~")


def names_in(expression: str) -> list[str]:
    """Return the names in an expression, each once, in order."""
    return list(dict.fromkeys(re.findall(r"[A-Za-z_]\w*", expression)))


def possible(condition: str, known: Mapping[str, str]) -> bool:
    """Return whether a condition can be true where the pins in ``known`` are "0" or "1"; "" always is.

    Raises
    ------
    InvalidRequest
        If it is no expression of ``& | ^ ~``.
    """
    if not condition.strip():
        return True
    names = names_in(condition)
    table = truth_table(condition, names)
    for place, name in enumerate(names):
        if name in known:
            fits = sum(
                1 << row for row in range(1 << len(names)) if (row >> place & 1) == (known[name] == "1")
            )
            table &= fits
    return table != 0
