"""What `make bench` has measured, as a file, and as tables in the docs.

A run may leave out networks or peers; rows that it did not measure stay, and every row says what it was
measured with: ``limit`` seconds, a version of Yosys and, of ours, the fingerprint of the hardware.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from accelgen.errors import DataError, at
from accelgen.files import write_whole
from accelgen.report.documents import Part, replace
from bench.goals import goals
from bench.rows import OURS, Job
from bench.table import ratios, text

__all__ = ["BENCH", "RESULTS", "fill", "merged", "read", "report", "stale", "write"]

#: Where rows are kept, below the checkout.
RESULTS = "bench/results.json"
BENCH = Part("docs/benchmark.md", "bench", "make bench")
SCHEMA = 1


def read(path: Path) -> list[dict]:
    """Return the rows of `write`; none if there is no file yet.

    Raises
    ------
    DataError
        If the file is damaged.
    """
    if not path.is_file():
        return []
    with at(path):
        try:
            facts = json.loads(path.read_text())
            if facts["schema"] != SCHEMA:
                raise DataError(f"schema must be {SCHEMA}, not {facts['schema']!r}")
            for row in facts["rows"]:
                _key(row)
            return list(facts["rows"])
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(f"is no list of rows ({error!r})") from error


def write(rows: list[dict], path: Path) -> Path:
    """Write rows, whole or not at all."""
    return write_whole(path, json.dumps({"schema": SCHEMA, "rows": rows}, indent=2) + "\n")


def merged(before: list[dict], added: list[dict], order: Iterable[str]) -> list[dict]:
    """Return ``before`` with the rows of ``added`` in it.

    Parameters
    ----------
    before, added : list of dict
        Rows, see `bench.rows`. What was measured again takes the place of what was there; of a peer that was
        not run now but was then, the old row stays.
    order : iterable of str
        Networks, as the table has them.
    """
    kept = {_key(row): row for row in before}
    for row in added:
        if "not_run" not in row or "not_run" in kept.get(_key(row), row):
            kept[_key(row)] = row
    places = {name: number for number, name in enumerate(order)}
    # Ours first, then the peers, each as they came.
    return sorted(kept.values(), key=lambda row: (places.get(row["work"], len(places)), row["tool"] != OURS))


def stale(rows: list[dict], jobs: Iterable[Job]) -> list[str]:
    """Return a sentence for each of our rows that is not of the hardware that is generated today."""
    today = {(job.work, job.tool, job.form): job for job in jobs if job.tool == OURS}
    sentences = []
    for row in rows:
        if row["tool"] != OURS:
            continue
        job = today.get(_key(row))
        again = f'python -m bench --ours --record --network "{row["work"]}"'
        if job is None:
            sentences.append(f"bench: {row['work']}, {row['form']}: is not built any more: {again}")
        elif row.get("hardware") != job.hardware():
            sentences.append(
                f"bench: {row['work']}, {row['form']}: is of other hardware than is generated today: {again}"
            )
    return sentences


def report(rows: list[dict]) -> dict:
    """Return rows with what follows from them: quotients, and which goals are met."""
    tools = dict.fromkeys(row["yosys"] for row in rows if "yosys" in row)
    return {"tool": ", ".join(tools), "rows": rows, "ratios": ratios(rows), "goals": goals(rows)}


def fill(home: Path, rows: list[dict]) -> list[Path]:
    """Write the tables into their page below ``home``."""
    return replace(home, {BENCH: text(report(rows))})


def _key(row: dict) -> tuple[str, str, str]:
    return row["work"], row["tool"], row["form"]
