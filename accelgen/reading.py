"""Text, JSON and TOML from files of any origin: a value to work with, or one sentence.

Numbers are those that other readers of these formats take as well: integers of 64 bits. Python's own are of
any size, and some of them can be neither printed nor made a float.
"""

from __future__ import annotations

import codecs
import gzip
import io
import json
import math
import tomllib
import zlib
from pathlib import Path
from typing import Any

from accelgen.errors import AccelgenError, DataError
from accelgen.values import shown

__all__ = [
    "check_mark",
    "from_json",
    "from_toml",
    "read_bytes",
    "read_json",
    "read_text",
    "text_of",
    "unpacked",
]

#: Marks that some editors put in front of a text, and the message for each.
MARKS = (
    (codecs.BOM_UTF8, "begins with a byte-order mark (EF BB BF): save it as UTF-8 without one"),
    (codecs.BOM_UTF16_LE, "begins with the byte-order mark of UTF-16: save it as UTF-8"),
    (codecs.BOM_UTF16_BE, "begins with the byte-order mark of UTF-16: save it as UTF-8"),
)
LARGEST = 1 << 63
#: Bytes that a gzipped text may have when it is unpacked.
LONGEST = 1 << 30


def read_bytes(path: Path, wrong: type[AccelgenError] = DataError) -> bytes:
    """Return what a file holds, or raise ``wrong`` with the system's reason."""
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:  # a name with a zero in it is a ValueError
        raise wrong(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error


def read_text(path: Path, wrong: type[AccelgenError] = DataError) -> str:
    """Return the text of a file of UTF-8, or raise ``wrong``."""
    return text_of(read_bytes(path, wrong), wrong)


def read_json(path: Path, wrong: type[AccelgenError] = DataError) -> Any:
    """Return the value of a file of JSON, or raise ``wrong``; see `from_json`."""
    return from_json(read_text(path, wrong), wrong)


def text_of(data: bytes, wrong: type[AccelgenError] = DataError) -> str:
    """Return bytes as text, or raise ``wrong`` if they are not plain UTF-8."""
    check_mark(data, wrong)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise wrong(f"is not UTF-8: {error.reason} at byte {error.start}") from error


def check_mark(data: bytes, wrong: type[AccelgenError] = DataError) -> None:
    """Raise ``wrong`` if bytes begin with a byte-order mark, which few editors show."""
    for mark, sentence in MARKS:
        if data.startswith(mark):
            raise wrong(sentence)


def unpacked(data: bytes, wrong: type[AccelgenError] = DataError) -> bytes:
    """Return bytes, gunzipped if they are gzipped, or raise ``wrong`` if they are damaged or too long."""
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            content = stream.read(LONGEST + 1)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise wrong(f"is a damaged gzip file: {error}") from error
    if len(content) > LONGEST:
        raise wrong(f"is gzipped and has more than {LONGEST:,} bytes")
    return content


def from_json(text: str, wrong: type[AccelgenError] = DataError) -> Any:
    """Return the value of a JSON text, or raise ``wrong``.

    NaN and infinity are no numbers of JSON. A key that an object has twice is refused, too: JSON leaves open
    which one counts.
    """
    try:
        value = json.loads(text, parse_constant=_constant, object_pairs_hook=_different)
    except (ValueError, RecursionError) as error:
        raise wrong(f"is not JSON: {_why(error)}") from error
    return _checked(value, wrong)


def from_toml(text: str, wrong: type[AccelgenError] = DataError) -> dict[str, Any]:
    """Return the tables of a TOML text, or raise ``wrong``."""
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise wrong(f"is not TOML: {_why(error)}") from error
    return _checked(tables, wrong)


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if "integer string conversion" in str(error):
        return "an integer has thousands of digits"
    return str(error)


def _different(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of pairs whose keys are all different."""
    table = dict(pairs)
    if len(table) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {shown(twice)} is there twice")
    return table


def _constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _checked(value: Any, wrong: type[AccelgenError]) -> Any:
    """Return ``value`` if its integers have at most 64 bits, its floats are finite, and its text is text."""
    left = [value]
    while left:
        item = left.pop()
        if isinstance(item, dict):
            left += [*item, *item.values()]
        elif isinstance(item, list):
            left += item
        elif isinstance(item, int) and not -LARGEST <= item < LARGEST:
            raise wrong("has an integer of more than 64 bits")
        elif (
            isinstance(item, str)
            and not item.isascii()
            and any(0xD800 <= ord(sign) < 0xE000 for sign in item)
        ):
            raise wrong("has half of a character")
        elif isinstance(item, float) and not math.isfinite(item):
            raise wrong("has a number that is infinite or none")
    return value
