import re

from accelgen.explore.page import sweep_page, write_sweep_page
from accelgen.explore.results import read_results
from accelgen.explore.store import FAILED, Store
from tests.explore.drawn import measured, sweep


def test_the_page_of_a_grid_has_its_table_its_fronts_and_every_point(tmp_path):
    results = read_results(measured(tmp_path / "tiny"))
    text = write_sweep_page(results).read_text()
    titles = re.findall(r"<h2>(.*?)</h2>", text)
    assert titles == ["Precision and compression", "What the combination buys", "Fronts", "Every point"]
    assert all(cell.point[:6] in text for cell in results.cells)
    assert "accuracy against stored bits" in text and "1-bit weights" in text


def test_what_failed_is_on_the_page(tmp_path):
    folder = measured(tmp_path / "tiny")
    results = read_results(folder)
    store = Store(folder, "tiny", results.sweep.text)
    wrong = {name: results.rows[0][name] for name in ("point", "seed", "weight_bits", "compression")}
    store.add(wrong | {"status": FAILED, "error": "bias: <too> large"})
    text = write_sweep_page(read_results(folder)).read_text()
    assert "What failed" in text and "bias: &lt;too&gt; large" in text


def test_a_sweep_of_other_axes_has_fronts_and_points(tmp_path):
    results = read_results(measured(tmp_path / "tiny", sweep("[axes]\nlanes = [4, 8]\n")))
    assert [section.name for section in sweep_page(results).sections] == ["fronts", "points"]


def test_a_sweep_of_which_everything_failed_has_a_page(tmp_path):
    plan = sweep("[axes]\nlanes = [4]\n")
    folder = measured(tmp_path / "tiny", plan)
    row = read_results(folder).rows[0]
    wrong = {name: row[name] for name in ("point", "seed", "lanes")} | {"status": FAILED, "error": "no"}
    Store(folder, "tiny", plan.text).add(wrong)
    assert [section.name for section in sweep_page(read_results(folder)).sections] == ["points", "failed"]
