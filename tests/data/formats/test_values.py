import numpy as np
import pytest

from accelgen.data.formats import values
from accelgen.data.formats.values import Found, Samples, Values, rows_at_once, spooled
from accelgen.errors import DataError


def test_a_value_is_named_by_row_or_line_and_by_column():
    table = Values("a.csv", 3, (2,), False, lambda: iter([]), ("x", "y"), lambda row: row + 2)
    assert table.place(1, 1) == "a.csv: line 3, column 'y'"
    array = Values("a.npz: x", 3, (2, 2), False, lambda: iter([]))
    assert array.place(1, 3) == "a.npz: x: row 1, value 3" and array.size == 4


def test_every_sample_is_in_one_list():
    part = Samples(Values("x", 1, (1,), False, lambda: iter([])), np.zeros(1), "y")
    assert Found("npz", part, None).every == [part] and Found("npz", part, part).every == [part, part]


def test_a_piece_has_a_row_at_least():
    assert rows_at_once(values.PIECE * 2) == 1 and rows_at_once(0) == values.PIECE
    assert rows_at_once(values.PIECE // 3) == 3


@pytest.mark.parametrize("kept", [10, 1 << 20])
def test_what_was_read_once_is_read_again_from_memory_or_from_a_file(monkeypatch, kept):
    monkeypatch.setattr(values, "KEPT", kept)
    monkeypatch.setattr(values, "PIECE", 100)
    x = np.random.default_rng(0).normal(size=(50, 3))
    count, again = spooled((x[n : n + 7] for n in range(0, 50, 7)), (3,), np.float64)
    assert count == 50
    for _ in range(2):
        pieces = list(again())
        assert len(pieces) > 1 and (np.concatenate(pieces) == x).all()


def test_a_full_disk_is_one_sentence(monkeypatch):
    class Full:
        def write(self, data):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(values.tempfile, "SpooledTemporaryFile", lambda max_size: Full())
    with pytest.raises(DataError, match="^a temporary file cannot be written: No space left on device$"):
        spooled([np.zeros((1, 1))], (1,), np.float64)
