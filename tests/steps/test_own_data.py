import numpy as np
import pytest

from accelgen import steps
from accelgen.errors import DataError, InvalidOption
from tests.data.made import blobs, write_csv, write_npz, write_pictures

X, Y = blobs(100)


def test_a_table_is_shown_feature_by_feature(tmp_path):
    x = X.copy()
    x[:, 3] = 5
    found = steps.check_data(write_csv(tmp_path / "a.csv", x, Y), label="label")
    assert found.form == "CSV" and found.kind == "features" and found.shape == (1, 4, 1)
    assert found.samples == {"train": 70, "validation": 9, "test": 21} and not found.set_aside
    assert found.balance["test"] == {"0": 7, "1": 7, "2": 7} and found.constant == ("d",)
    assert [one.name for one in found.ranges] == list("abcd") and found.ranges[3].mean == 5
    assert found.to_json()["digest"] == found.digest and found.filled is None


def test_samples_in_both_sets_are_counted(tmp_path):
    np.savez(
        tmp_path / "a.npz",
        x_train=X,
        y_train=Y,
        x_test=np.concatenate([X[:3], X + 1]),
        y_test=np.r_[Y[:3], Y],
    )
    found = steps.check_data(tmp_path / "a.npz")
    assert found.duplicates == 3 and found.duplicate_rows == (0, 1, 2) and found.set_aside


def test_missing_values_are_counted_by_feature(tmp_path):
    x = X.copy()
    x[2:5, 1] = np.nan
    path = write_npz(tmp_path / "a.npz", x, Y)
    with pytest.raises(DataError, match="row 2, value 1: is missing"):
        steps.check_data(path)
    assert steps.check_data(path, missing="mean").filled == 1
    assert steps.check_data(path, missing="0").filled == 1
    with pytest.raises(InvalidOption, match="^missing: must be 'refuse' or 'mean', not 'median'"):
        steps.check_data(path, missing="median")


@pytest.mark.parametrize(
    ("shape", "declared", "hint"),
    [
        (
            (12, 3),
            "",
            "is it a series of 12 steps of 3 channels? then shape = [1, 12, 3] in data.toml says so",
        ),
        ((36,), "", "is it a series of 36 steps? then shape = [1, 36, 1] in data.toml says so"),
        ((12, 3), "[1, 12, 3]", None),
        ((6, 6), "", None),
        ((12,), "", None),
        ((1, 12, 3), "", None),
    ],
)
def test_what_may_be_a_series_is_asked(tmp_path, shape, declared, hint):
    rng = np.random.default_rng(0)
    write_npz(tmp_path / "a.npz", rng.normal(size=(60, *shape)), np.arange(60) % 2)
    if declared:
        (tmp_path / "data.toml").write_text(f"shape = {declared}\n")
    assert steps.check_data(tmp_path / "a.npz").hint == hint


def test_pictures_have_one_range(tmp_path):
    found = steps.check_data(write_pictures(tmp_path / "p"))
    assert found.kind == "pixels" and len(found.ranges) == 1 and found.ranges[0].most <= 255


def test_options_reach_the_reading(tmp_path):
    path = write_npz(tmp_path / "a.npz", X, Y)
    assert steps.check_data(path, test=0.5, validation=0.2, seed=3).samples["test"] == 49
    with pytest.raises(InvalidOption, match="^test: must be a number of 0.01 to 0.9, not 2"):
        steps.check_data(path, test=2)


def test_sets_with_a_name_are_listed(tmp_path):
    (tmp_path / "mnist").mkdir()
    found = {one.name: one for one in steps.list_data(data=tmp_path).sets}
    assert found["mnist"].there and not found["cifar10"].there and found["mnist"].samples == 70_000


def test_numbers_have_ranges_and_labels_are_counted(tmp_path):
    x = np.arange(40.0).reshape(20, 2)
    np.savez(tmp_path / "a.npz", x=x, y=np.stack([x[:, 0], -x[:, 1]], axis=1))
    found = steps.check_data(tmp_path / "a.npz", task="regression")
    assert [one.name for one in found.targets] == ["y0", "y1"] and not found.balance
    assert found.targets[1].most < 0 < found.targets[0].most
    np.savez(tmp_path / "b.npz", x=x, y=np.stack([x[:, 0] > 10, x[:, 0] > -1], axis=1).astype(int))
    found = steps.check_data(tmp_path / "b.npz", task="labels")
    assert sum(part["y1"] for part in found.balance.values()) == 20 and found.targets == ()
