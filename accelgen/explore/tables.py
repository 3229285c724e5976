"""A sweep as Markdown: its table of precision and compression, and what the two buy together."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from accelgen.errors import InvalidRequest
from accelgen.explore.front import BITS, COMPRESSION, Bargain, Cell, bargains
from accelgen.explore.plot import PLOT
from accelgen.explore.results import Results
from accelgen.files import write_whole

__all__ = ["BARGAIN_HEADS", "MORE", "bargain_rows", "fill", "grid_rows", "markdown", "markers"]

#: From how many times less on it is said.
MORE = 1.05
BARGAIN_HEADS = ["accuracy lost", "how", "point", "validation", "test", "stored bits", "cycles"]


def markers(name: str) -> tuple[str, str]:
    """Return the lines between which a README has the table of a sweep."""
    return f"<!-- sweep {name}: written by `make sweep` -->", f"<!-- end of sweep {name} -->"


def grid_rows(found: Sequence[Cell]) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of test accuracy by bits and compression, with the spread over seeds.

    Nothing if the cells have neither axis.
    """
    if not all(BITS in cell.choices and COMPRESSION in cell.choices for cell in found):
        return [], []
    bits = sorted({cell.choices[BITS] for cell in found})
    compressions = sorted({cell.choices[COMPRESSION] for cell in found})
    by = {(cell.choices[BITS], cell.choices[COMPRESSION]): cell for cell in found}
    rows = [[f"{b} bit", *(_accuracy(by.get((b, c))) for c in compressions)] for b in bits]
    return ["weights", *(f"{c}x" for c in compressions)], rows


def _accuracy(cell: Cell | None) -> str:
    if cell is None:
        return ""
    low, high = cell.spread["accuracy"]
    half = 50 * (high - low)
    spread = f" ±{half:.2f}" if len(cell.seeds) > 1 else ""
    return f"{100 * cell.figures['accuracy']:.2f}{spread} %, {cell.figures['stored_bits'] / 1000:,.0f} kb"


def bargain_rows(found: Sequence[Bargain]) -> list[list[str]]:
    """Return what each way costs, for each loss of accuracy: see `BARGAIN_HEADS`."""
    rows = []
    for bargain in found:
        loss = f"{100 * (bargain.whole.figures['validation_accuracy'] - bargain.floor):.2f} points"
        rows.append([loss, "neither", *_costs(bargain.whole)])
        rows += [["", f"{how} alone", *_costs(getattr(bargain, how))] for how in ("precision", "compression")]
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


def fill(readme: Path, results: Results) -> bool:
    """Put the tables of a sweep between its markers; return whether the README has any.

    Raises
    ------
    InvalidRequest
        If the README cannot be read, or has the first marker alone.
    """
    begin, end = markers(results.sweep.name)
    try:
        text = readme.read_text()
    except OSError as error:
        raise InvalidRequest(f"{readme}: cannot be read: {error.strerror}") from error
    before, first, rest = text.partition(begin)
    if not first:
        return False
    _, last, after = rest.partition(end)
    if not last:
        raise InvalidRequest(f"{readme}: needs the line {end!r} after {begin!r}")
    parts = [markdown(results)]
    if (results.folder / PLOT).is_file():
        place = os.path.relpath(results.folder / PLOT, readme.parent)
        parts.insert(0, f"![accuracy by compression and by stored bits]({place})")
    found = "\n\n".join(parts)
    write_whole(readme, f"{before}{begin}\n{found}\n{end}{after}")
    return True
