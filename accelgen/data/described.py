"""``data.toml``: what a person says of data of their own, in a small file beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accelgen.data.log_mel import FrontEnd
from accelgen.data.recording import EventsChoice
from accelgen.errors import DataError, at
from accelgen.reading import from_toml, read_text
from accelgen.toml_checks import group

__all__ = ["BETWEEN", "FILE", "Description", "described", "word_problems"]

FILE = "data.toml"
#: Between the names of classes, where a network's file names them in its provenance.
BETWEEN = ", "
MOST = 1 << 20
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Description:
    """What the file says; every key may be left out.

    Attributes
    ----------
    title : str
        Name for people; that of the file or folder by default.
    shape : list of int
        Height, width and channels of a sample: [1, n, c] is a series of n steps and c channels.
    classes : list of str
        Names of the classes. Labels that are numbers count them from 0.
    label : str
        Name of the column of a table that holds the labels.
    licence, citation, source : str
        What may be done with the data, whom to name, and where they are from.
    frontend : FrontEnd or None
        What makes features of WAV files.
    events : EventsChoice or None
        What recordings of events are of.
    """

    title: str = ""
    shape: list[int] | tuple[int, ...] = ()
    classes: list[str] | tuple[str, ...] = ()
    label: str = ""
    licence: str = "none is stated"
    citation: str = ""
    source: str = ""
    frontend: FrontEnd | None = None
    events: EventsChoice | None = None

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        names = ("title", "label", "licence", "citation", "source")
        problems = [
            f"{name}: must be one line of text, not {value!r}"
            for name in names
            if not (isinstance(value := getattr(self, name), str) and _line(value))
        ]
        shape: Any = self.shape
        whole = isinstance(shape, list | tuple) and all(type(n) is int and n > 0 for n in shape)
        if not whole or len(shape) not in (0, 3) or math.prod(shape) > MOST:
            problems.append(f"shape: must be [height, width, channels], not {shape!r}")
        return problems + word_problems("classes", self.classes)


def _line(text: str) -> bool:
    return len(text) <= LONGEST and (text.isprintable() or not text)


def word_problems(name: str, words: Any) -> list[str]:
    """Return a problem unless ``words`` can be names of classes, all different, or there are none."""
    if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
        return [f"{name}: must be a list of names, not {words!r}"]
    for word in words:
        if not word.strip() or not _line(word) or BETWEEN in word:
            return [f"{name}: a name is one short line without {BETWEEN!r}, not {word[:LONGEST]!r}"]
    if len(set(words)) < len(words):
        return [f"{name}: must all be different"]
    if len(words) == 1:
        return [f"{name}: must be two at least"]
    return []


def described(path: Path) -> Description:
    """Read what lies beside a file of data, or in a folder of them; nothing is said if there is no such file.

    Raises
    ------
    DataError
        If anything in it is wrong; the message names every problem.
    """
    file = (path if path.is_dir() else path.parent) / FILE
    if not file.is_file():
        return Description()
    with at(file):
        problems: list[str] = []
        table = from_toml(read_text(file))
        for name, kind in (("frontend", FrontEnd), ("events", EventsChoice)):
            if name in table:
                table[name] = group(kind, name, table[name], problems)
        found = group(Description, FILE, table, problems)
        if problems:
            place = f"[{FILE}]: "
            raise DataError("; ".join(problem.removeprefix(place) for problem in problems))
        return found
