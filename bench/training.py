"""``python -m bench.training``: seconds per epoch of a recipe, beside those of an earlier commit.

Both train the same samples at the same time, epoch by epoch in turn, so what else the machine does hits both
alike. Both must come out with the same network, to the last bit. With ``--precision`` today's train in that
precision, and the earlier ones as the recipe says: another network comes out. With ``--profile`` today's
train alone, and where the time goes is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import get_args

from accelgen.errors import InvalidRequest
from accelgen.train.recipe_tables import Precision
from bench.commit import unpack_commit
from bench.step_parts import parts, text

__all__ = ["compared", "main"]

ROOT = Path(__file__).parents[1]

#: Runs in the checkout that PYTHONPATH names; a line of its input starts the next epoch.
WORKER = """
import hashlib, json, sys, tempfile, time
from dataclasses import replace
from pathlib import Path
import torch
from accelgen.network.file import dump
from accelgen.train.export import export
from accelgen.train.loop import LabelledImages, fit
from accelgen.train.recipe import load_recipe
from accelgen.train.reference import FloatNet, build_float
from accelgen.train.run import load_splits

recipe, data, images, epochs, threads, precision = json.loads(sys.argv[1])
torch.set_num_threads(threads)
torch.manual_seed(0)  # earlier commits calibrated networks that draw timesteps with any seed
plan = load_recipe(Path(recipe) / "recipe.toml")
splits = load_splits(plan.data_set, Path(data) if data else None)
part = lambda of: LabelledImages(of.images[:images], of.labels[:images])
teacher = None
if plan.train.distill:
    teacher = build_float(load_recipe(plan.folder.parent / plan.train.distill / "recipe.toml"), 0).eval()
how = {"epochs": epochs, "mask_epochs": 1} | ({"precision": precision} if precision else {})
plan = replace(plan, train=replace(plan.train, **how))
began = time.process_time()
def on_epoch(epoch):
    global began
    print(time.process_time() - began, flush=True)
    sys.stdin.readline()
    began = time.process_time()
with tempfile.TemporaryDirectory() as folder:
    trained = fit(plan, 0, part(splits.training), part(splits.validation), Path(folder) / "run.pt",
                  teacher=teacher, on_epoch=on_epoch)
if isinstance(trained.net, FloatNet):
    made = b"".join(one.numpy().tobytes() for one in trained.net.state_dict().values())
else:
    made = dump(export(trained.net, "bench"))
print(hashlib.sha256(made).hexdigest(), flush=True)
"""


def main(arguments: list[str] | None = None) -> dict:
    """Run the comparison, print it and return it."""
    parser = argparse.ArgumentParser(prog="python -m bench.training", description=__doc__)
    parser.add_argument("--against", default="HEAD", metavar="COMMIT", help="earlier commit (HEAD)")
    parser.add_argument("--recipe", type=Path, default=ROOT / "models" / "mnist_3b_8x", help="folder of one")
    parser.add_argument("--data", help="folder that holds data sets (ACCELGEN_DATA)")
    parser.add_argument("--images", type=int, default=12_800, help="training images of an epoch (12800)")
    parser.add_argument("--epochs", type=int, default=6, help="the first one warms up and is not counted (6)")
    parser.add_argument("--threads", type=int, default=1, help="threads of torch (1)")
    parser.add_argument("--precision", choices=get_args(Precision), help="of today's (the recipe's)")
    parser.add_argument("--profile", action="store_true", help="where today's time goes, by part")
    parser.add_argument("--json", action="store_true", help="print figures for machines")
    asked = parser.parse_args(arguments)
    data = asked.data or os.environ.get("ACCELGEN_DATA")
    if asked.profile:
        folder = Path(data) if data else None
        shares = parts(asked.recipe.resolve(), folder, asked.images, asked.epochs, asked.threads)
        print(json.dumps(shares, indent=2) if asked.json else text(shares))
        return shares
    work = [str(asked.recipe.resolve()), data, asked.images, asked.epochs, asked.threads]
    works = [[*work, None], [*work, asked.precision]]
    with tempfile.TemporaryDirectory() as folder:
        unpack_commit(ROOT, asked.against, ["accelgen"], Path(folder))
        seconds, digests = _raced([Path(folder), ROOT], works)
    found = compared(seconds, digests)
    print(json.dumps(found, indent=2) if asked.json else _text(found))
    return found


def compared(seconds: list[list[float]], digests: list[str]) -> dict:
    """Return the figures of two trainings.

    Parameters
    ----------
    seconds : list of list of float
        Processor seconds of each epoch, before and after; the first epoch is left out.
    digests : list of str
        Of the two networks.
    """
    before, after = (epochs[1:] for epochs in seconds)
    return {
        "before": min(before),
        "after": min(after),
        "ratio": statistics.median(old / new for old, new in zip(before, after, strict=True)),
        "same": digests[0] == digests[1],
    }


def _raced(trees: list[Path], works: list[list]) -> tuple[list[list[float]], list[str]]:
    """Train in all trees in turn, and return processor seconds of each epoch and digests of the networks."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, json.dumps(work)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=tree,
            env=os.environ | {"PYTHONPATH": str(tree)},
        )
        for tree, work in zip(trees, works, strict=True)
    ]
    try:
        seconds = [[float(_line(worker))] for worker in workers]
        for _ in range(works[0][3] - 1):
            for worker, epochs in zip(workers, seconds, strict=True):
                _start(worker)
                epochs.append(float(_line(worker)))
        for worker in workers:
            _start(worker)
        return seconds, [_line(worker) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()


def _start(worker: subprocess.Popen) -> None:
    worker.stdin.write("\n")  # type: ignore[union-attr]
    worker.stdin.flush()  # type: ignore[union-attr]


def _line(worker: subprocess.Popen) -> str:
    line = worker.stdout.readline().strip()  # type: ignore[union-attr]
    if not line:
        raise InvalidRequest("a training has failed: its message is above")
    return line


def _text(found: dict) -> str:
    same = "the same network" if found["same"] else "ANOTHER NETWORK"
    return (
        f"processor seconds per epoch: {found['before']:.2f} before, {found['after']:.2f} after (least); "
        f"{found['ratio']:.2f} times faster (median of the pairs); {same}"
    )


if __name__ == "__main__":
    main()
