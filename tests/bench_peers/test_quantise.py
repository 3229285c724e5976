"""What is compared is drawn alike, read from training samples alone, and printed with its spread."""

import json

import numpy as np
import torch

from bench import quantise
from bench.quantise import COLUMNS, main, measure, read_split, table


def written(folder, shape):
    """Write 120 samples of three classes, and return where."""
    draw = np.random.default_rng(0)
    labels = np.arange(120) % 3
    centres = draw.normal(5, 3, (3, *shape))
    values = np.abs(centres[labels] + draw.normal(0, 1, (120, *shape)))
    np.savez(folder / "made.npz", x=values.astype(np.float32), y=labels)
    return folder / "made.npz"


def test_features_are_normalised_by_what_is_learned_from(tmp_path):
    x, labels, test, _ = read_split(written(tmp_path, (5,)), 0)
    assert torch.allclose(x.mean(0), torch.zeros(5), atol=1e-5)
    assert not torch.allclose(test.mean(0), torch.zeros(5), atol=1e-5)
    assert len(x) == len(labels) and x.shape[1:] == (5,)
    other = read_split(tmp_path / "made.npz", 1)[2]
    assert not torch.equal(other, test)


def test_pictures_begin_at_0_and_have_a_channel(tmp_path):
    x, _, test, _ = read_split(written(tmp_path, (4, 6)), 0)
    assert x.shape[1:] == test.shape[1:] == (1, 4, 6)
    assert x.max() == 1 and x.min() >= 0


def test_the_same_seed_gives_the_same_figures(tmp_path, monkeypatch):
    monkeypatch.setattr(quantise, "TRAINED", 2)
    monkeypatch.setattr(quantise, "TUNED", 1)
    split = read_split(written(tmp_path, (4, 6)), 0)
    found = measure(split, [3, 2], 0)
    assert found == measure(split, [3, 2], 0)
    assert found[3]["float"] == found[2]["float"] and [*found[2]] == list(COLUMNS)


def test_rows_have_the_figures_of_all_seeds(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(quantise, "TRAINED", 1)
    monkeypatch.setattr(quantise, "TUNED", 1)
    rows = main([str(written(tmp_path, (5,))), "--bits", "4", "--seeds", "2", "--json"])
    assert json.loads(capsys.readouterr().out) == rows
    assert [(row["data"], row["bits"]) for row in rows] == [("made", 4)]
    assert all(len(rows[0][name]) == 2 for name in COLUMNS)


def test_a_table_has_means_and_the_farthest_from_them():
    row = {"data": "a", "bits": 3} | dict.fromkeys(COLUMNS, [0.9, 0.8, 1.0]) | {"tuned": [0.5, 0.5, 0.8]}
    wanted = "| a | 3 | 90.0% ± 10.0% | 90.0% ± 10.0% | 60.0% ± 20.0% | 90.0% ± 10.0% |"
    assert table([row]).splitlines()[2] == wanted
