import json
from dataclasses import replace

import pytest

from accelgen import cards
from accelgen.cards.hardware import HARDWARE, noted
from accelgen.cards.stale import fresh, part, stale
from accelgen.figures import Figure
from accelgen.network import save
from accelgen.report.card import read_card, write_card
from tests.stand_ins import EVALUATION, SIMULATION
from tests.steps.answers import manifest, synthesis
from tests.tiny_networks import small_network

POWER = "accelgen power small --liberty far/cells.lib --macros SRAMS --lanes 4 --weights ram --images 9"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A model with a card, energy included, and the card of a reference, all of today."""
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    # What a fingerprint is of is tested elsewhere: here it need only differ where the hardware does.
    monkeypatch.setattr("accelgen.cards.hardware._fingerprint", lambda _, *of: str(of))
    folder = tmp_path / "models" / "small"
    folder.mkdir(parents=True)
    save(small_network(), folder / "network.safetensors")
    other = tmp_path / "models" / "fp32"
    other.mkdir()
    (other / "recipe.toml").write_text("[[layer]]\noutputs = 10\n")
    facts = {"test_accuracy": 0.99, "test_images": 10000, "test_data": "MNIST test set", "epochs": 3}
    (other / "reference.json").write_text(json.dumps(facts))
    built = replace(manifest(), lanes=5)
    monkeypatch.setattr("accelgen.steps.evaluate", lambda model, data: EVALUATION)
    monkeypatch.setattr("accelgen.steps.sim", lambda model, **options: SIMULATION)
    monkeypatch.setattr("accelgen.steps.synth", lambda model, target: synthesis(target, built))
    energy = Figure("tech_energy", 2.0, "nJ", "lower", POWER)
    monkeypatch.setattr("accelgen.cards.make.measured_energy", lambda *_: [energy])
    cards.make_card("small")
    cards.make_card("fp32")
    cards.add_energy("small", cards.Technology("tech", tmp_path / "cells.lib"))
    return tmp_path / "models"


def said(model):
    return [str(found) for found in stale(model)]


def changed(folder, name, **how):
    """Write a card with one figure that differs."""
    card = read_card(folder / "card.json")
    figures = card.figures | {name: replace(card.figures[name], **how)}
    write_card(replace(card, figures=figures), folder)


def test_what_was_just_measured_holds(home):
    assert said("small") == said("fp32") == []


WHY = "is of other hardware than is generated today: accelgen card small --stale"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("cycles_mean", f"small: simulation {WHY}"),
        ("synth_ecp5_cells", f"small: area {WHY}"),
        (
            "tech_energy",
            f"small: energy in tech {WHY} --technology tech --liberty far/cells.lib --macros SRAMS",
        ),
    ],
)
@pytest.mark.parametrize("conditions", [{}, {HARDWARE: "0123456789abcdef"}], ids=["unknown", "other"])
def test_a_figure_of_other_hardware_is_named_with_what_measures_it_again(home, name, why, conditions):
    changed(home / "small", name, conditions=conditions)
    assert said("small") == [why]


def test_a_changed_engine_makes_everything_measured_on_it_old(home, monkeypatch):
    monkeypatch.setattr("accelgen.cards.hardware._fingerprint", lambda *_: "another")
    assert [found.part for found in stale("small")] == ["simulation", "area", "energy in tech"]


def test_a_part_that_is_missing_is_not_of_today(home):
    card = read_card(home / "small" / "card.json")
    figures = {name: figure for name, figure in card.figures.items() if "cycles" not in name}
    write_card(
        replace(card, figures={n: f for n, f in figures.items() if " sim " not in f.command}), home / "small"
    )
    assert said("small") == [f"small: simulation {WHY}"]


def test_other_tables_make_the_whole_card_old(home):
    save(small_network(seed=1), home / "small" / "network.safetensors")
    assert said("small") == ["small: card is of another network.safetensors: accelgen card small --stale"]


def test_what_files_state_is_compared(home):
    changed(home / "small", "stored_bits", value=1)
    changed(home / "fp32", "accuracy", value=0.5)
    assert said("small") == ["small: size is not what the files of today state: accelgen card small --stale"]
    assert said("fp32") == ["fp32: card does not say what reference.json does: accelgen card fp32 --stale"]
    cards.make_card("small")
    card = read_card(home / "small" / "card.json")
    twin = replace(card.figures["accuracy"], name="accuracy_fp32", command="accelgen train gone_fp32")
    write_card(replace(card, figures=card.figures | {twin.name: twin}), home / "small")
    assert said("small") == ["small: size is not what the files of today state: accelgen card small --stale"]
    (home / "small" / "card.json").unlink()
    assert said("small") == ["small: card is not there: accelgen card small --stale"]


def test_parts_of_a_card_do_not_overlap(home):
    card = read_card(home / "small" / "card.json")
    parts = [part(card, name) for name in ("accuracy", "simulation", "area", "tech")]
    names = [figure.name for figures in parts for figure in figures]
    stated = [name for name, figure in card.figures.items() if figure.command == "accelgen info small"]
    assert sorted(names + stated) == sorted(card.figures)
    assert fresh("small", parts[1]) and not fresh("small", [])


def test_only_what_is_old_is_measured_again(home, monkeypatch):
    def never(*_, **__):
        raise AssertionError("measured again")

    text = (home / "small" / "card.json").read_text()
    for name in ("evaluate", "sim", "synth"):
        monkeypatch.setattr(f"accelgen.steps.{name}", never)
    monkeypatch.setattr("accelgen.cards.make.measured_energy", never)
    told = []
    cards.make_card("small", say=told.append, only_stale=True)
    cards.add_energy("small", cards.Technology("tech", home), say=told.append, only_stale=True)
    assert (home / "small" / "card.json").read_text() == text
    assert told == [
        f"small: {what} is of today, and stays"
        for what in ("accuracy", "simulation", "area", "energy in tech")
    ]
    changed(home / "small", "cycles_mean", conditions={})
    with pytest.raises(AssertionError, match="measured again"):
        cards.make_card("small", only_stale=True)
    changed(home / "small", "tech_energy", conditions={})
    with pytest.raises(AssertionError, match="measured again"):
        cards.add_energy("small", cards.Technology("tech", home), only_stale=True)


def test_what_was_measured_is_noted_by_its_command(home):
    card = read_card(home / "small" / "card.json")
    bare = [replace(figure, conditions={}) for figure in part(card, "tech")]
    assert noted("small", bare)[0].conditions == card.figures["tech_energy"].conditions
