"""Sweep files and quick stand-ins for training and measuring, importable by worker processes."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from accelgen.errors import InvalidNetwork
from accelgen.explore.points import grid
from accelgen.explore.run import Tasks
from accelgen.explore.store import DONE, Store
from accelgen.explore.sweep import Sweep, sweep_of
from accelgen.explore.worker import TrainedNetwork

HEAD = """
[sweep]
seeds = [0, 1]
[axes]
weight_bits = [1, 3]
compression = [1, 4]
"""
RECIPE = """
[recipe.data]
pixel_bits = 2
[recipe.train]
epochs = 2
batch = 32
[[recipe.layer]]
outputs = 16
block_in = 7
[[recipe.layer]]
outputs = 10
"""


def sweep(head: str = HEAD, recipe: str = RECIPE, folder: Path = Path("/nowhere")) -> Sweep:
    """Return the sweep of ``head`` and ``recipe``."""
    return sweep_of("tiny", head + recipe, folder)


def train(name, recipe, seed, scratch, data) -> TrainedNetwork:
    """Leave a line in the log of what was trained, and return the recipe in the place of a network."""
    bits = recipe["layer"][0].get("weight_bits", 3)
    with (Path(scratch) / "trained.log").open("a") as log:
        log.write(f"{name}\n")
    if bits == 4:
        raise InvalidNetwork("bias: outgrew the contract")
    return TrainedNetwork(f"{bits} {recipe['layer'][0].get('compression', 1)} {seed}".encode(), 0.5)


def measure(name, network, hardware, how, scratch, data) -> dict:
    """Return figures that follow from the network by a rule."""
    bits, compression, seed = map(int, network.split())
    return {
        "validation_accuracy": 0.9 + 0.02 * bits - 0.005 * compression + 0.001 * seed,
        "accuracy": 0.91 + 0.02 * bits - 0.005 * compression,
        "stored_bits": 1000 * bits // compression,
        "cycles": 500.0 / compression + hardware.get("lanes", 16),
        "measure_seconds": 0.1,
    }


def killed_once(name, network, hardware, how, scratch, data) -> dict:
    """Kill the worker that does this, the first time that any does."""
    mark = Path(scratch) / "killed"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return measure(name, network, hardware, how, scratch, data)


def slow(name, network, hardware, how, scratch, data) -> dict:
    """Measure, but take a moment, so that a kill finds something under way."""
    time.sleep(0.3)
    return measure(name, network, hardware, how, scratch, data)


def told(name, network, hardware, how, scratch, data) -> dict:
    """Write down what was to be measured."""
    with (Path(scratch) / "told.log").open("a") as log:
        log.write(json.dumps({"targets": how.targets, "liberty": how.liberty}) + "\n")
    return measure(name, network, hardware, how, scratch, data)


QUICK = Tasks(train, measure)


def measured(folder: Path, plan: Sweep | None = None) -> Path:
    """Fill a results folder by the rule of `measure`, and return it."""
    plan = plan or sweep()
    store = Store(folder, plan.name, plan.text)
    with store.locked():
        for point in grid(plan)[0]:
            layer = point.recipe["layer"][0]
            network = f"{layer.get('weight_bits', 3)} {layer.get('compression', 1)} {point.seed}".encode()
            store.add(
                point.columns() | {"status": DONE} | measure("", network, point.hardware, None, "", None)
            )
        store.keep()
    return folder
