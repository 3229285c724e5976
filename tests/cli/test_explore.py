import json
from dataclasses import replace
from pathlib import Path

import pytest

from accelgen import explore, steps
from accelgen.explore.choose import Candidate, Choice
from accelgen.explore.run import FailedPoint, SweepRun
from accelgen.network import save
from tests.explore.drawn import HEAD, RECIPE, measured
from tests.tiny_networks import mnist_network

CHOICE = Choice(
    chosen=Candidate("m", 0.984, 0.98, {"nj": 4.2, "luts": 3000}),
    build=("accelgen rtl m --lanes 16",),
    preferred="nj",
    fitting=1,
    considered=3,
    nearest=(),
)


def test_a_sweep_tells_what_failed_and_fails(accelgen, models, monkeypatch):
    failed = FailedPoint("abcdef012345", 1, "bias: too large")
    told = SweepRun("t", Path("t"), 3, 2, 2, (failed,), 1, 0.5, Path("t/report.html"))
    runs = [told, replace(told, failed=())]
    asked = {}

    def run(file, **how):
        asked.update(how, file=str(file))
        return runs.pop(0)

    monkeypatch.setattr(explore, "sweep", run)
    code, out, _ = accelgen("sweep", "t.toml", "--workers", 2, "--retry")
    assert code == 1 and "abcdef seed 1: bias: too large" in out and "1 combinations are impossible" in out
    assert (asked["file"], asked["workers"], asked["retry"], asked["scheduler"]) == ("t.toml", 2, True, None)
    code, out, _ = accelgen("sweep", "t.toml", "--json")
    assert code == 0 and json.loads(out)["done"] == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "there is no such sweep"),
        ("[axes]\nlane = [4]\n" + RECIPE, "[axes]: unknown axis 'lane'; did you mean 'lanes'?"),
        (HEAD.replace("[1, 4]", "[3]") + RECIPE, "2 of 2 combinations are impossible"),
    ],
)
def test_a_bad_sweep_file_is_one_sentence_and_exit_code_2(accelgen, models, text, message):
    if text:
        (models / "bad.toml").write_text(text)
    code, out, err = accelgen("sweep", models / "bad.toml")
    assert (code, out) == (2, "") and err.startswith("accelgen: ") and message in err and err.count("\n") == 1


def test_a_report_is_of_a_model_or_of_a_sweep(accelgen, models, monkeypatch):
    folder = measured(models / "sweeps" / "tiny")
    code, out, _ = accelgen("report", folder)
    assert (code, out) == (0, f"wrote {folder / 'report.html'}\n")
    (models / "models" / "digits").mkdir()
    save(mnist_network(), models / "models" / "digits" / "network.safetensors")
    monkeypatch.setattr(steps, "report", lambda place, **how: {"written": place, "timeline": how["timeline"]})
    code, out, _ = accelgen("report", "digits", "--no-timeline", "--json")
    assert code == 0 and json.loads(out) == {"written": "digits", "timeline": False}


@pytest.mark.parametrize("place", ["smal", "sweeps/none"])
def test_what_is_neither_is_one_sentence(accelgen, models, place):
    code, out, err = accelgen("report", place)
    assert (code, out) == (2, "") and err.count("\n") == 1


def test_a_choice_prints_how_to_build_it(accelgen, models, monkeypatch):
    asked = []
    monkeypatch.setattr(explore, "choose", lambda *how, **rest: asked.append((how, rest)) or CHOICE)
    code, out, _ = accelgen("choose", "--accuracy", 98.4, "--max-nj", 5, "--max-luts", 5000)
    assert code == 0 and "accelgen rtl m --lanes 16" in out and "98.40% of the validation images" in out
    assert asked == [((98.4, {"nj": 5.0, "luts": 5000.0}), {"places": (), "prefer": None})]


def test_demands_that_contradict_each_other_fail(accelgen, models):
    folder = measured(models / "sweeps" / "tiny")
    code, out, _ = accelgen("choose", folder, "--accuracy", 95, "--max-bits", 10)
    assert code == 1 and out.startswith("none of 4 fits\n")
    assert "accuracy, 95 %: nothing meets the other demands" in out
    assert "tables, 10 bits: the best that meets the others has 3,000 (tiny: weight bits 3" in out


def test_a_point_becomes_a_model(accelgen, models):
    folder = measured(models / "sweeps" / "tiny")
    code, out, _ = accelgen("choose", folder, "--accuracy", 90, "--max-bits", 5000, "--json")
    adopt = json.loads(out)["build"][0].split()
    assert code == 0 and adopt[:2] == ["accelgen", "choose"]
    code, out, _ = accelgen(*adopt[1:])
    assert code == 0 and (models / "models" / adopt[-1] / "recipe.toml").is_file()
    code, _, err = accelgen("choose", folder, "--point", "ab")
    assert code == 2 and "--as" in err
