import zipfile

import numpy as np
import pytest

from accelgen.data.formats.npz import read_npz
from accelgen.errors import DataError
from tests.data.made import blobs, write_npz

X, Y = blobs()


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_are_read_whether_compressed_or_not(tmp_path, save):
    save(tmp_path / "a.npz", x=X, y=Y)
    found = read_npz(tmp_path / "a.npz")
    for _ in range(2):
        assert (np.concatenate(list(found.training.values.pieces())) == X).all()
    assert (found.training.labels == Y).all() and found.test is None and found.form == "npz"


def test_what_is_no_archive_is_said(tmp_path):
    path = tmp_path / "a.npz"
    with pytest.raises(DataError, match="a.npz: cannot be read: No such file"):
        read_npz(path)
    path.write_text("no")
    with pytest.raises(DataError, match="a.npz: is no whole npz archive: "):
        read_npz(path)
    whole = write_npz(path, X, Y).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="a.npz: is no whole npz archive: "):
        read_npz(path)


def test_a_byte_that_has_changed_is_found(tmp_path):
    path = write_npz(tmp_path / "a.npz", X, Y)
    data = bytearray(path.read_bytes())
    data[600] ^= 1  # within the numbers of x
    path.write_bytes(data)
    with pytest.raises(DataError, match="a.npz: x: is damaged or cannot be read: Bad CRC-32"):
        list(read_npz(path).training.values.pieces())


def test_pickles_are_refused(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.array([[{}]]), y=np.array([0]))
    with pytest.raises(DataError, match="a.npz: x: holds Python objects, which are pickled and never read"):
        read_npz(tmp_path / "a.npz")


def test_an_archive_of_other_files_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("x.npy", b"no array")
        archive.writestr("y.npy", b"")
    with pytest.raises(DataError, match="a.npz: x: is no array of numpy: "):
        read_npz(tmp_path / "a.npz")
