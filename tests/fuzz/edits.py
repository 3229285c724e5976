"""Damage: bytes that are changed here and there, and values of trees and of tables that become odd ones."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from accelgen.errors import AccelgenError

#: A second or two for each reader.
few = settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

#: Values that are rarely thought of.
ODD = st.sampled_from(
    [None, True, False, 0, -1, 1, 2, 255, 1 << 31, 1 << 62, (1 << 63) - 1, 1 << 64, 10**400, -(10**400), 0.5,
     -1.5, 1e308, "", "x", "é" * 300, "\ud800", "\x00", [], [1], [[]], {}, {"a": 1}, ["x", None]]
).map(copy.deepcopy)  # fmt: skip
BYTES = st.sampled_from(
    [b"", b"\x00", b"\xff", b"\n", b'"', b"{", b"}", b"9" * 5000, b"\xef\xbb\xbf", b"F8_E5M2", b"-",
     b"[" * 3000, b"\xff\xff\xff\xff", b"\x7f"]
)  # fmt: skip


def damaged(data: bytes) -> st.SearchStrategy[bytes]:
    """Return ``data`` cut short, or with a few places replaced, removed or doubled."""
    place = st.integers(0, len(data)) | st.integers(0, min(len(data), 64))
    edit = st.tuples(place, st.integers(0, 12), BYTES | st.binary(max_size=4))

    def made(edits: list[tuple[int, int, bytes]], end: int) -> bytes:
        found = data
        for start, length, new in edits:
            found = found[:start] + new + found[start + length :]
        return found[: end or None]

    return st.builds(made, st.lists(edit, min_size=1, max_size=4), st.just(0) | place)


def bent(tree: Any) -> st.SearchStrategy[Any]:
    """Return JSON values like ``tree`` with one to three of them made odd, taken away or renamed."""
    places = list(_places(tree))

    def made(chosen: list[tuple[tuple, str, Any]]) -> Any:
        found = copy.deepcopy(tree)
        for place, how, odd in chosen:
            try:
                inner = found
                for key in place[:-1]:
                    inner = inner[key]
                if how == "odd":
                    inner[place[-1]] = odd
                elif how == "gone":
                    del inner[place[-1]]
                else:
                    inner[f"{place[-1]}x"] = inner.pop(place[-1])
            except (KeyError, IndexError, TypeError, AttributeError):
                continue  # what was to be bent has gone
        return found

    change = st.tuples(
        st.sampled_from(places), st.sampled_from(["odd", "odd", "odd", "gone", "renamed"]), ODD
    )
    return st.builds(made, st.lists(change, min_size=1, max_size=3)) | ODD


def _places(tree: Any, above: tuple = ()):
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield (*above, key)
        yield from _places(value, (*above, key))


#: What may stand behind a = in TOML.
TOML = ["9" * 5000, "-" + "9" * 5000, "0x" + "f" * 5000, "1" + "0" * 400, "1e400", "inf", "nan", "''", "'x'",
        "[]", "[[1]]", "{}", "{a = 1}", "1979-05-27", "07:32:00", "true", "-1", "0", "1", "99999999999",
        "0.5", "[" * 3000 + "]" * 3000, "\"\\uD7FF\"", "[1, 'x', 2.5]", "9223372036854775807"]  # fmt: skip


def odd_toml(text: str) -> st.SearchStrategy[bytes]:
    """Return TOML with a few of its values made odd ones, keys renamed or lines gone."""
    lines = text.splitlines()

    def made(chosen: list[tuple[int, str]]) -> bytes:
        found = list(lines)
        for number, new in chosen:
            key, sign, _ = found[number].partition("=")
            found[number] = f"{key}= {new}" if sign else new.replace(" ", "")[:20]
        return "\n".join(found).encode()

    change = st.tuples(st.integers(0, len(lines) - 1), st.sampled_from(TOML))
    return st.builds(made, st.lists(change, min_size=1, max_size=3)) | damaged(text.encode())


def value_or_sentence(read: Callable[[Path], Any], path: Path, name: str | None = None) -> Any:
    """Read a file; a refusal must name it in one sentence, and nothing else may be raised."""
    try:
        return read(path)
    except AccelgenError as error:
        sentence = " ".join(str(error).split())
        assert (name or str(path)) in sentence, sentence
        assert re.search(r"\w", sentence), sentence
        assert sentence.encode(), "can be printed"
        return None
