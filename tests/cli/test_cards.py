import json

import pytest


@pytest.mark.parametrize(
    ("mistake", "why"),
    [
        (["card"], "name a model, or --all"),
        (["card", "small", "--all"], "name a model, or --all"),
        (["card", "small", "--liberty", "cells.lib"], "--liberty and --technology go together"),
    ],
)
def test_wrong_usage_is_told(accelgen, mistake, why):
    code, out, err = accelgen(*mistake)
    assert (code, out) == (2, "") and why in err


def test_training_goes_on_unless_it_is_to_start_afresh(accelgen, monkeypatch):
    monkeypatch.setattr("accelgen.steps.train", lambda model, **how: {"written": model, **how})
    for arguments, resume in (([], True), (["--fresh"], False)):
        code, out, _ = accelgen("train", "small", "--seed", 3, *arguments, "--json")
        found = json.loads(out)
        assert code == 0 and (found["written"], found["seed"], found["resume"]) == ("small", 3, resume)


def test_tables_need_cards(accelgen):
    assert accelgen("tables") == (
        2,
        "",
        "accelgen: there are no cards yet: make one with accelgen card MODEL\n",
    )


def test_every_file_that_is_written_is_named(accelgen, monkeypatch):
    monkeypatch.setattr(
        "accelgen.cards.make_card", lambda name, data, say, only_stale: f"{name}/card.md {only_stale}"
    )
    monkeypatch.setattr("accelgen.cards.fill_tables", lambda: ["README.md"])
    code, out, _ = accelgen("card", "--all", "--json")
    assert code == 0 and json.loads(out) == {"written": ["small/card.md False", "README.md"]}
    assert "small/card.md True" in accelgen("card", "small", "--stale")[1]


def test_energy_is_measured_as_it_is_asked_for(accelgen, monkeypatch):
    asked = {}

    def add(name, technology, data, say, only_stale):
        asked[name] = technology.name, technology.images, only_stale
        return name

    monkeypatch.setattr("accelgen.cards.add_energy", add)
    library = ("--technology", "tech", "--liberty", "cells.lib")
    assert accelgen("card", "small", *library)[0] == 0 and asked["small"] == ("tech", None, False)
    assert accelgen("card", "small", *library, "--stale", "--images", 5)[0] == 0
    assert asked["small"] == ("tech", 5, True)
