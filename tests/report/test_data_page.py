from dataclasses import replace

import numpy as np

from accelgen.report.data_page import DataFacts, Example, Histogram, data_page
from accelgen.report.page import render

FACTS = DataFacts(
    name="leaves",
    form="CSV",
    kind="value",
    summary="9 samples of 2 classes.",
    shape=(1, 4, 1),
    classes=("a<b", "round"),
    balance={"train": {"a<b": 4, "round": 2}, "test": {"a<b": 2, "round": 1}},
    tiles={"samples": "9"},
    columns=("length", "width", "x", "y"),
    low=0.0,
    high=9.0,
    examples=[Example(0, 0, np.arange(4.0)), Example(5, 1, np.arange(4.0) + 5)],
    histograms=[Histogram("length", 0.0, 8.0, np.arange(16))],
)


def test_rows_of_a_table_stand_below_the_names_of_their_columns():
    html = render(data_page(FACTS))
    assert "a&lt;b" in html and "a<b" not in html and ">length</th>" in html
    assert "has 2.0 times as many samples as the smallest" in html and "<script" not in html
    assert html == render(data_page(FACTS))


def test_pictures_and_series_are_shown():
    series = render(data_page(replace(FACTS, columns=())))
    assert series.count("<polyline") == 2
    assert render(data_page(replace(FACTS, columns=(), shape=(2, 2, 1)))).count("<img ") == 2


def test_many_classes_and_features_are_shown_in_part():
    names = tuple(f"c{n}" for n in range(30))
    balance = {"train": dict.fromkeys(names, 1)}
    columns = tuple(f"f{n}" for n in range(20))
    html = render(data_page(replace(FACTS, classes=names, balance=balance, columns=columns, examples=[])))
    assert "Of 30 classes 24 are shown." in html and "Of 20 features 12 are shown." in html
