import pytest

from accelgen.data.formats.class_folders import files_of, holds_classes, read_classes
from accelgen.errors import DataError


def made(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    return folder


def read(folder, training):
    return [str(path.relative_to(folder)) for path, _ in files_of(folder, "files")], training


def test_files_come_in_order_with_their_class(tmp_path):
    made(tmp_path, "b/2.wav", "a/9.wav", "a/1.wav", "a/.hidden", ".git/x", "readme")
    found = files_of(tmp_path, "files")
    assert [(path.name, name) for path, name in found] == [("1.wav", "a"), ("9.wav", "a"), ("2.wav", "b")]


def test_the_first_file_says_what_they_are(tmp_path):
    made(tmp_path, "train/a/1.WAV", "Test/a/2.wav", "Test/a/3.txt")
    assert holds_classes(tmp_path) and holds_classes(tmp_path, (".bin", ".wav"))
    assert not holds_classes(tmp_path, (".txt",)) and not holds_classes(tmp_path / "train" / "a")


def test_training_and_tests_may_be_apart_in_any_case(tmp_path):
    found = read_classes("x", made(tmp_path, "Train/a/1", "Test/a/2"), read)
    assert found.training == (["a/1"], None) and found.test == (["a/2"], found.training) and found.form == "x"
    assert read_classes("x", tmp_path / "Train", read).test is None


def test_tests_alone_and_nothing_are_refused(tmp_path):
    with pytest.raises(DataError, match="has a folder test and none named train$"):
        read_classes("x", made(tmp_path, "test/a/1"), read)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="empty: holds no files in folders named as their classes$"):
        read_classes("x", tmp_path / "empty", read)
