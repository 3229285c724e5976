import json

import pytest

from accelgen.errors import DataError
from bench import __main__ as program
from bench.record import BENCH, fill, merged, read, report, stale, write
from bench.rows import OURS, Job

AREA = {
    "ice40": {"LUT4": 10, "FF": 4, "RAM40": 0},
    "ecp5": {"LUT4": 9, "CCU2C": 1, "DP16KD": 0},
}
FIGURES = {"clocks": 20, "latency": 30, "checked": "c", "generation_s": 1.0, "area": AREA}


def row(work="w", tool=OURS, form="f", **figures):
    return {"work": work, "tool": tool, "form": form, "yosys": "Yosys 1", **FIGURES, **figures}


def job(work="w", form="f", hardware="ab"):
    return Job(work, OURS, form, lambda out: {**FIGURES, "hardware": hardware}, lambda: hardware)


def test_rows_come_back_as_they_went(tmp_path):
    path = tmp_path / "results.json"
    assert read(path) == []
    rows = [row(), row(tool="peer 1")]
    assert read(write(rows, path)) == rows and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is no list of rows"),
        ("[]", "is no list of rows"),
        ('{"schema": 1, "rows": [{"work": "w"}]}', "is no list of rows"),
        ('{"schema": 2, "rows": []}', "schema must be 1, not 2"),
    ],
)
def test_a_damaged_file_is_named(tmp_path, text, why):
    path = tmp_path / "results.json"
    path.write_text(text)
    with pytest.raises(DataError, match=f"results.json: {why}"):
        read(path)


def test_what_is_measured_again_takes_its_place_and_the_rest_stays():
    peer, absent = row(tool="peer 1"), {"work": "w", "tool": "peer 1", "form": "f", "not_run": "no network"}
    before = [peer, row(form="old"), row("v")]
    found = merged(before, [row(clocks=7), absent, row("u")], ["v", "w", "u"])
    assert [(one["work"], one["tool"], one["form"]) for one in found] == [
        ("v", OURS, "f"),
        ("w", OURS, "old"),
        ("w", OURS, "f"),
        ("w", "peer 1", "f"),
        ("u", OURS, "f"),
    ]
    assert found[2]["clocks"] == 7 and found[3] == peer
    assert merged([absent], [absent | {"not_run": "later"}], ["w"])[0]["not_run"] == "later"


def test_our_rows_of_other_hardware_are_named_with_what_measures_them_again():
    rows = [row(hardware="ab"), row(form="g", hardware="cd"), row(form="h"), row(tool="peer 1")]
    jobs = [job(), job(form="g"), job(form="h")]
    why = 'is of other hardware than is generated today: python -m bench --ours --record --network "w"'
    assert stale(rows[:1], jobs) == []
    assert stale(rows, jobs) == [f"bench: w, g: {why}", f"bench: w, h: {why}"]
    assert "bench: w, f: is not built any more: " in stale(rows[:1], [])[0]


def test_the_page_is_filled_from_the_rows(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / BENCH.page).write_text(f"before\n{BENCH.begin}\nold\n{BENCH.end}\nafter\n")
    rows = [row(), row(tool="peer 1", yosys="Yosys 2")]
    text = fill(tmp_path, rows)[0].read_text()
    assert text.startswith(f"before\n{BENCH.begin}\nYosys 1, Yosys 2; weights") and "old" not in text
    assert "| w | accelgen, f | 10 | 4 | 0 | 9 + 1 + 0 | 0 | 20 | 30 |" in text
    assert report(rows)["ratios"][0]["ice40"] == 1


def test_a_run_can_be_recorded_and_leave_out_peers(tmp_path, monkeypatch, capsys):
    (tmp_path / "bench").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / BENCH.page).write_text(f"{BENCH.begin}\n{BENCH.end}\n")

    def never(out):
        raise AssertionError("a peer was built")

    peer = Job("64-32-10 n8", "peer 1", "f", never)
    monkeypatch.setattr(program, "ROOT", tmp_path)
    monkeypatch.setattr(program, "jobs", lambda *_: [job("64-32-10 n8"), peer])
    write([row("64-32-10 n8", "peer 1")], tmp_path / "bench" / "results.json")
    program.main(["--ours", "--record", "--json", "--limit", "9"])
    printed = json.loads(capsys.readouterr().out)
    assert [one["tool"] for one in printed["rows"]] == [OURS]
    ours, kept = read(tmp_path / "bench" / "results.json")
    assert ours["hardware"] == "ab" and ours["limit"] == 9 and kept["tool"] == "peer 1"
    assert "| 64-32-10 n8 | accelgen, f | 10 |" in (tmp_path / BENCH.page).read_text()
