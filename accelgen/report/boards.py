"""What was built for boards: ``boards.json``, and the table of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from accelgen.errors import DataError, at
from accelgen.figures import Figure, read_figures, write_figures
from accelgen.files import write_whole
from accelgen.reading import read_json
from accelgen.report.documents import Part

__all__ = [
    "BOARDS_TABLE",
    "PATTERNS_TABLE",
    "PATTERN_COLUMNS",
    "Build",
    "add_build",
    "boards_table",
    "read_builds",
]

#: Where the tables stand: of networks behind the link, and of such as play a pattern.
BOARDS_TABLE = Part("docs/boards.md", "boards", "make bitstreams")
PATTERNS_TABLE = Part("docs/boards.md", "patterns", "make patterns")
SCHEMA = 1
#: Behind the hardware of a build whose bitstream would be another today.
EARLIER = " (earlier engine)"
COLUMNS = (
    ("luts", "LUTs", ",.0f"),
    ("block_rams", "block RAMs", ",.0f"),
    ("sprams", "SPRAMs", ",.0f"),
    ("dsps", "DSPs", ",.0f"),
    ("fmax", "fastest clock, MHz", ",.1f"),
    ("clock", "board's clock, MHz", "g"),
    ("images", "images/s", ",.0f"),
    ("images_over_link", "over the link", ",.0f"),
    ("seconds", "built in, s", ",.0f"),
)
#: Of builds with a pattern, whose figures are those of `accelgen.cards.boards.record_pattern`.
PATTERN_COLUMNS = (
    ("luts", "LUTs", ",.0f"),
    ("block_rams", "block RAMs", ",.0f"),
    ("dsps", "DSPs", ",.0f"),
    ("fmax", "fastest clock, MHz", ",.1f"),
    ("clock", "clock, MHz", "g"),
    ("cycles", "cycles of an image", ",.1f"),
    ("images", "images/s", ",.0f"),
    ("folded", "folded, images/s", ",.0f"),
    ("times", "as fast", ",.1f"),
    ("over_link", "over the link, images/s", ",.0f"),
    ("seconds", "built in, s", ",.0f"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Build:
    """A bitstream that was really built.

    Attributes
    ----------
    model, board : str
        Names.
    title : str
        The board, as its maker calls it.
    hardware : str
        Lanes, and where the weights are.
    digest : str
        SHA-256 of the network file.
    tools : list of str
        What built it, with versions.
    figures : dict of str to Figure
        By name.
    fingerprint : str
        What tells the hardware behind the pins from other hardware (`accelgen.rtl.fingerprint`); "" if it was
        not noted.
    how : dict
        What was asked for besides model and board.
    """

    model: str
    board: str
    title: str
    hardware: str
    digest: str
    tools: list[str]
    figures: dict[str, Figure]
    fingerprint: str = ""
    how: dict[str, Any] = field(default_factory=dict)


def read_builds(path: Path) -> list[Build]:
    """Return what `add_build` has written; nothing if there is no file yet.

    Raises
    ------
    DataError
        If the file is damaged.
    """
    if not path.is_file():
        return []
    with at(path):
        facts = read_json(path)
        try:
            if facts["schema"] != SCHEMA:
                raise DataError(f"schema must be {SCHEMA}, not {facts['schema']!r}")
            return [_read(entry) for entry in facts["builds"]]
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(f"is no list of builds ({error!r})") from error


def _read(entry: dict) -> Build:
    found = Build(**entry | {"figures": read_figures(entry["figures"])})
    texts = [found.model, found.board, found.title, found.hardware, found.digest, *found.tools]
    if not isinstance(found.how, dict):
        raise DataError(f"build {found.model!r}: how must be a table, not {found.how!r}")
    if not isinstance(found.tools, list) or not all(isinstance(text, str) for text in texts):
        raise DataError(f"build {found.model!r}: has something else than text in it")
    return found


def add_build(build: Build, path: Path) -> Path:
    """Put a build into the file, in the place of one of the same model and board; whole or not at all."""
    others = [
        found for found in read_builds(path) if (found.model, found.board) != (build.model, build.board)
    ]
    builds = sorted([*others, build], key=lambda found: (found.board, found.model))
    facts = {"schema": SCHEMA, "builds": [_written(found) for found in builds]}
    return write_whole(path, json.dumps(facts, indent=2) + "\n")


def _written(build: Build) -> dict:
    fields = {
        name: getattr(build, name)
        for name in ("model", "board", "title", "hardware", "digest", "fingerprint", "tools")
    }
    fields |= {"how": build.how} if build.how else {}
    return fields | {"figures": write_figures(list(build.figures.values()))}


def boards_table(
    builds: list[Build],
    earlier: Collection[Build] = (),
    up: str = "",
    columns: Sequence[tuple[str, str, str]] = COLUMNS,
) -> str:
    """Return the table, a row for each build; ``earlier`` ones say that their hardware is not today's.

    ``up`` leads from the page to the folder that holds ``models/``; ``columns`` are names of figures, with a
    head and a format for each.
    """
    lines = [["board", "model", "hardware", *(head for _, head, _ in columns)]]
    lines.append(["---", "---", "---", *("---:" for _ in columns)])
    for build in builds:
        cells = [f"`{build.board}`", f"[`{build.model}`]({up}models/{build.model}/card.md)"]
        cells.append(build.hardware + (EARLIER if build in earlier else ""))
        for name, _, form in columns:
            figure = build.figures.get(name)
            cells.append(format(figure.value, form) if figure else "")
        lines.append(cells)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
