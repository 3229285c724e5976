"""``python -m bench``: build every network with every generator, and print the comparison."""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from accelgen.flows.yosys import YOSYS
from bench import record
from bench.networks import WORKS
from bench.peers.environment import PEERS
from bench.rows import FLAGSHIP, OURS, Job, done, jobs
from bench.table import text

__all__ = ["main"]

ROOT = Path(__file__).parents[1]


def main(arguments: list[str] | None = None) -> dict:
    """Run the comparison, print it and return it."""
    names = [*(work.name for work in WORKS), FLAGSHIP]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print figures for machines")
    parser.add_argument("--network", action="append", choices=names, help="only this one; may be repeated")
    parser.add_argument("--limit", type=float, default=600, help="seconds to generate or map a peer (600)")
    tools = [OURS, *(peer.name for peer in PEERS)]
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--ours", action="store_true", help="only our hardware, no peers")
    only.add_argument("--tool", action="append", choices=tools, help="only this one; may be repeated")
    parser.add_argument(
        "--record", action="store_true", help=f"note the rows in {record.RESULTS} and in {record.BENCH.page}"
    )
    asked = parser.parse_args(arguments)
    wanted = asked.network or names
    works = [work for work in WORKS if work.name in wanted]
    selected = list(jobs(works, FLAGSHIP in wanted, ROOT / ".cache" / "bench", asked.limit))
    if tools := [OURS] if asked.ours else asked.tool:
        selected = [job for job in selected if job.tool.split()[0] in tools]
    with ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(_told, selected))
    conditions = {"yosys": f"Yosys {YOSYS.version()}", "limit": asked.limit}
    rows = [row | conditions for row in rows]
    if asked.record:
        path = ROOT / record.RESULTS
        everything = record.merged(record.read(path), rows, names)
        record.write(everything, path)
        record.fill(ROOT, everything)
    report = record.report(rows)
    print(json.dumps(report, indent=2) if asked.json else text(report))
    return report


def _told(job: Job) -> dict:
    """Return the row of a job, and print on the standard error stream how long it took."""
    start = time.perf_counter()
    print(f"{job.work}: {job.tool}, {job.form} ...", file=sys.stderr, flush=True)
    row = done(job, ROOT / "build" / "bench")
    why = f", not run: {row['not_run']}" if "not_run" in row else ""
    seconds = time.perf_counter() - start
    print(f"{job.work}: {job.tool}, {job.form}: {seconds:.0f} s{why}", file=sys.stderr, flush=True)
    return row


if __name__ == "__main__":
    main()
