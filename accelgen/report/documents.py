"""Parts of the documents that commands write: between two comments of a page, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import InvalidRequest
from accelgen.files import write_whole

__all__ = ["Part", "replace"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page that a command writes.

    Attributes
    ----------
    page : str
        The page, below the folder that holds ``models/``.
    name : str
        What the part holds; with ``command`` it makes the comments around it.
    command : str
        What writes the part.
    """

    page: str
    name: str
    command: str

    @property
    def begin(self) -> str:
        """The line before the part."""
        return f"<!-- {self.name}: written by `{self.command}` -->"

    @property
    def end(self) -> str:
        """The line behind the part."""
        return f"<!-- end of {self.name} -->"

    @property
    def up(self) -> str:
        """The way from the page's folder to the folder that holds ``models/``, for links."""
        return "../" * self.page.count("/")

    def read(self, home: Path) -> str:
        """Return what stands between the comments of the page below ``home``, "" if nothing does."""
        text = (home / self.page).read_text()
        return text.partition(self.begin)[2].partition(self.end)[0].strip()

    def filled(self, page: Path, text: str, found: str) -> str:
        """Return ``text``, the content of ``page``, with ``found`` between the comments.

        Raises
        ------
        InvalidRequest
            If a comment is missing.
        """
        before, first, rest = text.partition(self.begin)
        _, last, after = rest.partition(self.end)
        if not first or not last:
            raise InvalidRequest(f"{page}: needs the lines {self.begin!r} and {self.end!r}")
        return f"{before}{self.begin}\n{found}\n{self.end}{after}"


def replace(home: Path, parts: dict[Part, str]) -> list[Path]:
    """Write parts into their pages below ``home``, all or none; return the pages.

    A page that does not exist is left out: a folder with models of one's own need not have all pages.

    Raises
    ------
    InvalidRequest
        If none of the pages exists, one cannot be read, or the comments of a part are missing.
    """
    texts: dict[Path, str] = {}
    for part, found in parts.items():
        page = home / part.page
        if page.exists():
            texts[page] = part.filled(page, texts.get(page) or _text(page), found)
    if not texts:
        raise InvalidRequest(f"{home}: has none of the pages {', '.join(part.page for part in parts)}")
    return [write_whole(page, text) for page, text in texts.items()]


def _text(page: Path) -> str:
    try:
        return page.read_text()
    except OSError as error:
        raise InvalidRequest(f"{page}: cannot be read: {error.strerror}") from error
