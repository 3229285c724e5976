import pytest

from accelgen.data.described import Description, described, word_problems
from accelgen.errors import DataError


def test_a_file_beside_the_data_is_read(tmp_path):
    (tmp_path / "data.toml").write_text(
        'title = "Wine"\nshape = [2, 3, 1]\nclasses = ["red", "white"]\nlicence = "CC0"\nlabel = "colour"\n'
    )
    wanted = Description("Wine", [2, 3, 1], ["red", "white"], "colour", "CC0")
    assert described(tmp_path) == described(tmp_path / "wine.csv") == wanted


def test_nothing_need_be_said(tmp_path):
    assert described(tmp_path) == Description()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("clases = []", "unknown key 'clases'; did you mean 'classes'?"),
        ("shape = [2, 3]", r"shape: must be [height, width, channels], not [2, 3]"),
        ("shape = [2, 0, 1]", r"shape: must be [height, width, channels], not [2, 0, 1]"),
        ("shape = 7", "shape: must be [height, width, channels], not 7"),
        ("classes = [1, 2]", "classes: must be a list of names, not [1, 2]"),
        ('classes = ["a"]', "classes: must be two at least"),
        ('classes = ["a", "a"]', "classes: must all be different"),
        ('classes = ["a, b", "c"]', "classes: a name is one short line without ', ', not 'a, b'"),
        ("title = 7", "title: must be one line of text, not 7"),
        ("title", "is not TOML: "),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, message):
    (tmp_path / "data.toml").write_text(text)
    with pytest.raises(DataError) as error:
        described(tmp_path)
    assert str(error.value).startswith(f"{tmp_path / 'data.toml'}: {message}")


def test_every_problem_is_said(tmp_path):
    (tmp_path / "data.toml").write_text("titel = 'x'\nshape = 1\n")
    with pytest.raises(DataError, match="unknown key 'titel'; did you mean 'title'.; shape: must be"):
        described(tmp_path)


def test_names_of_no_classes_are_no_problem():
    assert word_problems("classes", []) == [] and word_problems("classes", ["a", "b"]) == []
