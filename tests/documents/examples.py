"""The examples of the documents: blocks of code, with what stands before them that says how they are run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Every page that a person writes or reads; cards are compared elsewhere.
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "rtl_out" / "README.md")
    if path.name != "tutorial.md"  # runs as a notebook: see test_tutorial
)
BLOCK = re.compile(
    r"^(?:<!-- (?P<word>not run|run as): (?P<how>[^\n]*?) -->\n)?"
    r"^```(?P<language>\w*)\n(?P<text>.*?)^```$(?:\n*?^```output\n(?P<output>.*?)^```$)?",
    re.DOTALL | re.MULTILINE,
)
RUN = ("python", "bash", "console")


@dataclass(frozen=True, slots=True)
class Example:
    """A block: of which page and language, from which line on, and how it is run."""

    page: str
    line: int
    language: str
    text: str
    run_as: str = ""
    not_run: str = ""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> list[tuple[str, str]]:
        """Commands, each with what it has to print; "" where nothing is said of that."""
        if self.language == "bash":
            lines = self.text.replace("\\\n", " ").splitlines()
            return [(line, "") for line in lines if line.strip() and not line.startswith("#")]
        parts = re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]
        found = [tuple(part.split("\n", 1)) for part in parts]
        return [(self.run_as or command, wanted) for command, wanted in found]


def examples(path: Path) -> list[Example]:
    """Return the examples of a page in Python or shell."""
    text, found = path.read_text(), []
    for block in BLOCK.finditer(text):
        if block["language"] not in RUN:
            continue
        how = {"run as": "run_as", "not run": "not_run"}
        words = {how[block["word"]]: block["how"]} if block["word"] else {}
        line = text[: block.start("text")].count("\n")
        found.append(
            Example(path.relative_to(ROOT).as_posix(), line, block["language"], block["text"], **words)
        )
    return found
