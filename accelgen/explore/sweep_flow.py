"""A sweep from its file to its page: what `accelgen sweep` and `accelgen report SWEEP` do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from accelgen.data import data_set
from accelgen.errors import InvalidOption, at
from accelgen.explore.cluster import connected
from accelgen.explore.page import write_sweep_page
from accelgen.explore.plot import PLOT, draw
from accelgen.explore.points import grid
from accelgen.explore.results import read_results, results_folder
from accelgen.explore.run import Say, SweepRun, Tasks, run_sweep
from accelgen.explore.sweep import Sweep, load_sweep
from accelgen.explore.tables import fill
from accelgen.models import home
from accelgen.steps.answer import Answer
from accelgen.steps.report import write_page
from accelgen.steps.training import data_folder
from accelgen.train.recipe_tables import DataChoice

__all__ = ["SweepPage", "report", "sweep"]


@dataclass(frozen=True, slots=True)
class SweepPage(Answer):
    """A page of a sweep that was written.

    Attributes
    ----------
    name : str
        Of the sweep.
    written : Path
        The page.
    table : bool
        Whether a table in the docs was filled too.
    points : int
        On the page, the seeds of one together.
    """

    name: str
    written: Path
    table: bool
    points: int


def sweep(
    file: Path,
    *,
    out: Path | None = None,
    data: Path | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    retry: bool = False,
    tasks: Tasks | None = None,
    say: Say = lambda line: None,
) -> SweepRun:
    """Run a sweep file, write its page, and fill its table in the docs if there is a place for it.

    Parameters
    ----------
    file : Path
        The sweep.
    out : Path, optional
        Results folder; by default the file's name without ``.toml``.
    data : Path, optional
        Where data sets are.
    scheduler, workers
        See `connected`.
    retry, tasks, say
        See `run_sweep`.

    Returns
    -------
    SweepRun
        What `run_sweep` returns, with its page.

    Raises
    ------
    InvalidSweep, InvalidRequest, InvalidOption, DataError, ToolError
        If the file, the folder, the data or the workers are not as they must be; before anything is trained.
    """
    plan = load_sweep(file)
    if plan.search is None:
        with at(file):  # its errors are raised before workers are started
            grid(plan)
    folder = Path(out) if out else results_folder(file)
    if tasks is None and scheduler is None:
        data = _data(plan, data)
    with connected(scheduler, workers) as client:
        run = run_sweep(plan, folder, client, data=data, retry=retry, tasks=tasks, say=say)
    return replace(run, page=report(folder).written)


def report(place: str | Path, *, out: Path | None = None) -> SweepPage:
    """Write the page of a sweep from its results, its plot if it has one, and its table in the docs."""
    results = read_results(place)
    page = write_sweep_page(results, out)
    if plot := draw(results):
        write_page(plot, results.folder / PLOT)
    filled = fill(home(), results)
    return SweepPage(results.sweep.name, page, filled, len(results.cells))


def _data(plan: Sweep, data: Path | None) -> Path | None:
    """Return the folder that holds the data set of a sweep, fetched once rather than by each worker.

    None of data of one's own, whose path the recipe says.
    """
    if plan.recipe.get("data", {}).get("path"):
        if data is not None:
            raise InvalidOption("data: the recipe of the sweep names its data itself, by their path")
        return None
    named = plan.recipe.get("data", {}).get("set", DataChoice().set)
    return data_folder(data_set(named), data).resolve()
