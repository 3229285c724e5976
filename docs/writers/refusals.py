"""Every sentence with which accelgen refuses something, collected from the sources."""

from __future__ import annotations

import ast
from pathlib import Path

from accelgen import errors

__all__ = ["refusal_pages", "sentences"]

PAGE = "docs/refusals.md"
KINDS = {name: getattr(errors, name).__doc__.strip() for name in errors.__all__ if name[0].isupper()}
#: These list what is wrong with a table of a recipe or a sweep; the errors are raised with their lists.
LISTS = ("toml_checks.py",)

HEAD = """# Refusals

Whatever accelgen refuses, it refuses in one sentence: with exit code 2 on the command line, and as an
exception of the kind below in Python. The place of the fault (file, layer, field) stands in front of the
sentence. What is in braces depends on the case.

<!-- Written by `python -m docs.writers` from the sources; do not edit. -->
"""


def refusal_pages(root: Path) -> dict[str, str]:
    """Return the page of all refusals."""
    found = sentences(root / "accelgen")
    lines = [HEAD]
    for kind, meaning in KINDS.items():
        by_file = {file: said for (name, file), said in found.items() if name == kind}
        if not by_file:
            continue
        lines += [f"## {kind}", "", meaning, ""]
        for file, said in sorted(by_file.items()):
            lines += [f"`accelgen/{file}`", "", *(f"- {_code(text)}" for text in said), ""]
    return {PAGE: "\n".join(lines)}


def sentences(folder: Path) -> dict[tuple[str, str], list[str]]:
    """Return the sentences below ``folder`` by the kind of error and the file, in the order of the file."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        file = path.relative_to(folder).as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            for kind, text in _said(node, file):
                listed = found.setdefault((kind, file), [])
                if text not in listed:
                    listed.append(text)
    return found


def _said(node: ast.AST, file: str) -> list[tuple[str, str]]:
    """Return kind and sentence of what a piece of source raises or lists."""
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
        kind = getattr(node.exc.func, "id", "")
        text = _text(node.exc.args[0])
        return [(kind, text)] if kind in KINDS and _words(text) else []
    if file in LISTS and isinstance(node, ast.List | ast.ListComp):
        parts = node.elts if isinstance(node, ast.List) else [node.elt]
        return [("InvalidRecipe", text) for text in map(_text, parts) if _words(text)]
    return []


def _words(text: str) -> bool:
    """Whether anything is said beside what depends on the case."""
    return sum(map(str.isalpha, "".join(part.partition("}")[2] for part in ("}" + text).split("{")))) >= 4


def _text(node: ast.expr) -> str:
    """Return a string as it is written, with names in braces for what is put in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(map(_text, parts))
        case ast.FormattedValue(value=value):
            return f"{{{_name(value)}}}"
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _text(left) + _text(right)
        case ast.IfExp(body=body):
            return _text(body)
    return f"{{{_name(node)}}}"


def _name(node: ast.expr) -> str:
    """Return a word for an expression: the last name in it that says what it is."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
        case ast.Call(
            func=ast.Name(id="shown" | "repr" | "str" | "len" | "list" | "sorted"), args=[first, *_]
        ):
            return _name(first)
        case ast.Call(func=ast.Attribute(attr="join"), args=[first]):
            return _name(first)
        case ast.Call(func=function):
            return _name(function)
        case ast.Subscript(value=value, slice=ast.Constant(value=str(name))):
            return name
        case ast.Subscript(value=value):
            return _name(value)
    return "..."


def _code(text: str) -> str:
    """Return a sentence as code in Markdown, whatever is in it."""
    text = " ".join(text.split())
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}"
