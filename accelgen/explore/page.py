"""The page of a sweep: precision and compression, the fronts, what the combination buys, and every point."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from accelgen.explore.columns import FIGURES, LUTS
from accelgen.explore.front import BITS, COMPRESSION, Cell, bargains, front
from accelgen.explore.results import Results
from accelgen.explore.tables import BARGAIN_HEADS, MORE, bargain_rows, grid_rows
from accelgen.report.charts import Dot, heat, legend, scatter
from accelgen.report.front_charts import anchors
from accelgen.report.page import Block, Page, Section, Table, Tile, render
from accelgen.report.svg import number
from accelgen.steps.report import PAGE, write_page

__all__ = ["sweep_page", "write_sweep_page"]

JUDGE = "validation_accuracy"
COSTS = ("stored_bits", "cycles", "nj", "area_um2", "generic_cells", *LUTS)
SHARES = ("validation_accuracy", "accuracy", "utilisation")
COLUMNS = ("validation_accuracy", "accuracy", "stored_bits", "cycles", "utilisation", "generic_cells", "nj")


def write_sweep_page(results: Results, out: Path | None = None) -> Path:
    """Write the page of a sweep, into its folder unless ``out`` names a file."""
    return write_page(render(sweep_page(results)), Path(out) if out else results.folder / PAGE)


def sweep_page(results: Results) -> Page:
    """Return the page of a sweep."""
    sweep, cells = results.sweep, results.cells
    method = "a search by Optuna" if sweep.search else "all combinations"
    axes = ", ".join(name.replace("_", " ") for name in sweep.axes)
    summary = f"{method.capitalize()} of {axes}; {_seeds(results)}."
    sections = [_fronts(results)] if cells else []
    heads, rows = grid_rows(cells) if cells else ([], [])
    if rows:
        sections = [_grid(results, heads, rows), *_bargains(cells), *sections]
    sections.append(_points(results))
    sections += [_failed(results)] if results.failed else []
    foot = f"Written by accelgen report {results.folder.name}. Nothing on this page is loaded from elsewhere."
    return Page(sweep.name, "accelgen, sweep", summary, _tiles(results), sections, foot)


def _seeds(results: Results) -> str:
    count = len(results.sweep.seeds)
    return f"{count} seeds for each point" if count > 1 else "one seed for each point"


def _tiles(results: Results) -> list[Tile]:
    cells = results.cells
    wrong = f"{len(results.failed)} runs failed" if results.failed else "none failed"
    tiles = [Tile(str(len(cells)), "points", wrong)]
    if cells:
        best = max(cells, key=lambda cell: cell.figures[JUDGE])
        small = min(cells, key=lambda cell: cell.figures["stored_bits"])
        tiles += [
            Tile(f"{best.figures['accuracy']:.2%}", "test accuracy of the best", str(best)),
            Tile(f"{small.figures['stored_bits']:,.0f}", "fewest stored bits", str(small)),
        ]
        spent = sum(row.get("train_seconds", 0) + row.get("measure_seconds", 0) for row in results.rows)
        tiles.append(Tile(f"{spent / 3600:.1f} h", "of workers", "training and measuring"))
        for bargain in bargains(cells)[1:2]:
            if (gain := bargain.gain("stored_bits")) and gain >= MORE:
                tiles.append(
                    Tile(f"{gain:.1f}x", "fewer bits by both", "than by the better one alone, at 0.5 points")
                )
    return tiles


def _grid(results: Results, heads: list[str], rows: list[list[str]]) -> Section:
    cells = results.cells
    bits = sorted({cell.choices[BITS] for cell in cells})
    compressions = sorted({cell.choices[COMPRESSION] for cell in cells})
    best = {id(cell) for cell in front(cells, (JUDGE, "stored_bits"))}
    marked = {
        (bits.index(cell.choices[BITS]), compressions.index(cell.choices[COMPRESSION]))
        for cell in cells
        if id(cell) in best
    }
    names = [f"{b} bit" for b in bits], [f"{c}x" for c in compressions]

    def table(column: str, form: str, scale: float = 1, *, log: bool = False) -> str:
        grid = np.full((len(bits), len(compressions)), np.nan)
        for cell in cells:
            place = bits.index(cell.choices[BITS]), compressions.index(cell.choices[COMPRESSION])
            grid[place] = scale * cell.figures.get(column, np.nan)
        title = f"{FIGURES[column].title} by precision and compression"
        return heat(title, grid, *names, "weights", "compression", form=form, marked=marked, log=log)

    framed = "Framed: nothing else is both as accurate, by the validation images, and as small."
    spread = "Mean over the seeds, half of the difference between them, and thousands of stored bits."
    thousands = table("stored_bits", "{:,.0f}", 0.001, log=True)
    blocks = [
        Block(f"Test accuracy in percent. {framed}", table("accuracy", "{:.2f}", 100)),
        Block("Stored bits, in thousands: codes, block index, biases, shifts.", thousands),
        Block("Cycles per image, measured in the hardware.", table("cycles", "{:,.0f}", log=True)),
        Block(spread, table=Table(heads, rows), wide=True),
    ]
    lead = "The same topology and the same epochs for every point."
    return Section("grid", "Precision and compression", lead, blocks)


def _bargains(cells: list[Cell]) -> list[Section]:
    rows = bargain_rows(bargains(cells))
    if not rows:
        return []
    lead = (
        "Fewer bits and fewer blocks both make a network small. This is the smallest network within a loss "
        "of validation accuracy, against the most precise one that keeps all blocks: by each technique, and "
        "by both."
    )
    block = Block(table=Table(BARGAIN_HEADS, rows), wide=True)
    return [Section("bargains", "What the combination buys", lead, [block])]


def _fronts(results: Results) -> Section:
    blocks = []
    for column in COSTS:
        shown = [cell for cell in results.cells if column in cell.figures]
        if not shown:
            continue
        best = {id(cell) for cell in front(shown, (JUDGE, column))}
        dots = [_dot(cell, column, front=id(cell) in best) for cell in shown]
        kind = FIGURES[column]
        published = anchors() if column == "nj" else []
        picture = scatter(
            f"accuracy against {kind.title}", dots, kind.title, "test accuracy, %", anchors=published
        )
        blocks.append(Block(picture=picture + _key(results)))
    lead = (
        "A point is a mean over its seeds. The dashed line joins those that nothing betters by the "
        "validation images; the accuracy shown is that on the test images."
    )
    return Section("fronts", "Fronts", lead, blocks)


def _dot(cell: Cell, column: str, *, front: bool) -> Dot:
    share, cost = cell.figures["accuracy"], cell.figures[column]
    return Dot(cost, 100 * share, f"{cell}: {share:.2%}, {cost:,.4g}", _color(cell), front=front)


def _weight_bits(cell: Cell) -> int | None:
    """Return the bits of a weight where a sweep has them for an axis."""
    bits = cell.choices.get(BITS)
    return bits if isinstance(bits, int) else None


def _color(cell: Cell) -> str:
    bits = _weight_bits(cell)
    return "s0" if bits is None else f"s{(bits - 1) % 8}"


def _key(results: Results) -> str:
    known = [_weight_bits(cell) for cell in results.cells]
    bits = sorted({number for number in known if number is not None})
    if None in known:
        return ""
    return legend([(f"s{(b - 1) % 8}", f"{b}-bit weights") for b in bits])


def _points(results: Results) -> Section:
    axes = list(results.sweep.axes)
    shown = [name for name in COLUMNS if any(name in cell.figures for cell in results.cells)]
    heads = [
        "point",
        *(name.replace("_", " ") for name in axes),
        "seeds",
        *(FIGURES[name].title for name in shown),
    ]
    rows = [
        [
            Block(picture=f"<code>{cell.point[:6]}</code>"),
            *(str(cell.choices.get(name, "")) for name in axes),
            str(len(cell.seeds)),
            *(_cell(name, cell.figures.get(name)) for name in shown),
        ]
        for cell in results.cells
    ]
    lead = "accelgen choose picks one for a budget, and makes a model of it."
    return Section("points", "Every point", lead, [Block(table=Table(heads, rows), wide=True)])


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.2%}" if name in SHARES else number(value)


def _failed(results: Results) -> Section:
    axes = list(results.sweep.axes)
    rows = [
        [*(str(row.get(name, "")) for name in axes), str(row["seed"]), row["error"]] for row in results.failed
    ]
    heads = [*(name.replace("_", " ") for name in axes), "seed", "error"]
    lead = "accelgen sweep --retry tries them again."
    return Section("failed", "What failed", lead, [Block(table=Table(heads, rows), wide=True)])
