"""The data of shipped models that were made are those that their scripts make."""

import runpy
from pathlib import Path

import numpy as np

MODELS = Path(__file__).parents[1] / "models"


def made(model: str) -> dict:
    return runpy.run_path(str(MODELS / model / "make_data.py"))


def test_the_table_is_made_anew():
    assert made("friedman")["table"]() == (MODELS / "friedman" / "friedman.csv").read_text()


def test_the_series_are_made_anew():
    with np.load(MODELS / "vibration" / "vibration.npz") as kept:
        for name, array in made("vibration")["windows"]().items():
            # A sine may differ in its last bit from one machine to another, and a count with it.
            assert np.abs(kept[name].astype(int) - array).max() <= (1 if name.startswith("x") else 0)


def test_classes_are_named_in_the_order_of_their_numbers():
    text = (MODELS / "vibration" / "data.toml").read_text()
    assert [text.index(f'"{name}"') for name in made("vibration")["CLASSES"]] == sorted(
        text.index(f'"{name}"') for name in made("vibration")["CLASSES"]
    )
