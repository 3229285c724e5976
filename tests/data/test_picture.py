import numpy as np
import pytest
from PIL import Image

from accelgen.data.picture import read_fitted, read_picture
from accelgen.errors import DataError


def saved(path, grey):
    Image.fromarray(grey.astype(np.uint8)).save(path)
    return path


def test_a_picture_of_the_right_size_is_taken_as_it_is(tmp_path):
    image = np.zeros((28, 28))
    image[3, 5:9] = 200
    assert (read_picture(saved(tmp_path / "a.png", image)) == image.reshape(-1)).all()


def test_ink_on_paper_is_inverted_centred_and_shrunk(tmp_path):
    paper = np.full((56, 100), 255)
    paper[10:50, 20:24] = 0
    found = read_picture(saved(tmp_path / "b.png", paper)).reshape(28, 28)
    rows, columns = np.nonzero(found)
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1, found.sum()) == (20, 2, 40 * 255)
    assert rows.min() in (4, 5) and columns.min() in (13, 14)


def test_an_empty_sheet_is_named(tmp_path):
    with pytest.raises(DataError, match=r"e.png: a drawing must have something bright in it$"):
        read_picture(saved(tmp_path / "e.png", np.full((56, 56), 255)))


def test_what_is_no_picture_is_named(tmp_path):
    (tmp_path / "c.png").write_text("no picture")
    with pytest.raises(DataError, match=r"c.png is not a picture"):
        read_picture(tmp_path / "c.png")


def test_a_picture_is_fitted_to_any_shape(tmp_path):
    Image.fromarray(np.full((8, 6, 3), 200, np.uint8)).save(tmp_path / "a.png")
    assert read_fitted(tmp_path / "a.png", (8, 6, 3)).tolist() == [200] * 144
    assert read_fitted(tmp_path / "a.png", (4, 4, 1)).tolist() == [200] * 16
    assert read_fitted(tmp_path / "a.png", (4, 4, 1), dark=True).tolist() == [55] * 16
