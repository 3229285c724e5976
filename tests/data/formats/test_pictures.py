import numpy as np
import pytest
from PIL import Image

from accelgen.data.formats.pictures import read_pictures
from accelgen.errors import DataError
from tests.data.made import write_pictures


def values(samples):
    return np.concatenate(list(samples.values.pieces()))


@pytest.mark.parametrize(("mode", "shape"), [("L", (6, 8)), ("RGB", (6, 8, 3))])
def test_a_folder_for_each_class_is_read(tmp_path, mode, shape):
    found = read_pictures(write_pictures(tmp_path / "p", mode=mode), None)
    assert found.training.values.shape == shape and found.test is None and found.training.values.pixels
    assert found.training.labels.tolist() == ["dark"] * 6 + ["light"] * 6
    first = np.asarray(Image.open(tmp_path / "p" / "dark" / "0.png"))
    assert (values(found.training)[0] == first).all() and values(found.training)[6:].min() >= 128


def test_one_picture_in_colour_makes_all_of_them_so(tmp_path):
    folder = write_pictures(tmp_path / "p")
    Image.new("RGB", (8, 6), (1, 2, 3)).save(folder / "light" / "9.png")
    found = read_pictures(folder, None)
    assert found.training.values.shape == (6, 8, 3) and values(found.training)[-1, 0, 0].tolist() == [1, 2, 3]


def test_training_and_tests_may_be_apart(tmp_path):
    write_pictures(tmp_path / "p" / "train")
    write_pictures(tmp_path / "p" / "test", count=2)
    (tmp_path / "p" / ".hidden").mkdir()
    (tmp_path / "p" / "train" / "dark" / ".DS_Store").write_text("x")
    found = read_pictures(tmp_path / "p", None)
    assert found.training.values.count == 12 and found.test.values.count == 4


def test_a_shape_scales_pictures(tmp_path):
    folder = write_pictures(tmp_path / "p")
    Image.new("L", (50, 40), 255).save(folder / "light" / "9.png")
    found = read_pictures(folder, (4, 4, 1))
    assert found.training.values.shape == (4, 4) and (values(found.training)[-1] == 255).all()


def test_pictures_of_several_sizes_need_a_shape(tmp_path):
    folder = write_pictures(tmp_path / "p")
    Image.new("L", (5, 4)).save(folder / "light" / "9.png")
    with pytest.raises(DataError) as error:
        read_pictures(folder, None)
    assert str(error.value) == (
        f"{folder / 'light' / '9.png'}: is 5 x 4 pixels, and the first is 8 x 6: "
        "a shape in data.toml scales all of them"
    )


def test_what_is_no_picture_is_named(tmp_path):
    folder = write_pictures(tmp_path / "p")
    (folder / "light" / "9.png").write_text("no")
    with pytest.raises(DataError, match=r"light/9\.png is not a picture: "):
        read_pictures(folder, None)
    whole = (folder / "light" / "0.png").read_bytes()
    (folder / "light" / "9.png").write_bytes(whole[: len(whole) - 30])
    with pytest.raises(DataError, match=r"light/9\.png is not a picture: "):
        read_pictures(folder, None)


def test_a_folder_without_pictures_is_said(tmp_path):
    (tmp_path / "p" / "dark").mkdir(parents=True)
    with pytest.raises(DataError, match="p: holds no pictures in folders named as their classes$"):
        read_pictures(tmp_path / "p", None)
