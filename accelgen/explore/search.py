"""Which points come next: all of a grid, or those that Optuna proposes from what was found so far."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import Protocol

from accelgen.errors import AccelgenError, InvalidSweep
from accelgen.explore.axes import Value, shown
from accelgen.explore.columns import FIGURES
from accelgen.explore.points import Point, grid, point
from accelgen.explore.store import DONE
from accelgen.explore.sweep import Range, Sweep
from accelgen.optional import needed

__all__ = ["Batch", "Grid", "Proposals", "Source", "violations"]

JOURNAL = "search.journal"

#: The points of one combination of choices that are asked for together, one for each seed.
Batch = list[Point]


class Source(Protocol):
    """Where points come from."""

    #: Points that there will be, at most.
    total: int
    #: Combinations that no recipe can have.
    misfits: int
    #: Whether what is found decides what comes next.
    learns: bool

    def next(self) -> Batch | None:
        """Return what is to be tried next; None if there is no more."""

    def tell(self, batch: Batch, rows: list[dict]) -> None:
        """Learn what came of a batch, a row for each of its points."""


class Grid:
    """All combinations of a sweep, the first seed of each before the second of any."""

    learns = False

    def __init__(self, sweep: Sweep):
        points, self.misfits = grid(sweep)
        self.total = len(points)
        self._points: Iterator[Point] = iter(points)

    def next(self) -> Batch | None:
        """Return the next point."""
        proposed = next(self._points, None)
        return None if proposed is None else [proposed]

    def tell(self, batch: Batch, rows: list[dict]) -> None:
        """Nothing is learned from a row."""


class Proposals:
    """What Optuna proposes. Its study is kept in a journal beside the results, and goes on from there.

    Parameters
    ----------
    sweep : Sweep
        A sweep with a `Search`.
    folder : Path
        Folder of the journal.

    Raises
    ------
    InvalidSweep
        If the sweep has no ``[search]``.
    ToolError
        If Optuna is missing.
    """

    learns = True

    def __init__(self, sweep: Sweep, folder: Path):
        with needed():
            import optuna
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend

        optuna.logging.set_verbosity(logging.WARNING)
        if sweep.search is None:
            raise InvalidSweep("[search]: is missing")
        self._optuna, self._sweep, self._search, self.misfits = optuna, sweep, sweep.search, 0
        self.total = sweep.search.trials * len(sweep.seeds)
        self._broken: dict[int, list[float]] = {}
        self._values: dict[str, dict[bool | int | float | str, Value]] = {
            name: {shown(value): value for value in axis}
            for name, axis in sweep.axes.items()
            if not isinstance(axis, Range)
        }
        self._study = optuna.create_study(
            storage=JournalStorage(JournalFileBackend(str(folder / JOURNAL))),
            study_name=self._name(),
            sampler=self._sampler(),
            directions=[
                "maximize" if FIGURES[n].better == "higher" else "minimize" for n in self._objectives
            ],
            load_if_exists=True,
        )
        states = optuna.trial.TrialState
        trials = self._study.get_trials(deepcopy=False)
        # Trials that were running when the sweep before this one ended still wait for their results.
        self._left = [(trial.number, trial.params) for trial in trials if trial.state == states.RUNNING]
        self._asked = len(trials) - len(self._left)
        self._numbers: dict[str, list[int]] = {}

    def _name(self) -> str:
        """Return the name of the study: another space or objective is another study."""
        space = json.dumps([self._objectives, {n: repr(axis) for n, axis in self._sweep.axes.items()}])
        return f"{self._sweep.name} {hashlib.sha256(space.encode()).hexdigest()[:8]}"

    @property
    def _objectives(self) -> list[str]:
        return self._search.objectives

    def next(self) -> Batch | None:
        """Return the points of the next trial; those that are no recipe count as trials that failed."""
        while self._asked < self._search.trials:
            self._asked += 1
            number, params = self._left.pop(0) if self._left else self._ask()
            choices = {name: self._choice(name, value) for name, value in params.items()}
            try:
                batch = [point(self._sweep, choices, seed) for seed in self._sweep.seeds]
            except AccelgenError:
                self.misfits += 1
                self._study.tell(number, state=self._optuna.trial.TrialState.FAIL)
                continue
            self._numbers.setdefault(batch[0].digest, []).append(number)
            return batch
        return None

    def tell(self, batch: Batch, rows: list[dict]) -> None:
        """Tell Optuna the means over the seeds, and by how much the limits are broken."""
        number = self._numbers[batch[0].digest].pop(0)
        good = [row for row in rows if row["status"] == DONE]
        values = [[row[name] for row in good if name in row] for name in self._objectives]
        if not all(values):
            self._study.tell(number, state=self._optuna.trial.TrialState.FAIL)
            return
        self._broken[number] = violations(self._sweep.limits, good)
        self._study.tell(number, [fmean(known) for known in values])

    def _ask(self) -> tuple[int, dict]:
        trial = self._study.ask({name: self._distribution(axis) for name, axis in self._sweep.axes.items()})
        return trial.number, trial.params

    def _choice(self, name: str, value: bool | int | float | str) -> Value:
        return self._values[name][value] if name in self._values else value

    def _distribution(self, axis: list[Value] | Range):
        kinds = self._optuna.distributions
        if not isinstance(axis, Range):
            return kinds.CategoricalDistribution([shown(value) for value in axis])
        whole = isinstance(axis.low, int) and isinstance(axis.high, int)
        kind = kinds.IntDistribution if whole else kinds.FloatDistribution
        return kind(axis.low, axis.high, log=axis.log)

    def _sampler(self):
        kinds, search = self._optuna.samplers, self._search
        if search.sampler == "random":
            return kinds.RandomSampler(seed=search.seed)
        limited = (lambda trial: self._broken.get(trial.number, [0.0])) if self._sweep.limits else None
        kind = {"tpe": kinds.TPESampler, "nsga2": kinds.NSGAIISampler}[search.sampler]
        return kind(seed=search.seed, constraints_func=limited)


def violations(limits: dict[str, dict[str, float]], rows: list[dict]) -> list[float]:
    """Return by how much the means of ``rows`` miss each limit; 0 or less where it is met.

    A figure that is not there misses its limit.
    """
    misses = []
    for name, limit in limits.items():
        values = [row[name] for row in rows if name in row]
        mean = fmean(values) if values else None
        misses += [float("inf") if mean is None else limit["min"] - mean] if "min" in limit else []
        misses += [float("inf") if mean is None else mean - limit["max"]] if "max" in limit else []
    return misses
