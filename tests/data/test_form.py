import os

import numpy as np
import pytest

from accelgen.data.form import read_found, signature
from accelgen.data.idx import write_idx
from accelgen.errors import DataError
from tests.data.made import blobs, write_csv, write_npz, write_pictures

X, Y = blobs()


def made(form, folder):
    folder.mkdir(exist_ok=True)
    if form == "npz":
        return write_npz(folder / "a.npz", X, Y)
    if form == "CSV":
        return write_csv(folder / "a.csv", X, Y)
    if form == "pictures":
        return write_pictures(folder / "pictures")
    if form == "IDX":
        write_idx(folder / "train-images-idx3-ubyte.gz", np.zeros((9, 2, 3), np.uint8))
        write_idx(folder / "train-labels-idx1-ubyte.gz", np.arange(9) % 2)
        return folder
    np.save(folder / "x.npy", X)
    np.save(folder / "y.npy", Y)
    return folder


@pytest.mark.parametrize("form", ["npz", "CSV", "pictures", "IDX", "npy"])
def test_the_form_is_seen(form, tmp_path):
    assert read_found(made(form, tmp_path / "data"), "", None).form == form


def test_what_has_no_form_is_said(tmp_path):
    for name, message in (
        ("a.txt", "must be an .npz, .csv or .parquet file, or a folder with x.npy"),
        ("x.npy", "has no labels beside it: name the folder of x.npy and y.npy"),
        ("gone.csv", "is not there"),
        ("cut.aedat", "holds AEDAT, which is not read: make an .npz of t, x, y and p of each recording"),
        ("moves", "holds AEDAT, which is not read: make an .npz of t, x, y and p of each recording"),
        ("empty", "must be an .npz, .csv or .parquet file"),
    ):
        path = tmp_path / name
        if name == "empty":
            path.mkdir()
        elif name == "moves":
            (path / "left").mkdir(parents=True)
            (path / "left" / "1.aedat4").write_text("#!AER-DAT4.0")
        elif name != "gone.csv":
            path.write_text("x")
        with pytest.raises(DataError) as error:
            read_found(path, "", None)
        assert str(error.value).startswith(f"{path}: {message}")


def test_the_signature_changes_with_the_files(tmp_path):
    path = write_csv(tmp_path / "a.csv", X, Y)
    before = signature(path)
    assert before == signature(path)
    os.utime(path, (1, 1))
    assert signature(path) != before
    before = signature(path)
    (tmp_path / "data.toml").write_text("")
    assert signature(path) != before
    folder = write_pictures(tmp_path / "pictures")
    before = signature(folder)
    (folder / "dark" / "0.png").unlink()
    assert signature(folder) != before
