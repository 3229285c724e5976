"""Pictures, data sets and recordings."""

import gzip
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from accelgen.data.cifar10 import JPEG, _jpeg
from accelgen.data.idx import read_idx, write_idx
from accelgen.data.nmnist import read_events
from accelgen.data.picture import read_colour_picture, read_picture
from accelgen.errors import AccelgenError
from tests.fuzz.edits import damaged, few, value_or_sentence

DIGIT = np.zeros((40, 30), np.uint8)
DIGIT[8:30, 12:16] = 200


def drawn(form: str) -> bytes:
    """Return a picture of a stroke as a file."""
    stream = io.BytesIO()
    Image.fromarray(DIGIT).save(stream, form)
    return stream.getvalue()


PICTURES = [drawn(form) for form in ("PNG", "JPEG", "GIF", "BMP", "PPM", "TIFF", "WEBP")]


def bomb(side: int = 40_000) -> bytes:
    """Return a PNG file of a few bytes that says to be ``side`` pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@few
@given(st.one_of(map(damaged, PICTURES)), st.booleans())
def test_any_file_is_a_picture_or_a_sentence(tmp_path, data, colour):
    path = tmp_path / "picture"
    path.write_bytes(data)
    found = value_or_sentence(read_colour_picture if colour else read_picture, path)
    assert found is None or (found.dtype == np.uint8 and found.shape == ((3072,) if colour else (784,)))


@pytest.mark.parametrize("side", [8_000, 40_000])
def test_a_picture_that_would_fill_the_memory_is_refused(tmp_path, side):
    path = tmp_path / "picture.png"
    path.write_bytes(bomb(side))
    for read in (read_picture, read_colour_picture):
        with pytest.raises(AccelgenError, match=r"picture\.png"):
            read(path)


def idx() -> bytes:
    return struct.pack(">4B3I", 0, 0, 8, 3, 2, 3, 4) + bytes(range(24))


@few
@given(damaged(idx()) | damaged(gzip.compress(idx())))
def test_any_file_is_an_array_or_a_sentence(tmp_path, data):
    path = tmp_path / "images"
    path.write_bytes(data)
    found = value_or_sentence(read_idx, path)
    assert found is None or found.dtype == np.uint8


@pytest.mark.parametrize("data", [bytes([0, 0, 8, 255]) + bytes(4 * 255), bytes([0, 0, 8, 0])])
def test_dimensions_that_no_images_have_are_refused(tmp_path, data):
    (tmp_path / "images").write_bytes(data)
    with pytest.raises(AccelgenError, match="images: has (255|0) dimensions"):
        read_idx(tmp_path / "images")


def test_a_small_file_of_many_zeros_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("accelgen.reading.LONGEST", 1000)
    write_idx(tmp_path / "images", np.zeros((100, 100), np.uint8))
    with pytest.raises(AccelgenError, match="images: is gzipped and has more than 1,000 bytes$"):
        read_idx(tmp_path / "images")


@few
@given(damaged(bytes([10, 20, 0x80, 1, 2, 33, 0, 0x12, 0xFF, 0xFF])))
def test_any_file_is_a_recording_or_a_sentence(tmp_path, data):
    path = tmp_path / "00001.bin"
    path.write_bytes(data)
    value_or_sentence(read_events, path)


@pytest.fixture(scope="module")
def packed() -> bytes:
    """Two images as recompressed CIFAR-10 has them."""
    stream = io.BytesIO()
    Image.new("RGB", (32, 32), (9, 99, 199)).save(stream, "JPEG")
    whole = np.frombuffer(stream.getvalue() * 2, np.uint8)
    stream = io.BytesIO()
    ends = np.array([0, len(whole) // 2, len(whole)])
    np.savez_compressed(stream, test_jpeg=whole, test_offsets=ends, test_labels=np.array([1, 9], np.uint8))
    return stream.getvalue()


@settings(few, max_examples=80)
@given(st.data())
def test_any_archive_is_images_or_a_sentence(tmp_path, packed, data):
    path = tmp_path / JPEG
    path.write_bytes(data.draw(damaged(packed)))
    value_or_sentence(lambda path: _jpeg(path, "test"), path)
