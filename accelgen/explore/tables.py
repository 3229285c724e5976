"""A sweep as Markdown: its table of precision and compression, and what the two buy together."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from accelgen.errors import InvalidRequest
from accelgen.explore.front import BITS, COMPRESSION, Bargain, Cell, bargains
from accelgen.explore.plot import PLOT
from accelgen.explore.results import Results
from accelgen.report.documents import Part, replace

__all__ = ["BARGAIN_HEADS", "MORE", "bargain_rows", "fill", "grid_rows", "markdown", "sweep_part"]

#: Smallest gain, as a ratio, that is reported.
MORE = 1.05
BARGAIN_HEADS = ["accuracy lost", "how", "point", "validation", "test", "stored bits", "cycles"]


def sweep_part(name: str) -> Part:
    """Return where the documents have the tables of a sweep."""
    return Part("docs/exploring.md", f"sweep {name}", "make sweep")


def grid_rows(cells: Sequence[Cell]) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of test accuracy by bits and compression, with the spread over seeds.

    Nothing if the cells have neither axis.
    """
    if not all(BITS in cell.choices and COMPRESSION in cell.choices for cell in cells):
        return [], []
    bits = sorted({cell.choices[BITS] for cell in cells})
    compressions = sorted({cell.choices[COMPRESSION] for cell in cells})
    by = {(cell.choices[BITS], cell.choices[COMPRESSION]): cell for cell in cells}
    rows = [[f"{b} bit", *(_accuracy(by.get((b, c))) for c in compressions)] for b in bits]
    return ["weights", *(f"{c}x" for c in compressions)], rows


def _accuracy(cell: Cell | None) -> str:
    if cell is None:
        return ""
    low, high = cell.spread["accuracy"]
    half = 50 * (high - low)
    spread = f" ±{half:.2f}" if len(cell.seeds) > 1 else ""
    return f"{100 * cell.figures['accuracy']:.2f}{spread} %, {cell.figures['stored_bits'] / 1000:,.0f} kb"


def bargain_rows(offers: Sequence[Bargain]) -> list[list[str]]:
    """Return what each way costs, for each loss of accuracy: see `BARGAIN_HEADS`."""
    rows = []
    for bargain in offers:
        loss = f"{100 * (bargain.whole.figures['validation_accuracy'] - bargain.floor):.2f} points"
        rows.append([loss, "neither", *_costs(bargain.whole)])
        rows += [
            ["", f"{technique} alone", *_costs(getattr(bargain, technique))]
            for technique in ("precision", "compression")
        ]
        gain = bargain.gain("stored_bits")
        more = f"{gain:.1f}x less than either" if gain and gain >= MORE else "no less than the better one"
        times = f" ({more})" if gain else ""
        rows.append(["", f"both{times}", *_costs(bargain.both)])
    return rows


def _costs(cell: Cell | None) -> list[str]:
    if cell is None:
        return ["none is so accurate", "", "", "", ""]
    figures = cell.figures
    shares = [f"{figures[name]:.2%}" for name in ("validation_accuracy", "accuracy")]
    return [str(cell), *shares, f"{figures['stored_bits']:,.0f}", f"{figures['cycles']:,.0f}"]


def markdown(results: Results) -> str:
    """Return both tables; without them, a line that counts the points."""
    heads, rows = grid_rows(results.cells)
    if not rows:
        return f"{len(results.cells)} points."
    seeds = len(results.sweep.seeds)
    parts = [
        f"Test accuracy, mean of {seeds} seed{'s' if seeds > 1 else ''}, and stored bits:",
        _table(heads, rows, numeric=True),
    ]
    if buys := bargain_rows(bargains(results.cells)):
        parts += [
            "The fewest stored bits within a loss of validation accuracy, by each technique and by both:",
            _table(BARGAIN_HEADS, buys),
        ]
    return "\n\n".join(parts)


def _table(heads: list[str], rows: list[list[str]], *, numeric: bool = False) -> str:
    lines = [heads, ["---", *(("---:" if numeric else "---") for _ in heads[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def fill(home: Path, results: Results) -> bool:
    """Put the tables of a sweep into their page below ``home``; return whether it has a place for them.

    Raises
    ------
    InvalidRequest
        If the page cannot be read, or has the first comment alone.
    """
    part = sweep_part(results.sweep.name)
    page = home / part.page
    try:
        if not page.exists() or part.begin not in page.read_text():
            return False
    except OSError as error:
        raise InvalidRequest(f"{page}: cannot be read: {error.strerror}") from error
    parts = [markdown(results)]
    if (results.folder / PLOT).is_file():
        place = os.path.relpath(results.folder / PLOT, page.parent)
        parts.insert(0, f"![accuracy by compression and by stored bits]({place})")
    replace(home, {part: "\n\n".join(parts)})
    return True
