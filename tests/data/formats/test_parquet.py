import numpy as np
import pytest

from accelgen.data.formats import values
from accelgen.data.formats.parquet import read_parquet
from accelgen.errors import DataError
from tests.data.made import blobs

arrow = pytest.importorskip("pyarrow")
from pyarrow import parquet  # noqa: E402

X, Y = blobs()


def write(path, **columns):
    parquet.write_table(arrow.table(columns), path)
    return path


def test_a_table_is_read_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(values, "PIECE", 200)
    path = write(
        tmp_path / "a.parquet", a=X[:, 0], label=[f"k{y}" for y in Y], b=X[:, 1].astype(np.float32), c=Y
    )
    found = read_parquet(path, ())
    pieces = list(found.values.pieces())
    assert found.values.columns == ("a", "b", "c") and found.labels[:3].tolist() == ["k0", "k1", "k2"]
    assert len(pieces) > 2 and (np.concatenate(pieces)[:, 0] == X[:, 0]).all()
    assert found.values.count == 60 and found.values.place(2, 0).endswith("row 2, column 'a'")


def test_nulls_are_missing(tmp_path):
    found = read_parquet(write(tmp_path / "a.parquet", a=[1, None], b=[True, False], label=[0, 1]), ())
    assert np.isnan(np.concatenate(list(found.values.pieces()))).tolist() == [[False, False], [True, False]]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"a": ["x"], "label": [0]}, "column 'a': must hold numbers, not string"),
        ({"a": [1], "label": [None]}, "row 0, column 'label': has no label"),
        ({"a": [1], "b": [0]}, "label: name the column that holds the labels: there are a, b"),
    ],
)
def test_what_is_no_table_of_numbers_is_said(tmp_path, columns, message):
    path = write(tmp_path / "a.parquet", **columns)
    with pytest.raises(DataError) as error:
        read_parquet(path, ())
    assert str(error.value) == f"{path}: {message}"


def test_a_damaged_file_is_one_sentence(tmp_path):
    path = write(tmp_path / "a.parquet", a=X[:, 0], label=Y)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="a.parquet: is no whole Parquet file: "):
        read_parquet(path, ())
    with pytest.raises(DataError, match="gone.parquet: cannot be read: "):
        read_parquet(tmp_path / "gone.parquet", ())


def test_columns_may_be_left_out(tmp_path):
    found = read_parquet(write(tmp_path / "a.parquet", id=["x", "y"], a=[1, 2], label=[0, 1]), (), ("id",))
    assert found.values.columns == ("a",)
