"""``python -m sim.formal``: prove what is said of the hardware, and print what was proved."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from accelgen.errors import AccelgenError
from sim.formal.show import HEAD, both, shown, table

__all__ = ["main", "proofs"]


def proofs():
    """Return every proof."""
    from sim.formal import (
        event_receiver,
        fire,
        flagged_bank,
        flagged_memory,
        frame_receiver,
        gates_stage,
        holding_array,
        layer_control,
        multiplier,
        packer,
        pipeline,
        potentials,
        readout,
        score_drain,
        stage_control,
        table_loader,
        timestep_marks,
        tops,
        visit_queue,
    )

    modules = (
        layer_control,
        stage_control,
        gates_stage,
        packer,
        score_drain,
        multiplier,
        table_loader,
        timestep_marks,
        frame_receiver,
        event_receiver,
        flagged_memory,
        flagged_bank,
        visit_queue,
        holding_array,
        fire,
        potentials,
        readout,
        pipeline,
        tops,
    )
    return [proof for module in modules for proof in module.PROOFS]


def main(arguments: list[str] | None = None) -> int:
    """Return 0 if everything holds, is reached and catches its fault, 1 if not, 2 if a tool is missing."""
    parser = argparse.ArgumentParser(prog="python -m sim.formal", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print figures for machines")
    parser.add_argument("--short", action="store_true", help="only those that take seconds")
    parser.add_argument("--design", help="only designs whose name holds this")
    asked = parser.parse_args(arguments)
    wanted = [
        proof
        for proof in proofs()
        if (proof.short or not asked.short) and (not asked.design or asked.design in proof.design)
    ]
    if not wanted:
        parser.error(f"no design is called like {asked.design!r}")
    try:
        with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = [
                pool.submit(shown, proof, both(proof), Path(name) / f"p{number}")
                for number, proof in enumerate(wanted)
            ]
            rows = []
            for job in jobs:
                rows.append(job.result())
                if not asked.json:
                    print(f"{len(rows)} of {len(jobs)}", end="\r", file=sys.stderr)
    except AccelgenError as error:
        print(error, file=sys.stderr)
        return 2
    good = sum(row.good for row in rows)
    if asked.json:
        print(
            json.dumps(
                {"columns": HEAD, "rows": [row.facts() for row in rows], "good": good == len(rows)}, indent=2
            )
        )
    else:
        print(table(rows))
        print(f"{good} of {len(rows)} hold, are not about nothing, and catch their fault")
    return 0 if good == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
