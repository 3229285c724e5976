import json

import pytest

from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.explore.choose import candidates, choose
from accelgen.figures import Figure
from accelgen.network import Network, save
from accelgen.report.card import Card, write_card
from tests.explore.drawn import measured
from tests.tiny_networks import small_network

FORMS = {
    "t_energy": ({"form": "64 lanes, tables in ram"}, "nJ"),
    "synth_ice40_LUT4": ({"lanes": "16"}, "cells"),
    "stored_bits": ({}, "bits"),
    "cycles_mean": ({"form": "unrolled"}, "cycles"),
}


def model(home, name, validation, **figures):
    folder = home / "models" / name
    folder.mkdir(parents=True)
    small = small_network()
    provenance = {} if validation is None else {"validation_accuracy": validation}
    save(Network(name, small.input, small.layers, provenance), folder / "network.safetensors")
    found = {"accuracy": Figure("accuracy", 0.97, "1", "higher", "c")}
    for figure, value in figures.items():
        conditions, unit = FORMS[figure]
        found[figure] = Figure(figure, value, unit, "lower", "c", conditions)
    write_card(Card(name, "A model", "ab", found, []), folder)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    model(tmp_path, "big", 0.99, t_energy=20.0, synth_ice40_LUT4=5000, stored_bits=900)
    model(tmp_path, "small", 0.98, t_energy=4.0, synth_ice40_LUT4=3000, stored_bits=300)
    model(tmp_path, "tiny", 0.95, synth_ice40_LUT4=1000, stored_bits=100, cycles_mean=3)
    model(tmp_path, "unknown", None, stored_bits=1)
    return tmp_path


def test_the_first_budget_decides_among_what_is_accurate_enough(home):
    choice = choose(97.5, {"nj": 25, "luts": 6000})
    names = ["chosen", "build", "preferred", "fitting", "considered", "nearest"]
    assert list(choice.to_json()) == names and "build" not in choice.to_json()["chosen"]
    assert choice.chosen.name == "small" and (choice.fitting, choice.considered) == (2, 3)
    assert choice.build == ("accelgen rtl small --lanes 64 --weights ram", "accelgen rtl small --lanes 16")
    assert choose(97.5, {"nj": 25}, prefer="accuracy").chosen.name == "big"


def test_without_an_accuracy_the_most_accurate_is_taken_and_without_a_budget_the_smallest(home):
    assert choose(None, {"luts": 4000}).chosen.name == "small"
    choice = choose(94)
    assert choice.chosen.name == "tiny" and choice.build == ("accelgen rtl tiny",)
    assert choose(94, {"cycles": 5}).build == ("accelgen rtl tiny --unrolled",)


def test_demands_that_contradict_each_other_are_told_one_by_one(home):
    choice = choose(98.5, {"nj": 5})
    assert choice.chosen is None and choice.build == ()
    told = {one.demand: (one.best, one.name) for one in choice.nearest}
    assert told == {"accuracy": (98.0, "small"), "nj": (20.0, "big")}
    assert json.loads(json.dumps(choice.to_json()))["nearest"][0]["name"] == "small"


def test_what_nobody_measured_meets_no_budget(home):
    choice = choose(None, {"cells": 10})
    assert choice.chosen is None
    assert choice.to_json()["nearest"] == [{"demand": "cells", "wanted": 10, "best": None, "measured": 0}]


@pytest.mark.parametrize(
    ("accuracy", "budgets", "message"),
    [
        (101, {}, "^accuracy must be above 0 and at most 100 percent, not 101$"),
        (98, {"nj": 0}, "^nothing has 0 nJ or less: a budget must be above 0$"),
    ],
)
def test_demands_that_nothing_whatever_meets_are_refused(home, accuracy, budgets, message):
    with pytest.raises(InvalidOption, match=message):
        choose(accuracy, budgets)


def test_points_of_a_sweep_are_candidates_with_the_way_to_build_them(home):
    place = measured(home / "sweeps" / "grid")
    choice = choose(95.5, {"stored_bits": 800}, places=[place])
    assert choice.chosen.name == "small"
    choice = choose(94, {"stored_bits": 800}, places=[place], prefer="cycles")
    assert choice.chosen.name == "tiny"
    point = max(candidates([place]), key=lambda one: one.costs["stored_bits"])
    assert point.name == "tiny: weight bits 3, compression 1"
    adopt, train, rtl = point.build[""]
    assert adopt.startswith(f"accelgen choose {place} --point ") and "--seed 1 --as tiny_" in adopt
    assert train.replace("train", "rtl") == rtl == f"accelgen rtl {adopt.split()[-1]}"


def test_there_must_be_something_to_choose_from(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    with pytest.raises(InvalidRequest, match="^there is nothing to choose from"):
        choose(98)
