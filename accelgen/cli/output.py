"""Results for people or for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from accelgen.steps.answer import Answer

__all__ = ["Written", "note", "nothing", "pairs", "rows", "show", "wrote"]


@dataclass(frozen=True, slots=True)
class Written(Answer):
    """Files that were written."""

    written: Sequence[Path]


def show(result: dict | Answer, as_json: bool, view) -> None:
    """Print ``result`` as JSON, or let ``view`` print it for people."""
    if as_json:
        click.echo(json.dumps(result.to_json() if isinstance(result, Answer) else result, indent=2))
    else:
        view(result)


def note(line: str) -> None:
    """Tell what is going on, on the standard error stream."""
    click.echo(line, err=True)


def pairs(title: str, items: Mapping[str, object]) -> None:
    """Print names and values below a title."""
    table = Table(title=title, title_justify="left", show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in items.items():
        table.add_row(name, str(value))
    Console().print(table)


def wrote(written: Sequence[Path]) -> None:
    """Name the files that were written."""
    for path in written:
        click.echo(f"wrote {path}")


def nothing(folders: Iterable[str]) -> None:
    """Say where models were looked for, if there are none."""
    click.echo(f"there are no models in {' or '.join(folders)} (ACCELGEN_HOME names another home)")


def rows(headings: list[str], lines: list[list[object]]) -> None:
    """Print a table; numbers are right-aligned."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for number, heading in enumerate(headings):
        numeric = all(isinstance(line[number], int | float) for line in lines)
        table.add_column(heading, justify="right" if numeric else "left")
    for line in lines:
        table.add_row(*(f"{value:,}" if isinstance(value, int) else str(value) for value in line))
    Console().print(table)
