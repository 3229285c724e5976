import json

import pytest

from accelgen import cards, steps
from accelgen.cards.spiking import evaluated_spikes, simulated_spikes
from accelgen.report.card import read_card
from tests.steps.conftest import home, images  # noqa: F401 - fixtures


def test_every_timestep_and_layer_has_a_figure(home, images):  # noqa: F811
    figures = {figure.name: figure for figure in evaluated_spikes("pixels", None, lambda line: None)}
    assert figures["timesteps"].value == 3
    assert figures["accuracy"].value == figures["accuracy_after_3"].value
    layers = [name for name in figures if name.startswith("events_")]
    assert layers == ["events_a", "events_b"]
    assert figures["events"].value == pytest.approx(sum(figures[name].value for name in layers), abs=0.1)
    assert figures["early_stop_margin"].conditions["chosen on"] == "stand-in validation images"


def test_what_events_and_stopping_save_is_simulated(home, images, monkeypatch):  # noqa: F811
    def fewer(real):
        return lambda model, **options: real(model, **options, images=4, lanes=8)

    monkeypatch.setattr(steps, "sim", fewer(steps.sim))
    found = evaluated_spikes("pixels", None, lambda line: None)
    figures = {figure.name: figure for figure in simulated_spikes("pixels", found, None, lambda line: None)}
    clocked, mean = figures["clock_driven_cycles_mean"].value, figures["cycles_mean"].value
    assert figures["event_saving"].value == pytest.approx(clocked / mean, abs=0.01) and clocked > mean
    assert figures["early_stop_cycles_mean"].value <= mean
    assert figures["clock_driven_weight_words"].value > figures["weight_words"].value
    manifest = json.loads((home / "rtl_out" / "pixels" / "manifest.json").read_text())
    assert manifest["skip_zeros"] and not manifest["early_stop"], (
        "what is compared with leaves nothing behind"
    )


def test_the_card_says_that_it_spikes(home, images, monkeypatch):  # noqa: F811
    monkeypatch.setattr("accelgen.cards.make.simulated_spikes", lambda *rest: [])
    monkeypatch.setattr("accelgen.cards.make.synthesised", lambda *rest: [])
    path = cards.make_card("events")
    card = read_card(path.with_suffix(".json"))
    assert card.summary == (
        "2048-16-10 spiking neurons of continuous integration, 3-bit weights, events of a sensor, "
        "readout by membrane, hidden layers compressed 8x"
    )
    assert "![accuracy after each timestep](accuracy.svg)" in path.read_text()
    assert (path.parent / "accuracy.svg").read_text().startswith("<?xml")
