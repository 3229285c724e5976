"""What is compared is drawn alike, read from training samples alone, and printed with its spread."""

import json

import numpy as np
import torch

from bench import quantise
from bench.quantise import COLUMNS, PAGE, main, measure, read_split, table


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
    found = measure(split, [(3, 1), (2, 2)], 0)
    assert found == measure(split, [(3, 1), (2, 2)], 0)
    assert found[3, 1]["float"] == found[2, 2]["float"] and [*found[2, 2]] == list(COLUMNS)


def test_rows_have_the_figures_of_all_seeds(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(quantise, "TRAINED", 1)
    monkeypatch.setattr(quantise, "TUNED", 1)
    options = ["--bits", "4", "--compression", "1", "2", "--seeds", "2", "--json"]
    rows = main([str(written(tmp_path, (8,))), *options])
    assert json.loads(capsys.readouterr().out) == rows
    kinds = [(row["data"], row["measure"], row["bits"], row["compression"]) for row in rows]
    assert kinds == [("made", "accuracy", 4, 1), ("made", "accuracy", 4, 2)]
    assert all(len(rows[0][name]) == 2 for name in COLUMNS)


def test_a_series_and_numbers_are_measured_too(tmp_path, monkeypatch):
    monkeypatch.setattr(quantise, "TRAINED", 30)
    monkeypatch.setattr(quantise, "TUNED", 4)
    (tmp_path / "data.toml").write_text("shape = [1, 6, 2]\n")
    split = read_split(written(tmp_path, (6, 2)), 0)
    assert split[0].shape[1:] == (2, 6) and split[0].abs().max() == 1
    assert set(measure(split, [(4, 2)], 0)[4, 2]) == set(COLUMNS)
    (tmp_path / "data.toml").unlink()
    x = np.random.default_rng(0).normal(size=(200, 3))
    lines = [",".join(map(repr, [*row, row[0] - 2 * row[1]])) for row in x.tolist()]
    (tmp_path / "sums.csv").write_text("\n".join(["a,b,c,sum", *lines]))
    split = read_split(f"{tmp_path / 'sums.csv'}=sum", 0)
    assert split[1].shape == (len(split[0]), 1) and abs(float(split[1].mean())) < 1e-5
    monkeypatch.setattr(quantise, "TRAINED", 200)
    found = measure(split, [(4, 1)], 0)[4, 1]
    assert all(0.5 < share <= 1 for share in found.values()), found


def test_the_table_is_written_into_its_page(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(quantise, "TRAINED", 1)
    monkeypatch.setattr(quantise, "TUNED", 1)
    monkeypatch.setattr(quantise, "ROOT", tmp_path)
    page = tmp_path / PAGE.page
    page.parent.mkdir()
    page.write_text(f"before\n{PAGE.begin}\n{PAGE.end}\nbehind\n")
    main([str(written(tmp_path, (5,))), "--compression", "1", "--seeds", "1", "--record"])
    assert capsys.readouterr().out.strip() == PAGE.read(tmp_path) and "| made |" in page.read_text()


def test_a_table_has_means_and_the_farthest_from_them():
    row = (
        {"data": "a", "measure": "accuracy", "bits": 3, "compression": 2}
        | dict.fromkeys(COLUMNS, [0.9, 0.8, 1.0])
        | {"tuned": [0.5, 0.5, 0.8]}
    )
    wanted = "| a | accuracy | 3 | 1 of 2 | 90.0% ± 10.0% | 90.0% ± 10.0% | 60.0% ± 20.0% | 90.0% ± 10.0% |"
    assert table([row]).splitlines()[2] == wanted
    assert "| 0.900 ± 0.100 |" in table([row | {"measure": "R2"}])
