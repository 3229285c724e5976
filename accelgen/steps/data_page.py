"""The page of data of one's own: gathered from the samples to learn from, some at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from accelgen.data.own import Own
from accelgen.files import write_whole
from accelgen.report.data_page import DataFacts, Example, Histogram, data_page
from accelgen.report.page import render
from accelgen.steps.first_recipe import learned

if TYPE_CHECKING:
    from accelgen.steps.own_data import DataCheck

__all__ = ["data_facts", "write_data_page"]

#: Samples of a class, classes, features with a histogram of their own, and steps of each.
EACH, CLASSES, FEATURES, STEPS = 6, 24, 24, 16
#: What the names are of that something is learned under, by task.
COUNTED = {"classes": "classes", "threshold": "classes", "labels": "labels", "regression": "outputs"}


def write_data_page(own: Own, found: DataCheck, target: Path) -> Path:
    """Write the page of data that were looked at, whole or not at all, and return its path."""
    return write_whole(target, render(data_page(data_facts(own, found))))


def data_facts(own: Own, found: DataCheck) -> DataFacts:
    """Return what the page is made from."""
    examples = _examples(own)
    histograms = _timesteps(own) if own.events else _histograms(own)
    shape = (own.events.height, own.events.width, 1) if own.events else own.shape
    if own.events:
        low, high = 0.0, max((float(one.values.max()) for one in examples), default=1.0)
    else:
        low, high = min(one.low for one in histograms), max(one.high for one in histograms)
    samples = sum(found.samples.values())
    return DataFacts(
        name=found.name,
        form=found.form,
        kind="timestep with an event" if own.events else "value",
        summary=f"{samples:,} samples, {learned(own)}; licence: {found.licence}.",
        shape=shape,
        classes=found.classes,
        balance=found.balance,
        tiles={
            "samples": f"{samples:,}",
            **({COUNTED[found.task]: f"{len(found.classes):,}"} if found.classes else {}),
            "a sample": own.events.input.title if own.events else " x ".join(map(str, found.shape)),
            "test samples learned from as well": f"{found.duplicates:,}",
            "features with missing values": f"{found.filled or 0:,}",
            "features that never change": f"{len(found.constant):,}",
        },
        columns=own.every[0].values.columns if own.table else (),
        low=0.0 if own.pixels and not own.events else low,
        high=255.0 if own.pixels and not own.events else high,
        examples=examples,
        histograms=histograms,
        each="label" if found.task == "labels" else "class" if found.balance else "",
    )


def _examples(own: Own) -> list[Example]:
    """Return the first samples of each class, or with each label, or of all where there are neither.

    Those of events are the number of them at each place.
    """
    wanted = sorted(
        (row, label)
        for label, mine in enumerate(_by_label(own))
        for row in np.flatnonzero(mine)[:EACH].tolist()
    )
    found, start = [], 0
    for rows in own.pieces("train"):
        here = [(row, label) for row, label in wanted if start <= row < start + len(rows)]
        found += [Example(row, label, _seen(own, rows[row - start])) for row, label in here]
        start += len(rows)
    return found


def _by_label(own: Own) -> list[np.ndarray]:
    """Return which samples are of each class, or have each label, bool[n]; all where there are neither."""
    right, shown = own.labels("train"), range(min(len(own.classes), CLASSES))
    if own.reading.task == "labels":
        return [right[:, label] == 1 for label in shown]
    if own.reading.task in ("classes", "threshold"):
        return [right == label for label in shown]
    return [np.ones(len(right), bool)]


def _seen(own: Own, row: np.ndarray) -> np.ndarray:
    if own.sensor is None or own.events is None:
        return row.astype(np.float64)
    spikes = own.sensor(row[None])[0].astype(np.float64)
    places = own.events.height * own.events.width
    return spikes.sum(axis=0).reshape(own.events.polarities, places).sum(axis=0)


def _columns(own: Own) -> Iterator[np.ndarray]:
    """Go through the values that get histograms: each feature of a table, or all values in one column."""
    for rows in own.pieces("train"):
        values = rows.astype(np.float64)
        yield values[:, :FEATURES] if own.table else values.reshape(-1, 1)


def _histograms(own: Own) -> list[Histogram]:
    ends = [(part.min(axis=0), part.max(axis=0)) for part in _columns(own) if len(part)]
    low = np.min([least for least, _ in ends], axis=0)
    high = np.max([most for _, most in ends], axis=0)
    top = np.where(high > low, high, low + 1.0)
    half = top / 2 - low / 2  # a difference of large numbers would be infinite
    counts = np.zeros((len(low), STEPS), np.int64)
    for part in _columns(own):
        steps = np.clip((part / 2 - low / 2) / half * STEPS, 0, STEPS - 1).astype(np.int64)
        for n in range(len(low)):
            counts[n] += np.bincount(steps[:, n], minlength=STEPS)
    names = own.every[0].values.columns or tuple(f"value {n}" for n in range(len(low)))
    names = names if own.table else ("all values",)
    return [Histogram(*one) for one in zip(names, low.tolist(), top.tolist(), counts, strict=False)]


def _timesteps(own: Own) -> list[Histogram]:
    """Return how many events there are in each timestep."""
    if own.sensor is None or own.events is None:
        return []
    counts = np.zeros(own.events.timesteps, np.int64)
    for rows in own.pieces("train"):
        for start in range(0, len(rows), 64):
            counts += own.sensor(rows[start : start + 64]).sum(axis=(0, 2), dtype=np.int64)
    return [Histogram("events in a timestep", 0.0, float(len(counts)), counts)]
