import pytest

from accelgen.errors import InvalidOption, InvalidRequest, InvalidSweep
from accelgen.explore.sweep_flow import _data, report, sweep
from accelgen.explore.tables import sweep_part
from tests.explore.drawn import HEAD, QUICK, RECIPE, measured
from tests.explore.test_points import own_sweep


@pytest.fixture
def home(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    part = sweep_part("tiny")
    (tmp_path / "docs").mkdir()
    (tmp_path / part.page).write_text(f"{part.begin}\n{part.end}\n")
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    return tmp_path


def test_a_sweep_file_becomes_results_a_page_and_a_table(home):
    (home / "tiny.toml").write_text("[sweep]\nseeds = [0]\n" + HEAD.partition("[0, 1]\n")[2] + RECIPE)
    (home / "tiny" / "work").mkdir(parents=True)
    run = sweep(home / "tiny.toml", workers=1, tasks=QUICK)
    assert (run.done, run.folder) == (4, home / "tiny")
    assert run.page == home / "tiny" / "report.html" and (home / "tiny" / "results.parquet").is_file()
    text = (home / "docs" / "exploring.md").read_text()
    assert "| 3 bit | 96.50 %, 3 kb |" in text and "(../tiny/plot.svg)" in text


def test_a_wrong_file_starts_no_workers(home, monkeypatch):
    monkeypatch.setattr("accelgen.explore.sweep_flow.connected", None)
    (home / "bad.toml").write_text(HEAD.replace("[1, 4]", "[3]") + RECIPE)
    with pytest.raises(InvalidSweep, match=r"bad\.toml: 2 of 2 combinations are impossible"):
        sweep(home / "bad.toml")
    with pytest.raises(InvalidRequest, match="there is no such sweep$"):
        sweep(home / "none.toml")


def test_a_page_may_go_elsewhere(home):
    folder = measured(home / "sweeps" / "tiny")
    page = report(folder, out=home / "page.html")
    assert page.to_json() == {"name": "tiny", "written": str(home / "page.html"), "table": True, "points": 4}


def test_data_of_ones_own_are_named_by_the_recipe_alone(tmp_path):
    plan = own_sweep(tmp_path)
    assert _data(plan, None) is None
    with pytest.raises(InvalidOption, match="^data: the recipe of the sweep names its data itself"):
        _data(plan, tmp_path)
