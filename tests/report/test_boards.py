import json
from dataclasses import replace

import pytest

from accelgen.errors import DataError
from accelgen.figures import Figure
from accelgen.report.boards import PATTERN_COLUMNS, Build, add_build, boards_table, read_builds

FIGURES = {
    "luts": Figure("luts", 4464, "LUTs", "lower", "c", {"available": "5,280"}),
    "fmax": Figure("fmax", 23.12, "MHz", "higher", "c"),
    "clock": Figure("clock", 12.0, "MHz", "higher", "c"),
    "images": Figure("images", 9203.9, "images/s", "higher", "c"),
}


def build(model="m", board="b", **figures) -> Build:
    return Build(model, board, "The Board", "16 lanes, ram", "ab12", ["Yosys 1"], FIGURES | figures)


def test_a_build_takes_the_place_of_the_one_before(tmp_path):
    path = tmp_path / "docs" / "boards.json"
    assert read_builds(path) == []
    for made in (
        build("m"),
        build("a"),
        build("m", "a"),
        build(luts=Figure("luts", 7, "LUTs", "lower", "c")),
    ):
        add_build(made, path)
    found = read_builds(path)
    assert [(one.board, one.model) for one in found] == [("a", "m"), ("b", "a"), ("b", "m")]
    assert [one.figures["luts"].value for one in found] == [4464, 4464, 7]
    assert found[0].tools == ["Yosys 1"] and list(path.parent.iterdir()) == [path]


def test_every_row_has_the_columns_of_the_heading():
    head, line, row = boards_table([build()], up="../").splitlines()
    assert head.count("|") == line.count("|") == row.count("|")
    assert row.startswith(
        "| `b` | [`m`](../models/m/card.md) | 16 lanes, ram | 4,464 |  |  |  | 23.1 | 12 | 9,204 |"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is not JSON"),
        ("[]", "is no list of builds"),
        (json.dumps({"schema": 1}), "is no list of builds"),
        (json.dumps({"schema": 1, "builds": [{"figures": []}]}), "is no list of builds"),
        (json.dumps({"schema": 2, "builds": []}), "schema must be 1, not 2"),
    ],
)
def test_a_damaged_file_is_named(tmp_path, text, why):
    path = tmp_path / "boards.json"
    path.write_text(text)
    with pytest.raises(DataError, match=f"boards.json: {why}"):
        read_builds(path)


def test_what_was_asked_for_is_kept_where_there_is_something(tmp_path):
    path, how = tmp_path / "patterns.json", {"pattern": True, "clock": 62.5}
    add_build(replace(build("m"), how=how), path)
    add_build(build("n"), path)
    assert [found.how for found in read_builds(path)] == [how, {}]
    assert ["how" in entry for entry in json.loads(path.read_text())["builds"]] == [True, False]
    path.write_text(path.read_text().replace('"how": {', '"how": "x", "hew": {'))
    with pytest.raises(DataError, match=r"patterns\.json: "):
        read_builds(path)


def test_a_table_of_patterns_says_how_many_times_as_fast_each_is():
    times = Figure("times", 12.28, "ratio", "higher", "c")
    head, _, row = boards_table([build(times=times)], columns=PATTERN_COLUMNS).splitlines()
    assert head.count("|") == row.count("|") and "| as fast |" in head and "| 12.3 |" in row
