"""Engines for each layer beside one for all: what is recorded is of the hardware of today."""

import json

import pytest

from bench import stages

ROWS = json.loads(stages.RESULTS.read_text())


def test_rows_are_of_the_hardware_of_today():
    assert not stages.stale(ROWS)
    assert stages.stale([ROWS[0] | {"hardware": "0" * 16}])


def test_the_page_has_the_rows():
    assert stages.table(ROWS).rstrip() in (stages.ROOT / stages.PAGE.page).read_text()


def test_a_pipeline_takes_what_was_asked_for_about():
    for row in ROWS:
        if asked := row["options"].get("cycles"):
            assert row["cycles"] <= 1.1 * asked <= 1.1 * row["worst"], row["form"]


def test_what_differs_is_refused(monkeypatch):
    class Played:
        mismatches = 1

    monkeypatch.setattr(stages.steps, "sim", lambda *_, **__: Played)
    with pytest.raises(ValueError, match="^friedman, .*: 1 of 3 images differ$"):
        stages.measure("friedman", 3, lanes=4)
