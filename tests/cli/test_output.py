import json

from accelgen.cli.output import note, pairs, rows, show


def test_json_is_all_there_is_on_standard_output(capsys):
    show({"a": 1}, True, lambda found: 1 / 0)
    assert json.loads(capsys.readouterr().out) == {"a": 1}


def test_people_get_the_view(capsys):
    show({"a": 1}, False, lambda found: pairs("title", {"a": found["a"]}))
    assert capsys.readouterr().out.split() == ["title", "a", "1"]


def test_numbers_are_grouped_and_text_is_left_alone(capsys):
    rows(["name", "bits"], [["x", 12345]])
    assert capsys.readouterr().out.split() == ["name", "bits", "x", "12,345"]


def test_notes_stay_off_standard_output(capsys):
    note("working ...")
    assert capsys.readouterr() == ("", "working ...\n")
