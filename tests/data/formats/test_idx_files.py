import numpy as np
import pytest

from accelgen.data.formats.idx_files import holds_idx, read_idx_files
from accelgen.data.idx import write_idx
from accelgen.errors import DataError

X = np.random.default_rng(0).integers(0, 256, (12, 5, 4), np.uint8)
Y = np.arange(12, dtype=np.uint8) % 3


@pytest.mark.parametrize("test", ["t10k", "test", None])
def test_the_files_of_a_relative_of_mnist_are_read(tmp_path, test):
    for start, x, y in (("train", X, Y), (test, X[:5], Y[:5])):
        if start:
            write_idx(tmp_path / f"{start}-images-idx3-ubyte.gz", x)
            write_idx(tmp_path / f"{start}-labels-idx1-ubyte", y)
    found = read_idx_files(tmp_path)
    assert holds_idx(tmp_path) and found.training.values.pixels and found.training.values.shape == (5, 4)
    assert (np.concatenate(list(found.training.values.pieces())) == X).all()
    assert (found.test is None) == (test is None) and (
        test is None or found.test.labels.tolist() == [0, 1, 2, 0, 1]
    )


def test_what_is_missing_or_does_not_fit_is_said(tmp_path):
    assert not holds_idx(tmp_path)
    write_idx(tmp_path / "train-images-idx3-ubyte", X)
    with pytest.raises(DataError, match=r"train-labels-idx-ubyte \(or .gz\) is not there$"):
        read_idx_files(tmp_path)
    write_idx(tmp_path / "train-labels-idx1-ubyte", Y[:3])
    with pytest.raises(
        DataError, match=r"idx1-ubyte: must have a label for each of 12 images, not shape \[3\]"
    ):
        read_idx_files(tmp_path)
