"""The card of a model: ``card.json`` for machines and ``card.md`` for people, from the same figures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import DataError, at
from accelgen.figures import WORDS, Figure, read_figures, read_runs, write_figures
from accelgen.files import write_whole
from accelgen.reading import read_json
from accelgen.report.timestep_svg import PICTURE, accuracy_by_timestep, draw

__all__ = [
    "FLOAT",
    "GAP",
    "Card",
    "judged",
    "judged_text",
    "of_mnist",
    "read_card",
    "render",
    "twin_text",
    "value_text",
    "write_card",
]

SCHEMA = 1
#: What the names of figures of a float twin end with: its measure, and how much of that is lost.
FLOAT, GAP = "_fp32", "_gap"


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """What was measured of a model.

    Attributes
    ----------
    name : str
        The model.
    summary : str
        One line: topology, bits, compression.
    digest : str
        SHA-256 of the network file, or of nothing ("") for a reference without one.
    figures : dict of str to Figure
        By name, in the order of the card.
    seeds : list of dict
        Runs of the study beside the recipe: ``mask``, ``seed``, ``test_accuracy``; may be empty.
    kind : "dense", "convolutional" or "spiking"
        What network it is.
    """

    name: str
    summary: str
    digest: str
    figures: dict[str, Figure]
    seeds: list[dict]
    kind: str = "dense"


def write_card(card: Card, folder: Path) -> Path:
    """Write ``card.json``, ``card.md`` and, if it has one, its picture; return the second, each whole."""
    accuracy = card.figures.get("accuracy")
    facts = {
        "schema": SCHEMA,
        "name": card.name,
        "kind": card.kind,
        "summary": card.summary,
        "network_sha256": card.digest,
        "accuracy": accuracy.value if accuracy else None,
        "figures": write_figures(list(card.figures.values())),
        "seeds": card.seeds,
    }
    write_whole(folder / "card.json", json.dumps(facts, indent=2) + "\n")
    if accuracy_by_timestep(card.figures):
        write_whole(folder / PICTURE, draw(card.name, card.figures))
    return write_whole(folder / "card.md", render(card))


def read_card(path: Path) -> Card:
    """Read a ``card.json``.

    Raises
    ------
    DataError
        If it is not JSON, of another schema, or lacks a field.
    """
    with at(path):
        facts = read_json(path)
        if not isinstance(facts, dict) or facts.get("schema") != SCHEMA:
            raise DataError(f"must be a card of schema {SCHEMA}: write it again with accelgen card")
        missing = {"name", "kind", "summary", "network_sha256", "figures", "seeds"} - facts.keys()
        if missing:
            raise DataError(f"a card needs {sorted(missing)[0]!r}")
        for name in ("name", "kind", "summary", "network_sha256"):
            if not isinstance(facts[name], str):
                raise DataError(f"{name}: must be text, not {facts[name]!r}")
        figures, runs = read_figures(facts["figures"]), read_runs(facts["seeds"])
    return Card(facts["name"], facts["summary"], facts["network_sha256"], figures, runs, facts["kind"])


def render(card: Card) -> str:
    """Return the card as Markdown."""
    lines = [f"# {card.name}", "", f"{card.summary}.", ""]
    if card.digest:
        lines += [f"Network file: sha256 `{card.digest}`.", ""]
    lines += _beside_twin(card)
    if accuracy_by_timestep(card.figures):
        lines += [f"![accuracy after each timestep]({PICTURE})", ""]
    lines += _measurements(list(card.figures.values()))
    if card.seeds:
        lines += ["Spread over seeds and choices (trained with `python -m accelgen.train.study`):", ""]
        lines += [*_runs(card.seeds), ""]
    lines += [f"Written by `accelgen card {card.name}`; do not edit.", ""]
    return "\n".join(lines)


def _beside_twin(card: Card) -> list[str]:
    """Return the measures of the float twin and of the integer model, in one line; nothing without a twin."""
    pairs = [(figure, card.figures.get(name + FLOAT)) for name, figure in card.figures.items()]
    shown = [
        f"{WORDS.get(figure.name, figure.name)}: float {value_text(twin)} / integer {value_text(figure)}"
        for figure, twin in pairs
        if twin
    ]
    names = [twin.conditions["twin"] for _, twin in pairs if twin and "twin" in twin.conditions]
    if not shown or not names:
        return []
    text = "; ".join(shown)
    return [f"{text[0].upper()}{text[1:]} (float twin: `{names[0]}`).", ""]


def _measurements(figures: list[Figure]) -> list[str]:
    """Return a table for each command and its conditions, in the order in which they come first."""
    groups: dict[tuple, list[Figure]] = {}
    for figure in figures:
        groups.setdefault((figure.command, *figure.conditions.items()), []).append(figure)
    lines = []
    for (command, *conditions), found in groups.items():
        lines += [f"`{command}`" + "".join(f"; {name} {value}" for name, value in conditions) + ":", ""]
        lines += ["| figure | value |", "|---|---:|"]
        lines += [f"| {figure.name.replace('_', ' ')} | {value_text(figure)} |" for figure in found]
        lines.append("")
    return lines


def _runs(runs: list[dict]) -> list[str]:
    """Return a study as a table; neurons are told apart where there are any."""
    neurons = [name for name in ("integration", "readout") if any(name in run for run in runs)]
    names = ["mask", *neurons, "seed", "epochs"]
    heads = [*names, "validation", "test"]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * (1 + len(neurons)) + "---:|" * 4]
    for run in runs:
        shares = [f"{run[name]:.2%}" for name in ("validation_accuracy", "test_accuracy")]
        lines.append(f"| {' | '.join([*(str(run.get(name, '')) for name in names), *shares])} |")
    return lines


def judged(card: Card) -> Figure | None:
    """Return the accuracy, or what a network without classes is measured by; None if nothing has been."""
    from accelgen.data.measures import MAIN  # data load numpy, and a list of models needs neither

    return next((card.figures[name] for name in MAIN.values() if name in card.figures), None)


def judged_text(card: Card) -> str:
    """Return the accuracy, or another measure with its name in front; "" if nothing has been measured."""
    if (figure := judged(card)) is None:
        return ""
    return _named(figure.name, figure)


def twin_text(card: Card) -> str:
    """Return the same of the float twin; "" without one."""
    figure = judged(card)
    twin = card.figures.get(figure.name + FLOAT) if figure else None
    return _named(figure.name, twin) if figure and twin else ""


def _named(measure: str, figure: Figure) -> str:
    """Return a value, with the name of its measure in front where that is not accuracy."""
    return f"{WORDS[measure]} {value_text(figure)}" if measure in WORDS else value_text(figure)


def of_mnist(card: Card) -> bool:
    """Return whether the accuracy of a card is on MNIST, with which that of others can be compared."""
    accuracy = card.figures.get("accuracy")  # a regression has none
    return accuracy is not None and accuracy.conditions.get("data", "").startswith("MNIST")


def value_text(figure: Figure) -> str:
    """Return a figure's value with its unit, as people write it."""
    if figure.name.removesuffix(FLOAT).removesuffix(GAP) in WORDS:
        return f"{figure.value:.4g}" if figure.unit == "1" else f"{figure.value:.4g} {figure.unit}"
    if figure.unit == "1":
        return f"{figure.value:.2%}"
    whole = isinstance(figure.value, int) or figure.value.is_integer()
    number = (
        f"{figure.value:,.0f}"
        if whole
        else f"{figure.value:,.1f}"
        if figure.value >= 10
        else f"{figure.value:.2g}"
    )
    return f"{number} {figure.unit}"
