import pytest

from accelgen.errors import InvalidRequest
from accelgen.steps.folder import WholeFolder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_was_written_appears_at_the_end(tmp_path):
    with WholeFolder(tmp_path / "deep" / "out") as folder:
        (folder / "a").write_text("1")
        assert not (tmp_path / "deep" / "out").exists()
    assert names(tmp_path / "deep") == ["out"] and names(tmp_path / "deep" / "out") == ["a"]


def test_an_error_leaves_everything_as_it_was(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "a").write_text("old")
    with pytest.raises(ZeroDivisionError), WholeFolder(out) as folder:
        (folder / "a").write_text("new")
        raise ZeroDivisionError
    assert (out / "a").read_text() == "old" and names(tmp_path) == ["out"]


def test_a_place_that_cannot_be_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(InvalidRequest, match="file/out: cannot be written: "),
        WholeFolder(tmp_path / "file" / "out"),
    ):
        pass
