"""Spiking networks folded, pipelined and unrolled: what is recorded is of the hardware of today."""

import json

import pytest

from bench import spikes

ROWS = json.loads(spikes.RESULTS.read_text())


def test_rows_are_of_the_hardware_of_today():
    assert not spikes.stale(ROWS)
    assert spikes.stale([ROWS[0] | {"hardware": "0" * 16}])
    assert [(row["network"], row["options"]) for row in ROWS] == [
        (name, json.loads(json.dumps(options))) for name in spikes.NETWORKS for options in spikes.FORMS
    ]


def test_the_page_has_the_rows():
    assert spikes.table(ROWS).rstrip() in (spikes.ROOT / spikes.PAGE.page).read_text()


def test_an_unrolled_image_takes_its_timesteps_or_the_words_of_its_result():
    unrolled = [row for row in ROWS if row["options"].get("unrolled")]
    assert unrolled and spikes.TIMESTEPS == 4
    for row in unrolled:
        beats = 4 if row["options"].get("interval") else 11
        assert beats <= row["cycles"] < beats + 0.5, row["form"]


def test_what_differs_is_refused(monkeypatch, tmp_path):
    class Played:
        mismatches, faulty = 1, True

    monkeypatch.setattr(spikes, "ROOT", tmp_path)
    monkeypatch.setattr(spikes.steps, "sim", lambda *_, **__: Played)
    with pytest.raises(ValueError, match="^look_alike_di, .*: 1 of 500 images differ$"):
        spikes.measure("look_alike_di", unrolled=True)
