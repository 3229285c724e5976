import numpy as np
import pytest

from accelgen.data.formats import csv_table
from accelgen.data.formats.csv_table import read_csv
from accelgen.errors import DataError
from tests.data.made import blobs, write_csv

X, Y = blobs()


def values(samples):
    return np.concatenate(list(samples.values.pieces()))


def test_numbers_come_back_bit_for_bit(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_table, "ROWS", 7)
    found = read_csv(write_csv(tmp_path / "a.csv", X, Y), ())
    assert (values(found) == X).all() and found.labels.tolist() == [str(y) for y in Y]
    assert found.values.columns == ("a", "b", "c", "d") and found.values.place(59, 3).endswith(
        "line 61, column 'd'"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a,kind,b\n1,x,2\n3,y,4\n",
        "a;kind;b\r\n1;x;2\r\n3;y;4",
        "a\tkind\tb\n1\tx\t2\n\n3\ty\t4\n",
        '"a"," kind ",b\n" 1",x,2\n3,"y","4 "\n',
        "\ufeffa,kind,b\n1,x,2\n3,y,4\n",
    ],
)
def test_tables_of_many_writers_are_read(tmp_path, text):
    (tmp_path / "a.csv").write_text(text, newline="")
    found = read_csv(tmp_path / "a.csv", ("kind",))
    assert values(found).tolist() == [[1, 2], [3, 4]] and found.labels.tolist() == ["x", "y"]


@pytest.mark.parametrize("text", ["", "?", "NA", " NaN ", "null", "None"])
def test_what_is_missing_is_no_number(tmp_path, text):
    (tmp_path / "a.csv").write_text(f"a,label\n1,0\n{text},1\n")
    found = values(read_csv(tmp_path / "a.csv", ())) if text else None
    if text:
        assert np.isnan(found).tolist() == [[False], [True]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the first line must name the columns, and is empty"),
        ("1,2,3\n4,5,6\n", "the first line must name the columns, and holds numbers"),
        ("a,b,label\n1,2\n", "line 2 has 2 fields, and the first 3"),
        ("a,b,label\n1,2,0\n\n1,2,0,4\n", "line 4 has 4 fields, and the first 3"),
        ("a,b,label\n1,2,0\n1,red,0\n", "line 3, column 'b': 'red' is not a number"),
        ("a,label,b\n1,0,red\n", "line 2, column 'b': 'red' is not a number"),
        ("a,label\n1,\n", "line 2, column 'label': has no label"),
        ("a,label\n1_0,1\n", "line 2, column 'a': '1_0' is not a number"),
        ("a,b\n1,2\n", "label: name the column that holds the labels: there are a, b"),
        ("a,a,label\n1,2,0\n", "two columns are named 'a'"),
        (f"a,label\n{'9' * 200_000},1\n", "line 2: field larger than field limit (131072)"),
    ],
)
def test_what_is_no_table_is_said(tmp_path, text, message):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(DataError) as error:
        read_csv(tmp_path / "a.csv", ())
    assert str(error.value) == f"{tmp_path / 'a.csv'}: {message}"


def test_what_cannot_be_read_is_said(tmp_path):
    with pytest.raises(DataError, match="a.csv: cannot be read: No such file"):
        read_csv(tmp_path / "a.csv", ())
    (tmp_path / "a.csv").write_bytes(b"a,label\n\xff,1\n")
    with pytest.raises(DataError, match=r"a.csv: is not UTF-8: .* at byte \d+"):
        read_csv(tmp_path / "a.csv", ())


def test_columns_may_be_left_out_and_a_class_may_be_called_none(tmp_path):
    (tmp_path / "a.csv").write_text("id,a,fault,note\nx1,1,none,good\nx2,2,NA,\n")
    found = read_csv(tmp_path / "a.csv", ("fault",), ("id", "note"))
    assert values(found).tolist() == [[1], [2]] and found.labels.tolist() == ["none", "NA"]
    with pytest.raises(DataError, match="line 2, column 'note': 'good' is not a number$"):
        read_csv(tmp_path / "a.csv", ("fault",), ("id",))


def test_lines_are_named_right_though_fields_and_gaps_span_some(tmp_path):
    rows = [f'{n},"a\nb",{n % 2}' if n == 2 else f"{n},{n},{n % 2}" for n in range(6)]
    path = tmp_path / "a.csv"
    path.write_text("x,note,label\n" + "\n".join(rows[:4]) + "\n\n\n" + "\n".join(rows[4:]) + "\n")
    values = read_csv(path, (), ("note",)).values
    assert [values.lines(row) for row in range(6)] == [2, 3, 5, 6, 9, 10]
