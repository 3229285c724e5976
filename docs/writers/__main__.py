"""``python -m docs.writers``: write every generated page, or say with ``--check`` which is stale."""

from __future__ import annotations

import argparse
from pathlib import Path

from accelgen.files import write_whole
from docs.writers.commands import command_pages
from docs.writers.notebook import notebook_pages
from docs.writers.refusals import refusal_pages
from docs.writers.waveform import waveform_pages

__all__ = ["ROOT", "main", "pages", "stale"]

ROOT = Path(__file__).parents[2]
#: The waveform needs Icarus and comes last: what needs nothing is written without it.
WRITERS = (command_pages, refusal_pages, notebook_pages, waveform_pages)


def pages(root: Path = ROOT) -> dict[str, str]:
    """Return the text of every generated page, by its path below ``root``."""
    return {path: text for writer in WRITERS for path, text in writer(root).items()}


def stale(root: Path = ROOT) -> list[str]:
    """Return the generated pages that are not what would be written now."""
    return [path for path, text in pages(root).items() if not _is(root / path, text)]


def _is(page: Path, text: str) -> bool:
    return page.is_file() and page.read_text() == text


def main(arguments: list[str] | None = None) -> int:
    """Write the pages, or check them; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m docs.writers", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is stale")
    if parser.parse_args(arguments).check:
        for path in (found := stale()):
            print(f"{path} is stale: python -m docs.writers")
        return int(bool(found))
    for path, text in pages().items():
        write_whole(ROOT / path, text)
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
