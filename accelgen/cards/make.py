"""Measure a model with every step of the flow, and write down what came out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from accelgen import steps
from accelgen.cards.boards import fill_boards
from accelgen.cards.energy import Technology, measured_energy
from accelgen.cards.measure import Say, evaluated, simulated, synthesised
from accelgen.cards.spiking import evaluated_spikes, simulated_spikes
from accelgen.cards.summary import kind_of, reference_summary, summary
from accelgen.cards.twin import against_twin
from accelgen.errors import InvalidRequest
from accelgen.figures import Figure, read_study
from accelgen.models import NETWORK_FILE, REFERENCE_FILE, home, model_folder, model_names, read_reference
from accelgen.report.card import Card, read_card, write_card
from accelgen.report.energy import technologies
from accelgen.report.readme import fill, picture
from accelgen.train.recipe import load_recipe

__all__ = ["add_energy", "fill_readme", "make_card"]


def make_card(model: str, data: Path | None = None, say: Say = lambda line: None) -> Path:
    """Measure a model and write ``card.json`` and ``card.md`` into its folder.

    A float reference has one figure, which its training measured; any other model is evaluated, simulated on
    the whole test set and synthesised for every target that needs no file. A spiking model is also simulated
    without regard to its events, and with early stop, and has a picture of its accuracy by timestep.

    Raises
    ------
    InvalidRequest
        If the model does not exist or is not trained.
    DataError
        If the full test set is not at hand: a card is never measured on a sample.
    """
    folder = model_folder(model)
    reference = folder / REFERENCE_FILE
    if reference.is_file() and not (folder / NETWORK_FILE).is_file():
        facts = read_reference(reference, "test_images", "test_data", "epochs")
        return write_card(_reference(model, facts), folder)
    facts = steps.info(model)
    kind = facts["kind"]
    if kind == "spiking":
        found = evaluated_spikes(model, data, say)
        found += simulated_spikes(model, found, data, say)
    else:
        kind = "convolutional" if "window" in facts["layers"][0] else kind
        found = evaluated(model, data, say)
        found += against_twin(model, found[0]) + simulated(model, facts, data, say)
    figures = [*_described(model, facts), *found, *synthesised(model, say)]
    study = folder / "study.json"
    seeds = read_study(study)["runs"] if study.is_file() else []
    figures += _energy(folder, facts["network_sha256"])
    by_name = {figure.name: figure for figure in figures}
    return write_card(Card(model, summary(facts), facts["network_sha256"], by_name, seeds, kind), folder)


def add_energy(
    model: str, technology: Technology, data: Path | None = None, say: Say = lambda line: None
) -> Path:
    """Measure what a model costs in a technology, and put it into the card that is there.

    Raises
    ------
    InvalidRequest
        If the card is missing, or is of other tables than the model has now.
    """
    folder = model_folder(model)
    path, stamp = folder / "card.json", steps.info(model)["network_sha256"]
    card = read_card(path) if path.is_file() else None
    if card is None or card.digest != stamp:
        raise InvalidRequest(f"{model}: has no card of its tables yet: accelgen card {model}")
    prefix = f"{technology.name}_"
    kept = {name: figure for name, figure in card.figures.items() if not name.startswith(prefix)}
    found = measured_energy(model, technology, data, say)
    return write_card(replace(card, figures=kept | {figure.name: figure for figure in found}), folder)


def _energy(folder: Path, stamp: str) -> list[Figure]:
    """Return what the card before says of energy, if the tables are the same."""
    path = folder / "card.json"
    before = read_card(path) if path.is_file() else None
    if before is None or before.digest != stamp:
        return []
    prefixes = tuple(f"{name}_" for name in technologies(before))
    return [figure for name, figure in before.figures.items() if prefixes and name.startswith(prefixes)]


def fill_readme() -> Path:
    """Write the README's tables from the cards, and the builds for boards, that are there."""
    paths = [home() / "models" / name / "card.json" for name in model_names()]
    cards = [read_card(path) for path in paths if path.is_file()]
    if not cards:
        raise InvalidRequest("there are no cards yet: make one with accelgen card MODEL")
    path = fill(home() / "README.md", cards)
    fill_boards()
    picture(home() / "docs", cards)
    return path


def _reference(model: str, facts: dict) -> Card:
    conditions = {
        "images": f"{facts['test_images']:,}",
        "data": facts["test_data"],
        "arithmetic": "float32",
        "epochs": str(facts["epochs"]),
    }
    accuracy = Figure(
        "accuracy", facts["test_accuracy"], "1", "higher", f"accelgen train {model}", conditions
    )
    recipe = load_recipe(model_folder(model) / "recipe.toml")
    return Card(model, reference_summary(recipe), "", {"accuracy": accuracy}, [], kind_of(recipe))


def _described(model: str, facts: dict) -> list[Figure]:
    command = f"accelgen info {model}"
    stored = dict(facts["stored_bits"])
    figures = [Figure("stored_bits", stored.pop("total"), "bits", "lower", command)]
    figures += [
        Figure(f"stored_bits_{kind}", bits, "bits", "lower", command) for kind, bits in stored.items()
    ]
    ratio = round(facts["memory_ratio"], 2)
    return [*figures, Figure("memory_ratio", ratio, "x", "higher", command, {"against": "dense fp32"})]
