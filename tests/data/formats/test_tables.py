import numpy as np
import pytest

from accelgen.data.formats.tables import holds_tables, label_columns, read_tables
from accelgen.data.formats.values import Samples, Values
from accelgen.errors import DataError


def test_the_column_of_labels_is_named_or_usual():
    assert label_columns(["a", "b", "c"], ("b",), ()) == [1]
    assert label_columns(["a", "Class", "c"], (), ()) == [1]
    assert label_columns(["a", "b", "c"], ("c", "a"), ()) == [2, 0]
    assert label_columns(["a", "b"], None, ()) == []


@pytest.mark.parametrize(
    ("columns", "label", "message"),
    [
        (["a", "b"], "", "label: name the column that holds the labels: there are a, b"),
        (["label", "class"], "", "label: name the column that holds the labels: there are label, class"),
        (["kind", "b"], "kid", "label: there is no column 'kid': did you mean 'kind'?"),
        (["a", "b"], "zzz", "label: there is no column 'zzz': there are a, b"),
        (["a", "a", "b"], "b", "two columns are named 'a'"),
        (["label"], "", "there is no column of features beside the label 'label'"),
        (
            list("abcdefghij"),
            "",
            "label: name the column that holds the labels: there are a, b, c, d, e, f, g, h, ...",
        ),
    ],
)
def test_what_cannot_be_a_label_is_said(columns, label, message):
    with pytest.raises(DataError) as error:
        label_columns(columns, (label,) if label else (), ())
    assert str(error.value) == message


def test_a_folder_may_hold_two_tables(tmp_path):
    def read(path):
        names = tuple(path.read_text())
        return Samples(Values(path.name, 1, (1,), False, lambda: iter([]), names), np.zeros(1), "y")

    assert not holds_tables(tmp_path, ".csv")
    (tmp_path / "train.csv").write_text("ab")
    assert holds_tables(tmp_path, ".csv") and read_tables("CSV", tmp_path, ".csv", read).test is None
    (tmp_path / "test.csv").write_text("ab")
    assert read_tables("CSV", tmp_path, ".csv", read).test.values.name == "test.csv"
    assert read_tables("CSV", tmp_path / "test.csv", ".csv", read).test is None
    (tmp_path / "test.csv").write_text("ba")
    with pytest.raises(DataError, match=r"test\.csv: has other columns than train\.csv$"):
        read_tables("CSV", tmp_path, ".csv", read)


def test_columns_to_ignore_must_be_there_and_leave_some():
    assert label_columns(["id", "a", "kind"], ("kind",), ("id",)) == [2]
    with pytest.raises(DataError, match="^ignore: there is no column 'idx': did you mean 'id'.$"):
        label_columns(["id", "kind"], ("kind",), ("idx",))
    with pytest.raises(DataError, match="^there is no column of features beside the label 'kind'$"):
        label_columns(["id", "kind"], ("kind",), ("id",))
