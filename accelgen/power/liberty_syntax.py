"""The syntax of Liberty files: groups of attributes, and cells found without reading what is in them."""

from __future__ import annotations

import math
import re

from accelgen.errors import InvalidRequest

__all__ = ["Group", "read_group", "split_cells"]

TOKEN = re.compile(r'"[^"]*"|[{}();:,\n]|[^\s{}();:,"]+')


class _Tokens:
    """The words and signs of a text, one of which can be put back; ends of lines count in values alone."""

    def __init__(self, text: str):
        self.left = iter(TOKEN.findall(text))
        self.back: list[str] = []

    def __iter__(self):
        return self

    def __next__(self) -> str:
        token = self.back.pop() if self.back else next(self.left)
        while token == "\n":
            token = next(self.left)
        return token

    def value(self) -> str:
        """Return the words up to a semicolon or, where a file forgets it, up to the end of the line."""
        words: list[str] = []
        for token in self.left:
            if token == ";" or (token == "\n" and words):
                return " ".join(words)
            if token == "}":
                self.back.append(token)
                return " ".join(words)
            if token != "\n":
                words.append(token.strip('"'))
        raise StopIteration


class Group:
    """A group of a Liberty file: ``kind (arguments) { ... }``.

    Attributes
    ----------
    simple : dict of str to str
        ``name : value;``.
    complex : dict of str to list of str
        ``name (values);``, the last of those with the same name.
    repeated : list of (str, list of str)
        The same, all of them, in order.
    groups : list of Group
        What it holds.
    """

    def __init__(self, kind: str, arguments: list[str]):
        self.kind, self.arguments = kind, arguments
        self.simple: dict[str, str] = {}
        self.complex: dict[str, list[str]] = {}
        self.repeated: list[tuple[str, list[str]]] = []
        self.groups: list[Group] = []

    def of(self, *kinds: str) -> list[Group]:
        """Return the groups within it of these kinds."""
        return [group for group in self.groups if group.kind in kinds]

    def number(self, name: str, default: float | None = None) -> float:
        """Return a simple attribute as a number, or ``default`` if there is no such attribute.

        Raises
        ------
        InvalidRequest
            If the attribute is no finite number, or there is neither it nor a default.
        """
        if name not in self.simple and default is not None:
            return default
        try:
            value = float(self.simple[name])
            if not math.isfinite(value):
                raise ValueError(name)
            return value
        except (KeyError, ValueError) as error:
            raise InvalidRequest(
                f"{self.kind} {' '.join(self.arguments)}: {name} must be a number"
            ) from error


def split_cells(text: str) -> tuple[str, dict[str, str]]:
    """Return the text without its cells, and the text of each cell by name.

    Raises
    ------
    InvalidRequest
        If the text ends within a cell.
    """
    spans, head, end = {}, [], 0
    for opening in re.finditer(r"\bcell\s*\(\s*\"?([^\s\")]+)\"?\s*\)\s*\{", text):
        if opening.start() < end:
            continue
        name, depth, place = opening[1], 1, opening.end()
        for brace in re.finditer(r"[{}]", text[opening.end() :]):
            depth += 1 if brace[0] == "{" else -1
            if not depth:
                place = opening.end() + brace.end()
                break
        else:
            raise InvalidRequest(f"ends within cell {name!r}")
        head.append(text[end : opening.start()])
        spans[name], end = text[opening.start() : place], place
    return "".join([*head, text[end:]]), spans


def read_group(text: str) -> Group:
    """Read the one group that ``text`` holds.

    Raises
    ------
    InvalidRequest
        If the text is cut short, or is no group.
    """
    root, tokens = Group("", []), _Tokens(text)
    try:
        _fill(root, tokens)
    except StopIteration as error:
        raise InvalidRequest("is not a Liberty file: it ends within a group") from error
    if not root.groups:
        raise InvalidRequest("is not a Liberty file: it has no library group")
    return root.groups[0]


def _fill(group: Group, tokens: _Tokens) -> None:
    for name in tokens:
        if name == "}":
            return
        if name == ";":
            continue
        following = next(tokens)
        if following == ":":
            group.simple[name] = tokens.value()
            continue
        if following != "(":
            raise InvalidRequest(f"is not a Liberty file: {following[:40]!r} after {name[:40]!r}")
        arguments = []
        while (word := next(tokens)) != ")":
            if word != ",":
                arguments.append(word.strip('"'))
        after = next(tokens, ";")
        if after == "{":
            inner = Group(name, arguments)
            _fill(inner, tokens)
            group.groups.append(inner)
            continue
        group.complex[name] = arguments
        group.repeated.append((name, arguments))
        if after != ";":  # many libraries forget it
            tokens.back.append(after)
    if group.kind:
        raise InvalidRequest("is not a Liberty file: it ends within a group")
