import numpy as np
import pytest

from accelgen.data.folds import folded
from accelgen.data.own import read_own
from accelgen.data.reading import Reading
from accelgen.errors import DataError


@pytest.fixture
def path(tmp_path):
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "a.npz", x=rng.normal(size=(60, 3)), y=np.arange(60) % 3)
    return tmp_path / "a.npz"


def test_folds_share_out_what_is_learned_from_and_leave_the_test_set_alone(path):
    own = read_own(path, Reading())
    folds = [folded(own, number, 4) for number in range(4)]
    tests = [fold.parts["test"][1] for fold in folds]
    assert (np.sum(tests, axis=0) == own.parts["train"][1] | own.parts["validation"][1]).all()
    for fold in folds:
        parts = np.array([chosen for _, chosen in fold.parts.values()])
        assert parts.sum(axis=0).max() == 1 and parts.any(axis=1).all()
        assert not (parts.any(axis=0) & own.parts["test"][1]).any()
        assert np.bincount(fold.labels("test")).tolist() == [4, 4, 4]


def test_the_same_seed_gives_the_same_folds(path):
    one, two = (folded(read_own(path, Reading(seed=seed)), 1, 3).parts["test"][1] for seed in (1, 1))
    other = folded(read_own(path, Reading(seed=2)), 1, 3).parts["test"][1]
    assert (one == two).all() and (one != other).any()


def test_gaps_are_filled_from_the_other_folds(tmp_path):
    x = np.arange(40.0).reshape(20, 2)
    x[3, 0] = np.nan
    np.savez(tmp_path / "a.npz", x=x, y=np.arange(20) % 2)
    own = read_own(tmp_path / "a.npz", Reading(missing="mean"))
    fold = folded(own, 0, 2)
    learned = x[fold.parts["train"][1]]
    assert fold.fill.tolist() == np.nanmean(learned, axis=0).tolist() != own.fill.tolist()


def test_too_many_folds_are_refused(path):
    with pytest.raises(DataError, match=r"a\.npz: y: there are too few samples for 90 folds$"):
        folded(read_own(path, Reading()), 80, 90)
