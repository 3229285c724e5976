"""Forms of hardware side by side: what is recorded is of the hardware of today."""

import json

from bench import forms

FOUND = json.loads(forms.RESULTS.read_text())


def test_rows_are_of_the_hardware_of_today():
    assert [one["name"] for one in FOUND] == list(forms.WORK) and not forms.stale(FOUND)
    old = FOUND[0] | {"rows": [FOUND[0]["rows"][0] | {"hardware": "0" * 16}]}
    assert len(forms.stale([old])) == 1


def test_the_page_has_the_rows_and_the_pictures():
    page = (forms.ROOT / forms.PAGE.page).read_text()
    assert forms.table(FOUND).rstrip() in page
    for one in FOUND:
        picture = (forms.ROOT / forms.PICTURE.format(name=one["name"])).read_text()
        assert all(row["form"] in picture for row in one["rows"])


def test_the_front_is_of_rows_that_none_betters():
    for one in FOUND:
        for row in one["rows"]:
            better = [
                other
                for other in one["rows"]
                if other["luts"] <= row["luts"]
                and other["images_per_second"] >= row["images_per_second"]
                and other is not row
            ]
            assert row["front"] == (not better), row["form"]


def test_each_form_is_there_or_its_absence_is_said():
    for one in FOUND:
        kinds = {row["kind"] for row in one["rows"]} | {
            left["form"].partition(",")[0] for left in one["left_out"]
        }
        assert kinds == {"folded", "pipelined", "unrolled"}
