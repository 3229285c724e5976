"""Data of one's own, in every form, damaged: values or one sentence, whatever is in the files."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from accelgen.data.own import read_own
from accelgen.data.ranges import CodesChoice
from accelgen.data.reading import Reading
from tests.data.made import blobs
from tests.fuzz.edits import damaged, few, odd_toml, value_or_sentence

X, Y = blobs(24)
READINGS = st.builds(Reading, missing=st.sampled_from(["refuse", "mean", 0.0]))
some = settings(few, max_examples=100)


def coded(path, reading):
    """Read data as training does, and return the codes."""
    own = read_own(path, reading)
    data = own.data_set(own.coding(CodesChoice()))
    parts = [data.load(part) for part in ("train", "validation", "test")]
    for images in parts:
        assert images.pixels.dtype == np.uint8 and len(images.pixels) == len(images.labels)
        assert not len(images) or images.labels.max() < len(own.classes)
    return parts


def archive(**arrays) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def array(values) -> bytes:
    stream = io.BytesIO()
    np.save(stream, values)
    return stream.getvalue()


ARCHIVES = [archive(x=X, y=Y), archive(x_train=X, y_train=Y, x_test=X[:5].astype(np.float32), y_test=Y[:5])]
TABLE = "a,b,label\n" + "".join(f"{x[0]},{x[1]},{y}\n" for x, y in zip(X, Y, strict=True))


@some
@given(st.one_of(map(damaged, ARCHIVES)), READINGS)
def test_any_archive_is_data_or_a_sentence(tmp_path, data, reading):
    (tmp_path / "a.npz").write_bytes(data)
    value_or_sentence(lambda path: coded(path, reading), tmp_path / "a.npz")


@some
@given(damaged(array(X)), damaged(array(Y)), st.booleans(), READINGS)
def test_any_arrays_are_data_or_a_sentence(tmp_path, x, y, labels, reading):
    (tmp_path / "x.npy").write_bytes(array(X) if labels else x)
    (tmp_path / "y.npy").write_bytes(y if labels else array(Y))
    value_or_sentence(lambda path: coded(path, reading), tmp_path)


FIELDS = st.sampled_from(
    ["", "?", "nan", "inf", "-inf", "1e400", "red", '"', '"a\nb"', "1,2", "9" * 400, "\x00", "0x1", "1_0"]
)


@some
@given(
    damaged(TABLE.encode())
    | st.lists(st.tuples(st.integers(1, 24), FIELDS), min_size=1, max_size=3).map(
        lambda edits: _with(TABLE, edits).encode()
    ),
    READINGS,
)
def test_any_table_is_data_or_a_sentence(tmp_path, data, reading):
    (tmp_path / "a.csv").write_bytes(data)
    value_or_sentence(lambda path: coded(path, reading), tmp_path / "a.csv")


def _with(text: str, edits: list[tuple[int, str]]) -> str:
    lines = text.splitlines()
    for line, field in edits:
        lines[line] = ",".join([field, *lines[line].split(",")[1:]])
    return "\n".join(lines)


@some
@given(st.data())
def test_any_parquet_file_is_data_or_a_sentence(tmp_path, parquet, data):
    (tmp_path / "a.parquet").write_bytes(data.draw(damaged(parquet)))
    value_or_sentence(lambda path: coded(path, Reading()), tmp_path / "a.parquet")


@pytest.fixture(scope="module")
def parquet(tmp_path_factory) -> bytes:
    arrow = pytest.importorskip("pyarrow")
    from pyarrow.parquet import write_table

    path = tmp_path_factory.mktemp("table") / "a.parquet"
    write_table(arrow.table({"a": X[:, 0], "b": X[:, 1], "label": Y}), path)
    return path.read_bytes()


def picture() -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.arange(48, dtype=np.uint8).reshape(6, 8)).save(stream, "PNG")
    return stream.getvalue()


@settings(few, max_examples=40)
@given(damaged(picture()))
def test_any_picture_is_data_or_a_sentence(tmp_path, data):
    for name in ("one", "two"):
        (tmp_path / "p" / name).mkdir(parents=True, exist_ok=True)
        for n in range(3):
            (tmp_path / "p" / name / f"{n}.png").write_bytes(picture())
    (tmp_path / "p" / "two" / "2.png").write_bytes(data)
    value_or_sentence(lambda path: coded(path, Reading()), tmp_path / "p")


DESCRIBED = 'title = "x"\nshape = [1, 4, 1]\nclasses = ["a", "b", "c"]\nlabel = "y"\nlicence = "CC0"\n'


@some
@given(odd_toml(DESCRIBED))
def test_any_description_is_read_or_a_sentence(tmp_path, data):
    (tmp_path / "data.toml").write_bytes(data)
    (tmp_path / "a.npz").write_bytes(ARCHIVES[0])
    value_or_sentence(lambda path: coded(path, Reading()), tmp_path / "a.npz", str(tmp_path))
