import json
from dataclasses import replace

import pytest

from accelgen import cards
from accelgen.errors import InvalidRequest, ToolError
from accelgen.figures import Figure
from accelgen.network import save
from accelgen.report.card import read_card
from accelgen.report.results import NETWORKS, SUMMARY
from tests.stand_ins import EVALUATION, SIMULATION, simulation
from tests.steps.answers import manifest, synthesis
from tests.tiny_networks import small_network


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "models" / "small"
    folder.mkdir(parents=True)
    save(small_network(), folder / "network.safetensors")
    reference = tmp_path / "models" / "fp32"
    reference.mkdir()
    (reference / "recipe.toml").write_text("[[layer]]\noutputs = 10\n")
    facts = {"test_accuracy": 0.99, "test_images": 10000, "test_data": "MNIST test set", "epochs": 3}
    (reference / "reference.json").write_text(json.dumps(facts))
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    monkeypatch.setattr("accelgen.cards.hardware._fingerprint", lambda _, *of: str(of))
    monkeypatch.setattr("accelgen.steps.evaluate", lambda model, data: EVALUATION)
    monkeypatch.setattr("accelgen.steps.sim", lambda model, **options: SIMULATION)
    monkeypatch.setattr("accelgen.steps.synth", lambda model, target: synthesis(target, built))
    built = replace(manifest(), lanes=5)
    return tmp_path


def test_a_card_holds_what_every_step_measured(home):
    cards.make_card("small")
    card = read_card(home / "models" / "small" / "card.json")
    values = {name: figure.value for name, figure in card.figures.items()}
    assert values["accuracy"] == 0.5 and values["cycles_mean"] == 2.2 and values["synth_ecp5_cells"] == 7
    assert not any("speed" in name for name in values), "a card does not depend on the machine that writes it"
    assert card.figures["cycles_mean"].conditions["lanes"] == "5"
    assert "30-24-16-5, 3-bit weights" in card.summary


def test_a_reference_has_its_accuracy_and_no_hardware(home):
    cards.make_card("fp32")
    card = read_card(home / "models" / "fp32" / "card.json")
    assert list(card.figures) == ["accuracy"] and card.digest == "" and card.kind == "dense"
    assert card.figures["accuracy"].conditions["data"] == "MNIST test set"


def test_a_model_that_differs_from_the_golden_gets_no_card(home, monkeypatch):
    monkeypatch.setattr("accelgen.steps.sim", lambda model, **options: simulation(mismatches=1))
    with pytest.raises(InvalidRequest, match="^small: 1 images differ in verilator: no card is written$"):
        cards.make_card("small")
    assert not (home / "models" / "small" / "card.json").exists()


def test_the_tables_are_filled_from_the_cards_that_are_there(home):
    (home / "docs").mkdir()
    for part in (SUMMARY, NETWORKS):
        (home / part.page).write_text(f"{part.begin}\n{part.end}\n")
    with pytest.raises(InvalidRequest, match="^there are no cards yet"):
        cards.fill_tables()
    cards.make_card("fp32")
    pages = cards.fill_tables()
    assert pages == [home / "README.md", home / "docs" / "networks.md"]
    assert "| 99.00% |" in pages[1].read_text() and "fp32`" not in pages[0].read_text()


def test_energy_joins_the_card_and_stays_while_the_tables_do(home, monkeypatch, tmp_path):
    figure = Figure("tech_energy", 2.0, "nJ", "lower", "c")
    monkeypatch.setattr("accelgen.cards.make.measured_energy", lambda *_: [figure])
    technology = cards.Technology("tech", tmp_path / "cells.lib")
    with pytest.raises(InvalidRequest, match="^small: has no card of its tables yet: accelgen card small$"):
        cards.add_energy("small", technology)
    cards.make_card("small")
    cards.add_energy("small", technology)
    path = home / "models" / "small" / "card.json"
    assert read_card(path).figures["tech_energy"] == figure and "accuracy" in read_card(path).figures
    fastest = Figure("tech_fmax", 900.0, "MHz", "higher", "c")
    monkeypatch.setattr("accelgen.cards.make.measured_energy", lambda *_: [figure, fastest])
    cards.add_energy("small", technology)
    monkeypatch.setattr("accelgen.cards.make.sta.installed", lambda: False)
    with pytest.raises(ToolError, match="^the card of small has a fastest clock in tech, and OpenSTA"):
        cards.add_energy("small", technology)
    cards.make_card("small")
    assert read_card(path).figures["tech_energy"] == figure
    save(small_network(seed=1), path.with_name("network.safetensors"))
    cards.make_card("small")
    assert "tech_energy" not in read_card(path).figures
