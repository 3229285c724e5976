import pytest

from accelgen.errors import InvalidRequest
from accelgen.report.documents import Part, replace

FRONT, INNER = Part("README.md", "front", "accelgen tables"), Part("docs/inner.md", "inner", "make inner")


@pytest.fixture
def home(tmp_path):
    (tmp_path / "docs").mkdir()
    for part in (FRONT, INNER):
        (tmp_path / part.page).write_text(f"before\n{part.begin}\nold\n{part.end}\nafter\n")
    return tmp_path


def test_only_what_is_between_the_comments_changes(home):
    pages = replace(home, {FRONT: "new", INNER: "newer"})
    assert pages == [home / "README.md", home / "docs" / "inner.md"]
    assert pages[0].read_text() == f"before\n{FRONT.begin}\nnew\n{FRONT.end}\nafter\n"
    assert (FRONT.read(home), INNER.read(home)) == ("new", "newer") and (FRONT.up, INNER.up) == ("", "../")


def test_two_parts_of_one_page_are_both_written(home):
    other = Part("README.md", "other", "accelgen tables")
    page = home / "README.md"
    page.write_text(page.read_text() + f"{other.begin}\n{other.end}\n")
    replace(home, {FRONT: "a", other: "b"})
    assert (FRONT.read(home), other.read(home)) == ("a", "b")


def test_a_page_without_its_comments_stops_all(home):
    (home / INNER.page).write_text("mine\n")
    with pytest.raises(InvalidRequest, match="inner.md: needs the lines"):
        replace(home, {FRONT: "new", INNER: "new"})
    assert FRONT.read(home) == "old" and (home / INNER.page).read_text() == "mine\n"


def test_a_page_that_is_not_there_is_left_out_unless_none_is(home):
    (home / INNER.page).unlink()
    assert replace(home, {FRONT: "new", INNER: "new"}) == [home / "README.md"]
    (home / FRONT.page).unlink()
    with pytest.raises(InvalidRequest, match="has none of the pages README.md, docs/inner.md"):
        replace(home, {FRONT: "new", INNER: "new"})


def test_a_page_that_cannot_be_read_is_named(home):
    (home / INNER.page).unlink()
    (home / INNER.page).mkdir()
    with pytest.raises(InvalidRequest, match="inner.md: cannot be read: Is a directory"):
        replace(home, {INNER: "new"})
