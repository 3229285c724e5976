"""Data of one's own as one page: samples of each class, how many there are, and which values occur."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import numpy as np

from accelgen.report.charts import bars, histogram, legend
from accelgen.report.page import Block, Page, Section, Table, Tile
from accelgen.report.sample import sample_picture
from accelgen.report.svg import number

__all__ = ["DataFacts", "Example", "Histogram", "data_page"]

#: Classes of which samples are shown.
CLASSES = 24
#: Features of a row that stand in its table.
COLUMNS = 12
PLURAL = {"class": "classes", "label": "labels"}


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A sample to learn from: its row, its class or a label of it, and its values as they are shown."""

    row: int
    label: int
    values: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """How often values are: of what, from where to where, and the counts of even steps between."""

    name: str
    low: float
    high: float
    counts: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class DataFacts:
    """What the page is made from.

    Attributes
    ----------
    each : "class", "label" or ""
        What samples are shown by; "" where they have neither, and all are shown together, under label 0.
    name, form, kind, summary : str
        What the data are called, which form they have, what a value is, and one sentence.
    shape : (height, width, channels)
        Of what is shown of a sample.
    classes : sequence of str
        Names of the classes or labels.
    balance : dict of str to dict of str to int
        Samples of each class in each part, or with each label.
    tiles : dict of str to str
        What is seen first.
    columns : sequence of str
        Names of the features of a table; none of others.
    low, high : float
        Least and greatest value that are shown.
    examples : sequence of Example
        Some of each class, or with each label.
    histograms : sequence of Histogram
        Of each feature, or of all values.
    """

    name: str
    form: str
    kind: str
    summary: str
    shape: tuple[int, int, int]
    classes: Sequence[str]
    balance: Mapping[str, Mapping[str, int]]
    tiles: Mapping[str, str]
    columns: Sequence[str]
    low: float
    high: float
    examples: Sequence[Example]
    histograms: Sequence[Histogram]
    each: Literal["class", "label", ""] = "class"


def data_page(facts: DataFacts) -> Page:
    """Return the page; the same facts give the same page."""
    return Page(
        title=facts.name,
        kind=f"data: {facts.form}",
        summary=facts.summary,
        tiles=[Tile(value, name) for name, value in facts.tiles.items()],
        sections=[_samples(facts), *([_balance(facts)] if facts.each else []), _values(facts)],
        foot="Written by accelgen data check --page.",
    )


def _samples(facts: DataFacts) -> Section:
    blocks = []
    for label, name in enumerate(facts.classes[:CLASSES] if facts.each else [""]):
        title = f"{facts.each} {name}".strip()
        mine = [one for one in facts.examples if one.label == label]
        if facts.columns:
            heads = ["row", *facts.columns[:COLUMNS]]
            rows = [[one.row, *map(number, one.values[:COLUMNS].tolist())] for one in mine]
            blocks.append(Block(title, table=Table(heads, rows), wide=True))
        else:
            pictures = "".join(
                f"<div>{sample_picture(one.values, facts.shape, facts.low, facts.high, _words(one, title))}"
                f"{escape(str(one.row))}</div>"
                for one in mine
            )
            blocks.append(Block(title, f'<div class="mistakes">{pictures}</div>'))
    of_each = f" of each {facts.each}" if facts.each else ""
    lead = f"The first samples{of_each} that are learned from, with their places among those."
    if len(facts.columns) > COLUMNS:
        lead += f" Of {len(facts.columns)} features {COLUMNS} are shown."
    if facts.each and len(facts.classes) > CLASSES:
        lead += f" Of {len(facts.classes):,} {PLURAL[facts.each]} {CLASSES} are shown."
    return Section("samples", "Samples", lead, blocks)


def _words(one: Example, title: str) -> str:
    return f"sample {one.row}{f': {title}' if title else ''}"


def _balance(facts: DataFacts) -> Section:
    parts = list(facts.balance)
    rows = [
        [
            name,
            *(facts.balance[part][name] for part in parts),
            sum(facts.balance[part][name] for part in parts),
        ]
        for name in facts.classes
    ]
    totals = [(str(row[0]), float(str(row[-1]))) for row in rows]
    picture = ""
    if len(totals) <= 8:
        picture = bars(f"samples of each {facts.each}", totals, "samples")
        picture += legend([(f"s{n}", name) for n, (name, _) in enumerate(totals)])
    counts = [total for _, total in totals]
    ratio = max(counts) / max(min(counts), 1)
    lead = f"The largest {facts.each} has {ratio:.1f} times as many samples as the smallest."
    table = Table([facts.each, *parts, "all"], rows)
    title = f"Balance of the {PLURAL[facts.each]}"
    return Section("balance", title, lead, [Block(picture=picture, table=table, wide=True)])


def _values(facts: DataFacts) -> Section:
    charts = []
    for one in facts.histograms:
        steps = len(one.counts)
        share = (np.arange(steps) + 0.5) / steps
        middles = one.low * (1 - share) + one.high * share
        values = [float(f"{value:.3g}") for value in middles.tolist()]
        names = values if len(set(values)) == steps else middles.tolist()
        charts.append(f"<div>{histogram(one.name, names, one.counts.tolist(), one.name)}</div>")
    lead = f"How often each {facts.kind} is, over all that is learned from."
    picture = f'<div class="small-charts">{"".join(charts)}</div>'
    return Section("values", "Values", lead, [Block(picture=picture, wide=len(charts) > 1)])
