"""A page that needs nothing but itself: no script, no network, light or dark, for screens and paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from accelgen.optional import needed

__all__ = ["Block", "Page", "Section", "Table", "Tile", "render"]

HERE = Path(__file__).parent
#: Letters from which on a cell is words.
LONG = 12


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that is seen first: value, name, and a word about it."""

    value: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below headings; columns of numbers are to the right, and cells of `Block` are pictures."""

    heads: Sequence[str]
    rows: Sequence[Sequence[object]]

    @property
    def numeric(self) -> list[bool]:
        """Return for each column whether it holds numbers alone."""
        columns = zip(*self.rows, strict=True)
        return [all(_numeric(value) for value in found) for found in columns] or [False] * len(self.heads)


@dataclass(frozen=True, slots=True)
class Block:
    """A figure, or a table, with a caption.

    Attributes
    ----------
    caption : str
        Below it.
    picture : str
        SVG, or other HTML of ours.
    table : Table or None
        Instead of a picture, or below it.
    wide : bool
        Whether it takes the whole width.
    kind : str
        A class of the style sheet.
    """

    caption: str = ""
    picture: str = ""
    table: Table | None = None
    wide: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, some words, and figures.

    Attributes
    ----------
    name : str
        For links.
    title, lead : str
        What it is about.
    blocks : list of Block
        The figures.
    """

    name: str
    title: str
    lead: str = ""
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """All of a page.

    Attributes
    ----------
    title, kind, summary : str
        Name, what it is a report of, and one sentence.
    tiles : list of Tile
        The first screen.
    sections : list of Section
        The rest.
    foot : str
        How it was made.
    """

    title: str
    kind: str
    summary: str
    tiles: list[Tile]
    sections: list[Section]
    foot: str


def render(page: Page) -> str:
    """Return the page as HTML; the same page gives the same bytes.

    Raises
    ------
    ToolError
        If Jinja is missing.
    """
    with needed():
        from jinja2 import Environment, StrictUndefined
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((HERE / "page.html").read_text())
    return template.render(page=page, style=(HERE / "page.css").read_text(), kind=_kind, block=Block) + "\n"


def _kind(value: object) -> str:
    """Return the class of a cell: words take room, which a phone has only to the right."""
    return "n" if _numeric(value) else "words" if len(str(value)) > LONG else ""


def _numeric(value: object) -> bool:
    """Return whether a cell reads as a number, and so stands to the right."""
    return not isinstance(value, Block) and bool(str(value)) and str(value).lstrip("-+<>≈ ")[:1].isdigit()
