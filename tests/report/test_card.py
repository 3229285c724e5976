import json
from dataclasses import replace

import pytest

from accelgen.errors import DataError
from accelgen.figures import Figure
from accelgen.report.card import (
    Card,
    judged,
    judged_text,
    of_mnist,
    read_card,
    render,
    twin_text,
    value_text,
    write_card,
)

ACCURACY = Figure("accuracy", 0.9871, "1", "higher", "accelgen eval m", {"images": "10,000"})
CYCLES = Figure("cycles_mean", 4000.52, "cycles", "lower", "accelgen sim m")
RUNS = [{"mask": "fixed", "seed": 0, "epochs": 60, "validation_accuracy": 0.99, "test_accuracy": 0.9871}]
CARD = Card("m", "A model", "ab12", {"accuracy": ACCURACY, "cycles_mean": CYCLES}, RUNS)


def test_a_card_comes_back_as_it_went(tmp_path):
    assert write_card(CARD, tmp_path).read_text() == render(CARD)
    found = read_card(tmp_path / "card.json")
    assert (found.name, found.digest, found.figures, found.seeds) == ("m", "ab12", CARD.figures, RUNS)
    assert json.loads((tmp_path / "card.json").read_text())["accuracy"] == 0.9871


def test_figures_stand_under_their_command_and_its_conditions():
    heading = "`accelgen eval m`; images 10,000:\n\n| figure | value |\n|---|---:|\n"
    assert f"{heading}| accuracy | 98.71% |\n\n`accelgen sim m`:\n" in render(CARD)
    other = Figure("share", 0.5, "1", "higher", ACCURACY.command, ACCURACY.conditions)
    card = Card("m", "A model", "", CARD.figures | {"share": other}, [])
    assert f"{heading}| accuracy | 98.71% |\n| share | 50.00% |\n\n" in render(card), "one table, not two"


def test_a_study_is_shown():
    assert "| fixed | 0 | 60 | 99.00% | 98.71% |" in render(CARD)


def test_values_are_written_with_their_units():
    assert value_text(CYCLES) == "4,000.5 cycles"
    assert value_text(Figure("n", 12345, "bits", "lower", "c")) == "12,345 bits"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not JSON: "),
        ('{"schema": 0}', "must be a card of schema 1: write it again with accelgen card"),
        ('{"schema": 1}', "a card needs 'figures'"),
    ],
)
def test_a_card_that_is_none_is_refused(tmp_path, text, message):
    path = tmp_path / "card.json"
    path.write_text(text)
    with pytest.raises(DataError, match=f"card.json: {message}"):
        read_card(path)


def regression() -> Card:
    found = {
        "r2": Figure("r2", 0.920469, "1", "higher", "accelgen eval m", {"data": "MNIST"}),
        "rmse": Figure("rmse", 1.388505, "units", "lower", "accelgen eval m"),
    }
    return Card("m", "", "ab", found, [])


def test_a_measure_that_is_no_share_is_not_written_as_one():
    card = regression()
    assert judged(card) is card.figures["r2"] and judged_text(card) == "R2 0.9205"
    assert "| r2 | 0.9205 |" in render(card) and "| rmse | 1.389 units |" in render(card)
    assert not of_mnist(card), "it has no accuracy to compare"
    assert judged(Card("m", "", "ab", {}, [])) is None and judged_text(Card("m", "", "ab", {}, [])) == ""


def beside(card: Card, **floats: float) -> Card:
    """Return a card with a float twin of these measures."""
    found = dict(card.figures)
    for name, value in floats.items():
        figure = replace(card.figures[name], conditions={"twin": "m_fp32"})
        found[f"{name}_fp32"] = replace(figure, name=f"{name}_fp32", value=value)
        found[f"{name}_gap"] = replace(figure, name=f"{name}_gap", value=0.03125)
    return replace(card, figures=found)


def test_a_float_twin_stands_beside_the_integer_model_in_the_measure_of_the_task():
    card = beside(regression(), r2=0.95, rmse=1.25)
    line = "R2: float 0.95 / integer 0.9205; RMSE: float 1.25 units / integer 1.389 units"
    assert f"\n\n{line} (float twin: `m_fp32`).\n\n" in render(card) and twin_text(card) == "R2 0.95"
    assert "| r2 fp32 | 0.95 |" in render(card) and "| rmse gap | 0.03125 units |" in render(card)
    card = beside(CARD, accuracy=0.9916)
    assert "\n\nAccuracy: float 99.16% / integer 98.71% (float twin: `m_fp32`).\n\n" in render(card)
    assert twin_text(card) == "99.16%"
    assert "float" not in render(CARD) and twin_text(CARD) == twin_text(Card("m", "", "", {}, [])) == ""


def test_an_accuracy_is_a_share_and_says_of_what():
    accuracy = Figure("accuracy", 0.9871, "1", "higher", "c", {"data": "MNIST test set"})
    card = Card("m", "", "ab", {"accuracy": accuracy}, [])
    assert judged_text(card) == "98.71%" and of_mnist(card)
    assert not of_mnist(Card("m", "", "ab", {"accuracy": ACCURACY}, [])), "nobody says of what"
