"""What a cell does, as a truth table."""

from __future__ import annotations

import ast

from accelgen.errors import InvalidRequest

__all__ = ["truth_table"]


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
            case ast.Constant(0 | 1 as constant):
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
