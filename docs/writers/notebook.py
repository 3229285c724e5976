"""The tutorial as a notebook: the same words, and its examples as cells."""

from __future__ import annotations

import json
import re
from pathlib import Path

__all__ = ["cells", "notebook_pages"]

SOURCE, NOTEBOOK = "docs/tutorial.md", "docs/tutorial.ipynb"
BLOCK = re.compile(r"(<!-- not run: [^>]*-->\n)?^```(python|bash)\n(.*?)^```\n", re.DOTALL | re.MULTILINE)


def notebook_pages(root: Path) -> dict[str, str]:
    """Return the notebook: text cells, Python cells, and commands behind ``!``."""
    found = {
        "cells": cells((root / SOURCE).read_text()),
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return {NOTEBOOK: json.dumps(found, indent=1, ensure_ascii=False) + "\n"}


def cells(text: str) -> list[dict]:
    """Return the cells of a page; examples that are not run stay text."""
    found, place = [], 0
    for block in BLOCK.finditer(text):
        not_run, language, body = block.groups()
        if not_run:
            continue
        found += _words(text[place : block.start()])
        lines = body.splitlines(keepends=True)
        source = lines if language == "python" else _commands(lines)
        found.append(
            {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        )
        place = block.end()
    found += _words(text[place:])
    for number, cell in enumerate(found):
        cell["id"] = f"cell-{number}"
        cell["source"] = "".join(cell["source"]).strip("\n").splitlines(keepends=True)
    return found


def _words(text: str) -> list[dict]:
    text = re.sub(r"<!--.*?-->\n", "", text, flags=re.DOTALL).strip("\n")
    return (
        [{"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}] if text else []
    )


def _commands(lines: list[str]) -> list[str]:
    return [line if line.startswith("#") or not line.strip() else f"!{line}" for line in lines]
