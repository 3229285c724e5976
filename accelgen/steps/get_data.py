"""Public data sets fetched by name: the files whose digest is known, and nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from accelgen.data.fetch import cache_folder
from accelgen.data.public import PUBLIC, fetch_public, public_set
from accelgen.steps.answer import Answer
from accelgen.steps.testcase import Say

__all__ = ["Fetched", "PublicSets", "PublicSummary", "get_data", "list_public"]


@dataclass(frozen=True, slots=True)
class Fetched(Answer):
    """A data set that is at hand now.

    Attributes
    ----------
    name, title : str
        Of the set.
    written : Path
        Its folder.
    fetched : bool
        Whether anything had to be fetched.
    size : int
        Bytes of the files in the folder.
    licence, citation, source : str
        What may be done with it, whom to name, and where it is from.
    use : str
        What a recipe says in ``[data]``.
    """

    name: str
    title: str
    written: Path
    fetched: bool
    size: int
    licence: str
    citation: str
    source: str
    use: str


@dataclass(frozen=True, slots=True)
class PublicSummary(Answer):
    """A set that can be fetched: its name, title, licence and source, and whether its folder is there."""

    name: str
    title: str
    licence: str
    source: str
    there: bool


@dataclass(frozen=True, slots=True)
class PublicSets(Answer):
    """The sets that can be fetched, and the folder that they go into."""

    place: Path
    sets: tuple[PublicSummary, ...]


def list_public(*, to: Path | None = None) -> PublicSets:
    """Return the sets that can be fetched into ``to``, by default where data sets are looked for."""
    place = _place(to)
    return PublicSets(
        place,
        tuple(
            PublicSummary(entry.name, entry.title, entry.licence, entry.url, (place / entry.name).is_dir())
            for entry in PUBLIC.values()
        ),
    )


def get_data(name: str, *, to: Path | None = None, say: Say = lambda line: None) -> Fetched:
    """Fetch a public data set, whole or not at all.

    Parameters
    ----------
    name : str
        One of `accelgen.data.public.PUBLIC`.
    to : Path, optional
        Folder that a folder of its name goes into; by default ``ACCELGEN_DATA``, else the cache.
    say : callable
        Told the licence before anything is fetched.

    Raises
    ------
    InvalidRequest
        If there is no such set, or the folder cannot be written.
    DataError
        If a file cannot be fetched, or is not the published one.
    """
    entry = public_set(name)
    say(f"{entry.title}: licence {entry.licence}; {entry.url}")
    folder, fetched = fetch_public(entry, _place(to))
    return Fetched(
        name=entry.name,
        title=entry.title,
        written=folder,
        fetched=fetched,
        size=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        licence=entry.licence,
        citation=entry.citation,
        source=entry.url,
        use=f'set = "{entry.named}"' if entry.named else f'path = "{folder}"',
    )


def _place(to: Path | None) -> Path:
    named = to or os.environ.get("ACCELGEN_DATA")
    return Path(named) if named else cache_folder()
