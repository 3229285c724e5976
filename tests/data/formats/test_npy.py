import numpy as np
import pytest

from accelgen.data.formats.npy import holds_arrays, read_npy
from accelgen.errors import DataError
from tests.data.made import blobs

X, Y = blobs()


def test_a_folder_of_arrays_is_read(tmp_path):
    assert not holds_arrays(tmp_path)
    for name, array in (("x_train", X), ("y_train", Y), ("x_test", X[:9]), ("y_test", Y[:9])):
        np.save(tmp_path / f"{name}.npy", array)
    found = read_npy(tmp_path)
    assert holds_arrays(tmp_path) and found.form == "npy" and found.test.values.count == 9
    assert (np.concatenate(list(found.training.values.pieces())) == X).all()


def test_an_array_that_is_missing_is_named(tmp_path):
    np.save(tmp_path / "x.npy", X)
    with pytest.raises(DataError, match=f"^{tmp_path}: 'y' is missing: it holds x, and must hold "):
        read_npy(tmp_path)
