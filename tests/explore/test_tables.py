import pytest

from accelgen.errors import InvalidRequest
from accelgen.explore.front import bargains
from accelgen.explore.results import read_results
from accelgen.explore.tables import bargain_rows, fill, grid_rows, markdown, sweep_part
from tests.explore.drawn import measured, sweep


@pytest.fixture
def results(tmp_path):
    return read_results(measured(tmp_path / "tiny"))


def test_the_table_has_a_row_for_each_precision(results):
    heads, rows = grid_rows(results.cells)
    assert heads == ["weights", "1x", "4x"] and [row[0] for row in rows] == ["1 bit", "3 bit"]
    assert rows[1][2].startswith("95.00 ±0.00 %, 1 kb")


def test_what_both_buy_is_four_rows_for_each_loss(results):
    rows = bargain_rows(bargains(results.cells))
    assert len(rows) == 12 and [row[1] for row in rows[:3]] == [
        "neither",
        "precision alone",
        "compression alone",
    ]
    assert rows[-1][1].startswith("both")


def test_a_combination_that_buys_nothing_says_so(results):
    (found,) = bargains(results.cells, losses=(0.0,))
    assert found.gain("stored_bits") == 1.0
    assert bargain_rows([found])[-1][1] == "both (no less than the better one)"


PART = sweep_part("tiny")


@pytest.fixture
def page(tmp_path):
    page = tmp_path / PART.page
    page.parent.mkdir()
    return page


def test_only_what_is_between_the_comments_of_the_sweep_changes(results, tmp_path, page):
    page.write_text(f"before\n{PART.begin}\nold\n{PART.end}\nafter\n")
    assert fill(tmp_path, results)
    text = page.read_text()
    assert text.startswith(f"before\n{PART.begin}\nTest accuracy, mean of 2 seeds")
    assert text.endswith(f"{PART.end}\nafter\n")
    assert "old" not in text and fill(tmp_path, results) and page.read_text() == text


def test_a_plot_that_is_there_is_shown(results, tmp_path, page):
    page.write_text(f"{PART.begin}\n{PART.end}")
    (results.folder / "plot.svg").write_text("<svg/>")
    fill(tmp_path, results)
    shown = "![accuracy by compression and by stored bits](../tiny/plot.svg)\n\nTest accuracy"
    assert shown in page.read_text()


def test_a_page_without_a_place_stays_and_half_a_place_is_wrong(results, tmp_path, page):
    assert not fill(tmp_path, results) and not page.exists()
    page.write_text("mine\n")
    assert not fill(tmp_path, results) and page.read_text() == "mine\n"
    page.write_text(PART.begin)
    with pytest.raises(InvalidRequest, match="needs the lines"):
        fill(tmp_path, results)
    page.unlink()
    page.mkdir()
    with pytest.raises(InvalidRequest, match="exploring.md: cannot be read: Is a directory"):
        fill(tmp_path, results)


def test_a_sweep_of_other_axes_is_counted(tmp_path):
    results = read_results(measured(tmp_path / "tiny", sweep("[axes]\nlanes = [4, 8]\n")))
    assert markdown(results) == "2 points."
