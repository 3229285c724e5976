import numpy as np
import pytest

from accelgen import steps
from accelgen.data.own import read_own
from accelgen.data.reading import Reading
from accelgen.steps.data_page import data_facts
from tests.data.made import blobs, write_csv, write_events, write_npz, write_pictures, write_tones

X, Y = blobs(100)


def facts(path):
    return data_facts(read_own(path, Reading()), steps.check_data(path))


def test_a_table_has_a_histogram_for_each_feature(tmp_path):
    found = facts(write_csv(tmp_path / "a.csv", X, Y))
    assert [one.name for one in found.histograms] == list("abcd") and found.columns == tuple("abcd")
    own = read_own(tmp_path / "a.csv", Reading())
    rows = np.concatenate(list(own.pieces("train")))
    right, _ = np.histogram(rows[:, 1], 16)
    assert (found.histograms[1].counts == right).all() and found.low == X[own.parts["train"][1]].min()
    assert len(found.examples) == 18 and (found.examples[0].values == rows[found.examples[0].row]).all()
    labels = own.labels("train")
    assert all(labels[one.row] == one.label for one in found.examples)


def test_pictures_and_sounds_have_one_histogram(tmp_path):
    found = facts(write_pictures(tmp_path / "p"))
    assert len(found.histograms) == 1 and (found.low, found.high) == (0, 255) and not found.columns
    sounds = facts(write_tones(tmp_path / "s", 4))
    assert len(sounds.histograms) == 1 and sounds.shape[2] == 1 and sounds.high < 1000


def test_events_are_counted_where_and_when_they_are(tmp_path):
    found = facts(write_events(tmp_path))
    assert found.shape == (8, 8, 1) and len(found.histograms[0].counts) == 4
    assert found.examples[0].values.shape == (64,) and found.examples[0].values.sum() > 10


@pytest.mark.parametrize("write", [write_events, write_pictures, write_tones])
def test_the_page_is_written(tmp_path, write):
    done = steps.check_data(write(tmp_path / "d"), page=tmp_path / "page.html")
    assert done.written == tmp_path / "page.html" and done.to_json()["written"] == str(done.written)
    assert done.written.read_text().count("<img ") >= 6


def test_no_page_is_written_unless_asked(tmp_path):
    assert steps.check_data(write_npz(tmp_path / "a.npz", X, Y)).written is None


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("series", [False, True])
def test_the_largest_numbers_have_means_and_histograms(tmp_path, series):
    x = np.where(X[:, :3] > np.median(X[:, :3], axis=0), 1.7e308, -1.7e308)
    path = write_npz(tmp_path / "a.npz", x[:, :, None] if series else x, Y)
    done = steps.check_data(path, page=tmp_path / "page.html")
    assert all(-1.7e308 < one.mean < 1.7e308 for one in done.ranges)
    found = data_facts(read_own(path, Reading()), done)
    rows = np.concatenate(list(read_own(path, Reading()).pieces("train")))
    high = (rows > 0).sum() if series else (rows[:, 0] > 0).sum()
    counts = found.histograms[0].counts
    assert counts[-1] == high and counts[0] == (rows.size if series else len(rows)) - high


def page_of(path, tmp_path, **how):
    found = steps.check_data(path, page=tmp_path / "page.html", **how)
    reading = Reading(**how)
    return data_facts(read_own(path, reading), found), read_own(path, reading), found.written.read_text()


def test_samples_are_shown_with_each_of_their_labels(tmp_path):
    y = np.column_stack([Y == 1, Y > 0, np.ones(len(Y))]).astype(np.uint8)
    np.savez(tmp_path / "a.npz", x=X, y=y)
    found, own, page = page_of(tmp_path / "a.npz", tmp_path, task="labels")
    right = own.labels("train")
    assert [sum(one.label == label for one in found.examples) for label in range(3)] == [6, 6, 6]
    assert all(right[one.row, one.label] == 1 for one in found.examples)
    assert "100 samples, 3 labels (labels)" in page and "Balance of the labels" in page
    assert "label y2" in page and found.tiles["labels"] == "3" and "classes" not in found.tiles


@pytest.mark.parametrize("task", ["regression", "reconstruction"])
def test_samples_that_have_neither_classes_nor_labels_are_shown_together(tmp_path, task):
    np.savez(tmp_path / "a.npz", x=X, y=X[:, :2] * 3)
    found, own, page = page_of(tmp_path / "a.npz", tmp_path, task=task)
    assert [(one.row, one.label) for one in found.examples] == [(row, 0) for row in range(6)]
    assert (found.examples[3].values == next(own.pieces("train"))[3]).all()
    assert "Balance" not in page and "The first samples that are learned from" in page
    assert ("outputs" in found.tiles) == (task == "regression") and "classes" not in found.tiles
