import gzip

import numpy as np
import pytest

from accelgen.data.idx import read_idx, write_idx
from accelgen.errors import DataError

ARRAY = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


def test_what_was_written_is_read(tmp_path):
    write_idx(tmp_path / "a.gz", ARRAY)
    assert (read_idx(tmp_path / "a.gz") == ARRAY).all()
    (tmp_path / "a").write_bytes(gzip.decompress((tmp_path / "a.gz").read_bytes()))
    assert (read_idx(tmp_path / "a") == ARRAY).all()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not an IDX file of unsigned bytes"),
        (b"\0\0\x0d\x01\0\0\0\0", "is not an IDX file of unsigned bytes"),
        (b"\0\0\x08\x01\0\0\0\x05abc", "has 11 bytes, but its header promises 13"),
        (b"\x1f\x8bjunk, and more of it", "is a damaged gzip file"),
        (gzip.compress(b"x" * 100, mtime=0)[:-9], "is a damaged gzip file"),
    ],
)
def test_damage_is_named(tmp_path, data, message):
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(DataError) as error:
        read_idx(path)
    assert str(error.value).startswith(f"{path}: {message}")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match="cannot be read: No such file or directory$"):
        read_idx(tmp_path / "nothing")


def test_nothing_is_wrapped_into_a_byte(tmp_path):
    for wrong, said in ((ARRAY + np.int64(250), "273"), (ARRAY * 0.5, "float64"), (ARRAY > 3, "bool")):
        with pytest.raises(
            DataError, match=f"^values of an IDX file must be integers of 0 to 255, not {said}$"
        ):
            write_idx(tmp_path / "a.gz", wrong)
    assert not list(tmp_path.iterdir())
