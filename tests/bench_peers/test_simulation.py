"""The bench of simulation: what it measures, and the table that it prints."""

import pytest

from bench import simulation

DEFAULT = {"runtime_s": 20.0, "build_s": 40.0, "image_s": 0.4, "cycles_per_second": 1000}


def test_both_ways_to_build_are_measured(capsys):
    found = simulation.main(["--model", "friedman", "--images", "4"])
    for way in ("default", "ours"):
        assert found[way]["build_s"] > 0.2 and found[way]["image_s"] > 0
    assert "friedman, 4 images" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("image", "build", "word"), [(0.1, 25.0, "met"), (0.101, 25.0, "not"), (0.1, 25.1, "not")]
)
def test_the_table_says_whether_the_model_meets_what_is_asked(image, build, word):
    ours = {"runtime_s": 10.0, "build_s": build, "image_s": image, "cycles_per_second": 4000}
    text = simulation.shown({"model": simulation.MODEL, "images": 20, "default": DEFAULT, "ours": ours})
    assert text.splitlines()[-1].split(": ")[1].split()[0].rstrip(",") == word
    assert "| cycles a second | 1,000 | 4,000 | 4.00x |" in text
