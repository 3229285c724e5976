"""``python -m bench.quantise``: what integers cost: a float model, quantised, tuned, and trained in integers.

Features are normalised by training samples only, nothing is chosen by test samples, and each seed draws its
own split and weights. What is tuned begins as what was quantised; what is trained has the same layers, and
begins anew: its blocks are drawn. Classes are measured by accuracy, and numbers by R2.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

import accelgen
from accelgen import nn as integer
from accelgen.data.own import read_own
from accelgen.data.reading import Reading
from accelgen.report.documents import Part, replace

__all__ = ["PAGE", "Split", "main", "measure", "read_split", "table"]

ROOT = Path(__file__).parents[1]
MODELS = ROOT / "models"
#: A table, pictures, a series, and a table of numbers.
SHIPPED = [
    str(MODELS / "breast_cancer" / "breast_cancer.csv"),
    str(MODELS / "digits" / "digits.npz"),
    str(MODELS / "vibration" / "vibration.npz"),
    str(MODELS / "friedman" / "friedman.csv=y"),
]
PAGE = Part("docs/own-training-loop.md", "quantise", "python -m bench.quantise --record")
COLUMNS = ("float", "quantised", "tuned", "trained")
#: Steps of a training, and of what is tuned, and samples of a step; the last quarter of them is settled.
TRAINED, TUNED, BATCH = 400, 100, 64
#: Largest rate: of a float model, and in weight steps.
FLOAT_RATE, RATE = 0.005, 0.03
Split = tuple[Tensor, Tensor, Tensor, Tensor]
#: Bits of a weight, and blocks over kept blocks of linear layers but the last.
Kind = tuple[int, int]


def main(arguments: list[str] | None = None) -> list[dict]:
    """Measure, print a table, and return its rows."""
    parser = argparse.ArgumentParser(prog="python -m bench.quantise", description=__doc__)
    parser.add_argument(
        "data",
        nargs="*",
        default=SHIPPED,
        help="tables, pictures or series; behind = the column of a table that has numbers to be learned "
        "(a shipped one of each)",
    )
    parser.add_argument("--bits", type=int, nargs="+", default=[3], help="of a weight (3)")
    parser.add_argument(
        "--compression", type=int, nargs="+", default=[1, 2], help="blocks over kept blocks (1 2)"
    )
    parser.add_argument("--seeds", type=int, default=3, help="splits and first weights (3)")
    parser.add_argument("--json", action="store_true", help="print figures for machines")
    parser.add_argument("--record", action="store_true", help=f"write the table into {PAGE.page}")
    asked = parser.parse_args(arguments)
    torch.set_num_threads(1)
    kinds = list(product(asked.bits, asked.compression))
    rows = []
    for data in asked.data:
        found = [measure(read_split(data, seed), kinds, seed) for seed in range(asked.seeds)]
        path, _, numbers = data.partition("=")
        facts = {"data": Path(path).stem, "measure": "R2" if numbers else "accuracy"}
        rows += [
            facts
            | {"bits": bits, "compression": ratio}
            | {name: [one[bits, ratio][name] for one in found] for name in COLUMNS}
            for bits, ratio in kinds
        ]
    if asked.record:
        replace(ROOT, {PAGE: table(rows).rstrip()})
    print(json.dumps(rows, indent=2) if asked.json else table(rows))
    return rows


def read_split(data: str | Path, seed: int) -> Split:
    """Return samples to learn from, their classes or numbers, and those to test with.

    Over what is learned from, features of a table, and numbers, have mean 0 and deviation 1, and the largest
    magnitude of pictures and series is 1. Behind ``=`` is the column of a table that has the numbers.
    """
    path, _, column = str(data).partition("=")
    reading = Reading(seed=seed, task="regression", label=column) if column else Reading(seed=seed)
    own = read_own(Path(path), reading)

    def read(part) -> tuple[np.ndarray, np.ndarray]:
        return np.concatenate(list(own.pieces(part))).astype(np.float32), own.labels(part)

    x, labels = read("train")
    test, wanted = read("test")
    if own.table:
        middle, size = x.mean(0), x.std(0)
        size[size == 0] = 1
    else:
        middle, size = np.float32(0), np.abs(x).max()
    height, width, channels = own.shape
    shape = {own.table: (x.shape[1],), height == 1 and not own.table: (width, channels)}.get(True, own.shape)
    x, test = (torch.from_numpy((of - middle) / size).reshape(-1, *shape) for of in (x, test))
    x, test = (of.movedim(-1, 1) if of.dim() > 2 else of for of in (x, test))
    if not column:
        return x, torch.from_numpy(labels.astype(np.int64)), test, torch.from_numpy(wanted.astype(np.int64))
    middle, size = labels.mean(0), labels.std(0)
    right, wrong = (torch.from_numpy((of - middle) / size).float() for of in (labels, wanted))
    return x, right, test, wrong


def measure(split: Split, kinds: Iterable[Kind], seed: int) -> dict[Kind, dict[str, float]]:
    """Return the accuracy, or R2, on test samples, by bits and compression and by name of a column."""
    x, labels, test, wanted = split
    torch.manual_seed(seed)
    model = _float_model(x, int(labels.max()) + 1 if labels.dim() == 1 else labels.shape[1])
    _train(model, x, labels, torch.optim.Adam(model.parameters(), FLOAT_RATE), TRAINED)
    inner = [name for name, module in model.named_children() if isinstance(module, nn.Linear)][:-1]
    found = {}
    for bits, ratio in kinds:
        torch.manual_seed(seed)
        net = accelgen.quantise(model, x, bits=bits, compression=dict.fromkeys(inner, ratio))
        row = {"float": _right(model, test, wanted), "quantised": _right(net, test, wanted)}
        fresh = _anew(net)
        for name, one, steps in (("tuned", net, TUNED), ("trained", fresh, TRAINED)):
            optimiser = torch.optim.Adam(integer.groups(one, RATE), eps=1e-12)
            _train(one, x, labels, optimiser, steps)
            row[name] = _right(one, test, wanted)
        found[bits, ratio] = row
    return found


def table(rows: list[dict]) -> str:
    """Return rows as a table: the mean over all seeds, and how far the farthest is from it."""
    heads = ["data", "measure", "bits", "blocks", *COLUMNS]
    lines = ["| " + " | ".join(heads) + " |", "| --- | --- |" + " ---: |" * (len(heads) - 2)]
    for row in rows:
        cells = [row["data"], row["measure"], str(row["bits"]), f"1 of {row['compression']}"]
        for name in COLUMNS:
            mean = statistics.mean(row[name])
            far = max(abs(one - mean) for one in row[name])
            numbers = f"{mean:.3f} ± {far:.3f}" if row["measure"] == "R2" else f"{mean:.1%} ± {far:.1%}"
            cells.append(numbers)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _float_model(x: Tensor, outputs: int) -> nn.Module:
    if x.dim() == 2:
        return nn.Sequential(nn.Linear(x.shape[1], 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, outputs))
    flat = x.dim() == 3
    front = (
        (nn.Conv1d(x.shape[1], 8, 5, padding=2), nn.BatchNorm1d(8), nn.ReLU(), nn.MaxPool1d(2))
        if flat
        else (nn.Conv2d(x.shape[1], 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2))
    )
    pixels = int(np.prod([side // 2 for side in x.shape[2:]]))
    return nn.Sequential(*front, nn.Flatten(), nn.Linear(8 * pixels, 32), nn.ReLU(), nn.Linear(32, outputs))


def _anew(net: nn.Sequential) -> nn.Sequential:
    """Return the same layers with other weights and blocks, and without scales."""
    made: list[nn.Module] = []
    for module in net:
        if isinstance(module, integer.BlockConv2d):
            window, block = module.window, (module.block_out, module.channels_in)
            shape = (window.channels, module.outputs, window.kernel, window.stride, window.padding)
            conv = integer.BlockConv2d(*shape, module.bits, block=block)
            if isinstance(module, integer.BlockConv1d):
                conv.__class__ = integer.BlockConv1d  # which sees the same window
            made.append(conv)
        elif isinstance(module, integer.BlockLinear):
            ratio = module.columns // module.index.shape[1]
            shape, block = (module.inputs, module.outputs, module.bits), (module.block_out, module.block_in)
            made.append(integer.BlockLinear(*shape, compression=ratio, block=block))
        elif isinstance(module, integer.QuantReLU):
            made.append(integer.QuantReLU(module.features, module.bits))
        elif isinstance(module, integer.Scores):
            made.append(integer.Scores(module.features))
        else:
            made.append(module)
    return nn.Sequential(*made)


def _train(net: nn.Module, x: Tensor, labels: Tensor, optimiser: torch.optim.Optimizer, steps: int) -> None:
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    loss_of = nn.functional.mse_loss if labels.is_floating_point() else nn.functional.cross_entropy
    batches: list[Tensor] = []
    net.train()
    for step in range(steps):
        if step == steps * 3 // 4:
            integer.settle(net)
        batches = batches or list(torch.randperm(len(x)).split(BATCH))
        chosen = batches.pop()
        loss = loss_of(net(x[chosen]), labels[chosen])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        integer.keep_in_range(net)


@torch.no_grad()
def _right(net: nn.Module, x: Tensor, wanted: Tensor) -> float:
    found = net.eval()(x)
    if not wanted.is_floating_point():
        return float((found.argmax(1) == wanted).float().mean())
    scores = next((one for one in net.modules() if isinstance(one, integer.Scores)), None)
    found = scores.logits(found) if scores else found
    left, spread = (found - wanted).square().sum(0), (wanted - wanted.mean(0)).square().sum(0)
    return float((1 - left / spread).mean())


if __name__ == "__main__":
    main()
