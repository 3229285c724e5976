"""``python -m bench.quantise``: what integers cost: a float model, quantised, tuned, and trained in integers.

Features are normalised by training samples only, nothing is chosen by test samples, and each seed draws its
own split and weights. What is tuned begins as what was quantised; what is trained has the same layers, and
begins anew.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

import accelgen
from accelgen import nn as integer
from accelgen.data.own import read_own
from accelgen.data.reading import Reading

__all__ = ["Split", "main", "measure", "read_split", "table"]

ROOT = Path(__file__).parents[1]
COLUMNS = ("float", "quantised", "tuned", "trained")
#: Epochs of a training, and of what is tuned; the last quarter of them is settled.
TRAINED, TUNED, BATCH = 24, 8, 32
Split = tuple[Tensor, Tensor, Tensor, Tensor]


def main(arguments: list[str] | None = None) -> list[dict]:
    """Measure, print a table, and return its rows."""
    parser = argparse.ArgumentParser(prog="python -m bench.quantise", description=__doc__)
    parser.add_argument(
        "data",
        nargs="*",
        type=Path,
        default=[ROOT / "models" / "breast_cancer" / "breast_cancer.csv"],
        help="tables or pictures, such as what `accelgen data get digits` makes (the shipped breast_cancer)",
    )
    parser.add_argument("--bits", type=int, nargs="+", default=[4, 3, 2], help="of a weight (4 3 2)")
    parser.add_argument("--seeds", type=int, default=3, help="splits and first weights (3)")
    parser.add_argument("--json", action="store_true", help="print figures for machines")
    asked = parser.parse_args(arguments)
    torch.set_num_threads(1)
    rows = []
    for path in asked.data:
        found = [measure(read_split(path, seed), asked.bits, seed) for seed in range(asked.seeds)]
        rows += [
            {"data": path.stem, "bits": bits} | {name: [one[bits][name] for one in found] for name in COLUMNS}
            for bits in asked.bits
        ]
    print(json.dumps(rows, indent=2) if asked.json else table(rows))
    return rows


def read_split(path: Path, seed: int) -> Split:
    """Return samples to learn from, their classes, and those to test with.

    Over what is learned from, features of a table have mean 0 and deviation 1, and the largest value of
    pictures, which are of one channel, is 1.
    """
    own = read_own(path, Reading(seed=seed))

    def read(part) -> tuple[np.ndarray, Tensor]:
        rows = np.concatenate(list(own.pieces(part))).astype(np.float32)
        return rows, torch.from_numpy(own.labels(part).astype(np.int64))

    x, labels = read("train")
    test, wanted = read("test")
    if own.table:
        middle, size = x.mean(0), x.std(0)
        size[size == 0] = 1
    else:
        middle, size = np.float32(0), x.max()
    shape = (-1, x.shape[1]) if own.table else (-1, 1, *own.shape[:2])
    x, test = (torch.from_numpy((of - middle) / size).reshape(shape) for of in (x, test))
    return x, labels, test, wanted


def measure(split: Split, bits: Iterable[int], seed: int) -> dict[int, dict[str, float]]:
    """Return the accuracy on test samples, by bits of a weight and by name of a column."""
    x, labels, test, wanted = split
    torch.manual_seed(seed)
    model = _float_model(x, int(labels.max()) + 1)
    _train(model, x, labels, torch.optim.Adam(model.parameters(), 0.005), TRAINED)
    found = {}
    for width in bits:
        torch.manual_seed(seed)
        net = accelgen.quantise(model, x, bits=width)
        row = {"float": _right(model, test, wanted), "quantised": _right(net, test, wanted)}
        fresh = _anew(net)
        for name, one, epochs, rate in (("tuned", net, TUNED, 0.01), ("trained", fresh, TRAINED, 0.03)):
            optimiser = torch.optim.Adam(integer.groups(one, rate), eps=1e-12)
            _train(one, x, labels, optimiser, epochs)
            row[name] = _right(one, test, wanted)
        found[width] = row
    return found


def table(rows: list[dict]) -> str:
    """Return rows as a table: the mean over all seeds, and how far the farthest is from it."""
    lines = ["| data | bits | " + " | ".join(COLUMNS) + " |", "| --- | ---: |" + " ---: |" * len(COLUMNS)]
    for row in rows:
        cells = []
        for name in COLUMNS:
            mean = statistics.mean(row[name])
            cells.append(f"{mean:.1%} ± {max(abs(one - mean) for one in row[name]):.1%}")
        lines.append(f"| {row['data']} | {row['bits']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _float_model(x: Tensor, classes: int) -> nn.Module:
    if x.dim() == 2:
        return nn.Sequential(nn.Linear(x.shape[1], 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, classes))
    high, wide = x.shape[2:]
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(8 * (high // 2) * (wide // 2), classes),
    )


def _anew(net: nn.Sequential) -> nn.Sequential:
    """Return the same layers with other weights, and without scales."""
    made: list[nn.Module] = []
    for module in net:
        if isinstance(module, integer.BlockConv2d):
            window, block = module.window, (module.block_out, module.channels_in)
            made.append(
                integer.BlockConv2d(
                    window.channels,
                    module.outputs,
                    window.kernel,
                    window.stride,
                    window.padding,
                    module.bits,
                    block=block,
                )
            )
        elif isinstance(module, integer.BlockLinear):
            block = module.block_out, module.block_in
            made.append(integer.BlockLinear(module.inputs, module.outputs, module.bits, block=block))
        elif isinstance(module, integer.QuantReLU):
            made.append(integer.QuantReLU(module.features, module.bits))
        elif isinstance(module, integer.Scores):
            made.append(integer.Scores(module.features))
        else:
            made.append(module)
    return nn.Sequential(*made)


def _train(net: nn.Module, x: Tensor, labels: Tensor, optimiser: torch.optim.Optimizer, epochs: int) -> None:
    steps = epochs * -(-len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for epoch in range(epochs):
        if epoch == epochs * 3 // 4:
            integer.settle(net)
        net.train()
        for chosen in torch.randperm(len(x)).split(BATCH):
            loss = nn.functional.cross_entropy(net(x[chosen]), labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            integer.keep_in_range(net)


@torch.no_grad()
def _right(net: nn.Module, x: Tensor, labels: Tensor) -> float:
    return float((net.eval()(x).argmax(1) == labels).float().mean())


if __name__ == "__main__":
    main()
