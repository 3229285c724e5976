"""Text, JSON and TOML become values to work with, or one sentence."""

import gzip

import pytest

from accelgen import reading
from accelgen.errors import DataError, InvalidRecipe
from accelgen.reading import from_json, from_toml, read_bytes, read_json, read_text, text_of, unpacked


def test_what_is_written_well_is_read(tmp_path):
    (tmp_path / "file").write_bytes('{"ä": [1, 2.5, null]}'.encode())
    assert read_json(tmp_path / "file") == {"ä": [1, 2.5, None]}
    assert from_toml("a = 9223372036854775807") == {"a": (1 << 63) - 1}
    assert unpacked(gzip.compress(b"x")) == unpacked(b"x") == b"x"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xef\xbb\xbf{}", r"^begins with a byte-order mark \(EF BB BF\): save it as UTF-8 without one$"),
        ("{}".encode("utf-16"), "^begins with the byte-order mark of UTF-16: save it as UTF-8$"),
        (b"{\xff}", "^is not UTF-8: invalid start byte at byte 1$"),
    ],
)
def test_text_of_another_kind_is_named(data, sentence):
    with pytest.raises(InvalidRecipe, match=sentence):
        text_of(data, InvalidRecipe)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "^is not JSON: Expecting property name"),
        ("9" * 5000, "^is not JSON: an integer has thousands of digits$"),
        ("[" * 100_000, "^is not JSON: it is nested too deeply$"),
        ("[18446744073709551616]", "^has an integer of more than 64 bits$"),
        ('{"a": {"b": -9223372036854775809}}', "^has an integer of more than 64 bits$"),
        ("[NaN]", "^is not JSON: NaN is no number$"),
        ("[1e999]", "^has a number that is infinite or none$"),
        ('{"\\ud800": 1}', "^has half of a character$"),
    ],
)
def test_json_that_nobody_can_work_with_is_refused(text, sentence):
    with pytest.raises(DataError, match=sentence):
        from_json(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a = ", "^is not TOML: Invalid value"),
        ("a = " + "9" * 5000, "^is not TOML: an integer has thousands of digits$"),
        ("a = 0x" + "f" * 5000, "^has an integer of more than 64 bits$"),
        ("a = " + "[" * 5000, "^is not TOML: it is nested too deeply$"),
        ("a = {b = [nan]}", "^has a number that is infinite or none$"),
    ],
)
def test_toml_that_nobody_can_work_with_is_refused(text, sentence):
    with pytest.raises(InvalidRecipe, match=sentence):
        from_toml(text, InvalidRecipe)


def test_files_that_cannot_be_read_are_named_by_the_system(tmp_path):
    for place, why in ((tmp_path, "Is a directory"), (tmp_path / "no", "No such file or directory")):
        with pytest.raises(DataError, match=f"^cannot be read: {why}$"):
            read_text(place)
    with pytest.raises(DataError, match="^cannot be read: embedded null byte$"):
        read_bytes("a\x00b")


def test_damaged_and_endless_archives_are_refused(monkeypatch):
    for data in (gzip.compress(b"x")[:-4], b"\x1f\x8b", b"\x1f\x8b\x08\x00junkjunkjunk"):
        with pytest.raises(DataError, match="^is a damaged gzip file: "):
            unpacked(data)
    monkeypatch.setattr(reading, "LONGEST", 1000)
    assert len(unpacked(gzip.compress(bytes(1000)))) == 1000
    with pytest.raises(DataError, match="^is gzipped and has more than 1,000 bytes$"):
        unpacked(gzip.compress(bytes(1001)))


def test_a_key_that_is_there_twice_is_refused():
    with pytest.raises(DataError, match="is not JSON: the key 'a' is there twice"):
        from_json('[{"a": 1, "b": 3, "a": 2}]')
    assert from_json('{"a": {"a": 1}}') == {"a": {"a": 1}}
