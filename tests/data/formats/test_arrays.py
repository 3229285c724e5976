import io
from functools import partial

import numpy as np
import pytest

from accelgen.data.formats import arrays, values
from accelgen.data.formats.arrays import Array, found_in, open_bytes
from accelgen.errors import DataError

RNG = np.random.default_rng(0)


def opener(array, **how):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, **how)
    return lambda: io.BytesIO(stream.getvalue())


def read(array, **how):
    return Array.read("a", opener(array, **how))


@pytest.mark.parametrize("kind", [np.uint8, ">i2", np.float16, np.float32, ">f8", bool])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_is_read_in_pieces(monkeypatch, kind, order):
    monkeypatch.setattr(values, "PIECE", 64)
    array = np.asarray((10 * RNG.normal(size=(40, 3, 2))).astype(kind), order=order)
    found = read(array)
    pieces = list(found.pieces())
    assert (np.concatenate(pieces) == array).all() and (len(pieces) > 2) == (order == "C")
    assert found.values().shape == (3, 2) and found.values().pixels == (kind is np.uint8)


def test_newer_headers_are_read():
    array = RNG.normal(size=(4, 2))
    assert (next(read(array, version=(2, 0)).pieces()) == array).all()
    with pytest.raises(DataError, match="^a: is no array of numpy: version"):
        read(array, version=(3, 0))


def test_labels_may_be_numbers_words_or_a_column():
    assert read(np.array([1, 2])).labels(2).tolist() == [1, 2]
    assert read(np.array([[1], [2]])).labels(2).tolist() == [1, 2]
    assert read(np.array(["a", "bc"])).labels(2).tolist() == ["a", "bc"]


@pytest.mark.parametrize(
    ("array", "how", "message"),
    [
        (np.array([{}]), "read", "holds Python objects, which are pickled and never read: save numbers"),
        (np.array(1.0), "read", "is one value, and not an array"),
        (np.array([[1j]]), "values", "must hold numbers, not complex128"),
        (np.array([["a"]]), "values", "must hold numbers, not <U1"),
        (np.zeros(3), "values", r"must have a row for each sample, not shape [3]"),
        (np.zeros(4), "labels", r"must have a label for each of 3 samples, not shape [4]"),
        (np.zeros((3, 2, 2)), "labels", r"must have a label for each of 3 samples, not shape [3, 2, 2]"),
        (np.array(["x" * 999] * 3), "labels", "must hold numbers or words, not <U999"),
        (np.array([1j] * 3), "labels", "must hold numbers or words, not complex128"),
    ],
)
def test_what_is_no_array_of_samples_is_said(array, how, message):
    with pytest.raises(DataError) as error:
        found = read(array)
        found.values() if how == "values" else found.labels(3)
    assert str(error.value) == f"a: {message}"


@pytest.mark.parametrize(("size", "order"), [(3, "C"), (30, "C"), (200, "C"), (200, "F")])
def test_an_array_that_is_cut_short_is_said(size, order):
    whole = opener(np.asarray(np.zeros((10, 4)), order=order))().getvalue()
    with pytest.raises(DataError, match="^a: (is |ends after)"):
        list(Array.read("a", lambda: io.BytesIO(whole[:size])).pieces())


def test_a_large_array_in_columns_is_refused(monkeypatch):
    monkeypatch.setattr(arrays, "LARGEST_TURNED", 100)
    found = read(np.asarray(np.zeros((10, 4)), order="F"))
    with pytest.raises(DataError, match="^a: is stored column by column and has 320 bytes: save numpy"):
        list(found.pieces())


def test_an_array_of_other_names_is_missing(tmp_path):
    openers = {"x_train": opener(np.zeros((2, 2))), "ytrain": opener(np.zeros(2))}
    with pytest.raises(DataError, match="^a: 'y_train' is missing: it holds x_train, ytrain, and must hold "):
        found_in("npz", "a", openers)
    with pytest.raises(DataError, match="^a: 'x_train' is missing: it holds nothing, "):
        found_in("npz", "a", {})


def test_both_ways_to_name_arrays_are_known(tmp_path):
    x, y = opener(np.zeros((2, 2))), opener(np.zeros(2))
    assert found_in("npz", "a", {"x": x, "y": y, "z": x}).test is None
    found = found_in("npz", "a", {"x_train": x, "y_train": y, "x_test": x, "y_test": y})
    assert found.test.named == "a: y_test" and found.training.values.name == "a: x_train"


def test_a_file_is_opened_at_its_first_byte(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(4).reshape(2, 2))
    found = Array.read("a", partial(open_bytes, tmp_path / "a.npy"))
    assert np.concatenate(list(found.pieces())).tolist() == [[0, 1], [2, 3]]
