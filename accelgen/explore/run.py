"""Run a sweep: points go to the workers, rows come back, and a kill at any moment costs only what ran.

Every row is on disk before the next one is waited for. A network that was trained is kept until the sweep
has measured all that is built of it, so that nothing is trained twice either.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from accelgen.errors import AccelgenError, InvalidSweep, ToolError
from accelgen.explore import worker
from accelgen.explore.points import Point
from accelgen.explore.search import Batch, Grid, Proposals, Source
from accelgen.explore.store import DONE, FAILED, Store
from accelgen.explore.sweep import Measure, Sweep
from accelgen.explore.worker import TrainedNetwork
from accelgen.files import write_whole
from accelgen.steps.answer import Answer

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["NETWORKS", "FailedPoint", "Say", "SweepRun", "Tasks", "run_sweep"]

Say = Callable[[str], None]
NETWORKS, SCRATCH = "networks", "work"
LONGEST_ERROR = 500

#: Seconds to wait for a result before looking whether there are workers, and how often there may be none.
PULSE, PULSES = 20, 3


@dataclass(frozen=True, slots=True)
class Tasks:
    """What workers do; see `accelgen.explore.worker`. Tests put something quicker in their place."""

    train: Callable[..., TrainedNetwork] = worker.train
    measure: Callable[..., dict[str, float]] = worker.measure


@dataclass(frozen=True, slots=True)
class FailedPoint:
    """A point by its digest, the seed, and what went wrong."""

    point: str
    seed: int
    error: str


@dataclass(frozen=True, slots=True)
class SweepRun(Answer):
    """How far a sweep is.

    Attributes
    ----------
    name : str
        Of the sweep.
    folder : Path
        Of its results.
    points, done, new : int
        Points of the sweep, those that did not fail, and those that were tried now.
    failed : tuple of FailedPoint
        Those that failed.
    left_out : int
        Combinations that are impossible.
    seconds : float
        That it took.
    page : Path or None
        Its page, once that is written.
    """

    name: str
    folder: Path
    points: int
    done: int
    new: int
    failed: tuple[FailedPoint, ...]
    left_out: int
    seconds: float
    page: Path | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        facts = Answer.to_json(self)
        return {name: value for name, value in facts.items() if name != "page" or value}


def run_sweep(
    sweep: Sweep,
    folder: Path,
    client: Client,
    *,
    data: Path | None = None,
    retry: bool = False,
    tasks: Tasks | None = None,
    say: Say = lambda line: None,
) -> SweepRun:
    """Train and measure what is not in the results folder yet.

    Parameters
    ----------
    sweep : Sweep
        What to do.
    folder : Path
        Of the results, networks and scratch files.
    client : Client
        Of Dask.
    data : Path, optional
        The folder that holds data sets, as the workers see it.
    retry : bool
        Try points again that failed.
    tasks : Tasks, optional
        Instead of the real ones.
    say : callable
        Told about each point, with the time that is left.

    Returns
    -------
    SweepRun
        Which points were done, and which failed.

    Raises
    ------
    InvalidRequest
        If another sweep is at work in the folder.
    InvalidSweep
        If no combination of its choices is possible.
    ToolError
        If the workers are lost for good.
    """
    store = Store(folder, sweep.name, sweep.text)
    with store.locked():
        source = Proposals(sweep, folder) if sweep.search else Grid(sweep)
        run = _Run(sweep, store, client, source, tasks or Tasks(), data, retry, say)
        try:
            run.all()
        finally:
            store.keep()
    if source.misfits and not run.rows:
        raise InvalidSweep(f"none of {source.misfits} trials is a recipe that can be")
    names = ("point", "seed", "error")
    failed = [row for row in run.rows.values() if row["status"] == FAILED]
    return SweepRun(
        name=sweep.name,
        folder=folder,
        points=len(run.rows),
        done=len(run.rows) - len(failed),
        new=run.finished,
        failed=tuple(FailedPoint(**{name: row[name] for name in names}) for row in failed),
        left_out=source.misfits,
        seconds=round(time.monotonic() - run.began, 1),
    )


@dataclass(slots=True, eq=False)
class _Run:
    sweep: Sweep
    store: Store
    client: Client
    source: Source
    tasks: Tasks
    data: Path | None
    retry: bool
    say: Say
    rows: dict[tuple[str, int], dict] = field(default_factory=dict)
    finished: int = 0
    began: float = field(default_factory=time.monotonic)
    _known: dict = field(default_factory=dict)
    _open: list[Batch] = field(default_factory=list)
    _trained: dict = field(default_factory=dict)
    _waiting: dict = field(default_factory=dict)
    _unsaved: list = field(default_factory=list)

    def all(self) -> None:
        """Keep the workers busy until the source has no more."""
        self._known = {(row["point"], row["seed"]): row for row in self.store.rows()}
        try:
            while True:
                while len(self._waiting) < self._room() and (batch := self.source.next()) is not None:
                    self._begin(batch)
                if not self._waiting:
                    return
                for future in self._completed():
                    self._take(future)
        finally:
            self.client.cancel([*self._waiting, *self._trained.values()], force=True)

    def _completed(self) -> list[Future]:
        """Wait until something is finished, or raise `ToolError` if nobody is there to finish it."""
        from distributed import wait

        futures, alone = [*self._waiting, *self._unsaved], 0
        while True:
            try:
                return list(wait(futures, PULSE, return_when="FIRST_COMPLETED").done)
            except TimeoutError:
                alone = 0 if self.client.nthreads() else alone + 1
                if alone >= PULSES:
                    raise ToolError("there are no workers left; what was finished is kept") from None

    def _room(self) -> int:
        """Return how many points may be under way: what is learned from one should serve the next."""
        threads = max(sum(self.client.nthreads().values()), 1)
        return threads if self.source.learns else 2 * threads

    def _begin(self, batch: Batch) -> None:
        self._open.append(batch)
        for point in batch:
            seen = self.rows.get(point.key)  # a search may propose again what it has just seen
            row = seen or self._known.get(point.key)
            if row and (seen or row["status"] == DONE or not self.retry):
                self.rows[point.key] = row
                continue
            if point.key not in {other.key for other in self._waiting.values()}:
                self._submit(point)
        self._settle()

    def _submit(self, point: Point) -> None:
        """Send a point to the workers, with its training unless that is done or under way."""
        name = f"p{point.training}_s{point.seed}"
        path, scratch = self.store.folder / NETWORKS / f"{name}.safetensors", self._scratch()
        trained = self._trained.get((point.training, point.seed))
        if trained is None and path.is_file():
            trained = TrainedNetwork(path.read_bytes())
        elif trained is None:
            trained = self.client.submit(
                self.tasks.train,
                name,
                self.sweep.located(point.recipe),
                point.seed,
                scratch,
                self.data,
                pure=False,
            )
            self._trained[point.training, point.seed] = trained
            self._unsaved.append(trained)
        future = self.client.submit(
            _measured,
            self.tasks.measure,
            f"h{point.digest}_s{point.seed}",
            trained,
            point.hardware,
            self._how(point),
            scratch,
            self.data,
            pure=False,
        )
        self._waiting[future] = point

    def _how(self, point: Point) -> Measure:
        """Return what to measure, with absolute paths: a worker is in another folder.

        Areas are those of the first seed: others have other tables, but no other logic.
        """
        how, folder = self.sweep.measure, self.sweep.folder
        return replace(
            how,
            targets=how.targets if point.seed == self.sweep.seeds[0] else [],
            liberty=str(folder / how.liberty) if how.liberty else "",
            macros=[str(folder / path) for path in how.macros],
        )

    def _scratch(self) -> Path:
        return self.store.folder.resolve() / SCRATCH

    def _take(self, future: Future) -> None:
        """Write down what a future came to."""
        if future.status == "cancelled":
            raise ToolError("the scheduler is lost; what was finished is kept")
        if future.status not in ("finished", "error"):
            return  # the worker died with its result, which is being made again
        if future in self._unsaved:
            self._unsaved.remove(future)
            if future.status == "finished":
                self._keep(future)
            return
        point = self._waiting.pop(future)
        if future.status == "finished":
            row = point.columns() | {"status": DONE} | future.result()
        else:
            row = point.columns() | {"status": FAILED, "error": _sentence(future.exception())}
        self.store.add(row)
        self.rows[point.key] = row
        self.finished += 1
        self._tell(point, row)
        self._settle()

    def _keep(self, future: Future) -> None:
        """Write down a network, so that nothing need train it again, and let the workers forget it."""
        key = next(key for key, other in self._trained.items() if other is future)
        del self._trained[key]
        name = f"p{key[0]}_s{key[1]}"
        path = self.store.folder / NETWORKS / f"{name}.safetensors"
        write_whole(path, future.result().network)
        shutil.rmtree(self._scratch() / name, ignore_errors=True)

    def _settle(self) -> None:
        """Tell the source of the batches that are complete."""
        for batch in [batch for batch in self._open if all(point.key in self.rows for point in batch)]:
            self._open.remove(batch)
            self.source.tell(batch, [self.rows[point.key] for point in batch])

    def _tell(self, point: Point, row: dict) -> None:
        done, total = len(self.rows), max(self.source.total, len(self.rows))
        outcome = row.get("error") or ", ".join(_said(row))
        seconds = (time.monotonic() - self.began) / self.finished * (total - done)
        left = f"; {_span(seconds)} left" if done < total else ""
        self.say(f"{done} of {total}: {point}: {outcome}{left}")


def _measured(measure: Callable[..., dict[str, float]], name: str, trained: TrainedNetwork, *how) -> dict:
    """Measure what was trained, and remember how long that took; runs on a worker."""
    seconds = {} if trained.seconds is None else {"train_seconds": trained.seconds}
    return seconds | measure(name, trained.network, *how)


def _sentence(error: BaseException) -> str:
    """Return an error as one line; those that a person cannot mend say what they are."""
    from distributed.scheduler import KilledWorker

    if isinstance(error, KilledWorker):
        return "the worker died each time it was tried"
    text = " ".join(str(error).split())
    text = text if isinstance(error, AccelgenError) else f"{type(error).__name__}: {text}"
    return text[:LONGEST_ERROR]


def _said(row: dict) -> list[str]:
    parts = [f"{row['validation_accuracy']:.2%}"] if "validation_accuracy" in row else []
    for name, unit in (("stored_bits", "bits"), ("cycles", "cycles"), ("nj", "nJ")):
        parts += (
            [f"{row[name]:,.4g} {unit}" if name == "nj" else f"{row[name]:,.0f} {unit}"]
            if name in row
            else []
        )
    return parts


def _span(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"
