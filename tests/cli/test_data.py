import json

import numpy as np
import pytest
from click.testing import CliRunner

from accelgen.cli import cli, main
from accelgen.data.public import PUBLIC
from tests.data.made import blobs, write_csv, write_npz
from tests.data.test_public import served, wine

X, Y = blobs(100, features=25)


@pytest.fixture
def said(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    write_csv(tmp_path / "a.csv", X[:, :20], Y)
    write_csv(tmp_path / "wide.csv", X, Y)

    def run(*words):
        done = CliRunner().invoke(cli, ["data", *map(str, words)], catch_exceptions=False)
        assert done.exit_code == 0
        return done.output

    return run


def test_what_is_in_data_is_shown(said, tmp_path):
    text = said("check", tmp_path / "a.csv")
    assert "70 train, 9 validation, 21 test (the test set is drawn)" in text and "1 x 20 x 1 features" in text
    assert "more features" not in text
    assert "and 5 more features: --json shows all" in said("check", tmp_path / "wide.csv")


def test_a_hint_is_shown_where_there_is_one(said, tmp_path):
    x = np.random.default_rng(0).normal(size=(60, 8, 2))
    write_npz(tmp_path / "motion.npz", x, np.arange(60) % 2)
    shown = " ".join(said("check", tmp_path / "motion.npz").split())
    assert (
        "hint is it a series of 8 steps of 2 channels? then shape = [1, 8, 2] in data.toml says so" in shown
    )
    assert "hint" not in said("check", tmp_path / "a.csv")


def test_all_of_it_is_in_the_json(said, tmp_path):
    found = json.loads(said("check", tmp_path / "wide.csv", "--json"))
    assert len(found["ranges"]) == 25 and found["classes"] == ["0", "1", "2"]


def test_sets_are_listed(said):
    assert "cifar10" in said("list") and json.loads(said("list", "--json"))["sets"][0]["name"] == "mnist"


SERIES = """
[data]
path = "../../series.npz"
pixel_bits = 3
[train]
epochs = 2
batch = 16
[[layer]]
kind = "conv"
outputs = 4
kernel = [1, 5]
stride = [1, 2]
padding = [0, 0, 1, 2]
pool = [1, 4]
block_out = 4
block_in = 3
[[layer]]
kind = "conv"
outputs = 4
kernel = [1, 3]
padding = [0, 0, 2, 0]
pool = [1, 2]
block_out = 4
block_in = 4
[[layer]]
outputs = 3
block_out = 3
block_in = 4
"""


def test_a_series_goes_from_an_array_to_verified_verilog(accelgen, models, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    x = np.random.default_rng(0).normal(size=(120, 1, 64, 3))
    y = np.arange(120) % 3
    x[y == 1, 0, :, 1] += 1.5
    x[y == 2, 0, ::2, 2] += 2
    write_npz(models / "series.npz", x, y)
    (models / "models" / "waves").mkdir()
    (models / "models" / "waves" / "recipe.toml").write_text(SERIES)
    for command in ("train waves", "eval waves", "sim waves --simulator icarus --images 3"):
        code, out, err = accelgen(*command.split())
        assert code == 0, err
    assert "waves in icarus: EQUAL" in out
    _, out, _ = accelgen("info", "waves", "--json")
    first, second, last = json.loads(out)["layers"]
    assert (first["window"]["kernel"], first["window"]["padding"]) == ([1, 5], [0, 0, 1, 2])
    assert (second["window"]["width"], last["inputs"]) == (8, 16)
    # Five taps of 3 channels for 4 outputs: nothing is stored for rows above and below.
    assert first["stored_bits"]["codes"] == 3 * 5 * 3 * 4
    _, out, _ = accelgen("info", "waves")
    assert "1x5 stride 1x2 padding 0,0,1,2 pool 1x4" in out


def test_public_sets_are_listed_and_fetched(said, tmp_path, monkeypatch):
    monkeypatch.setitem(PUBLIC, "wine", served(tmp_path / "home", "wine", wine_data=wine()))
    assert "CC BY 4.0" in said("get", "--to", tmp_path)
    text = said("get", "wine", "--to", tmp_path)
    assert "Wine: fetched, " in text and f'[data] path = "{tmp_path}/wine"' in text.replace("\n", " ")
    assert "is there already" in said("get", "wine", "--to", tmp_path)
    text = said("get", "wine", "--to", tmp_path, "--json")
    assert json.loads(text[text.index("{") :])["fetched"] is False


def test_a_set_out_of_reach_is_bad_input(tmp_path, monkeypatch, capsys):
    def unreachable(*_, **__):
        raise OSError("no route to host")

    monkeypatch.setattr("urllib.request.urlopen", unreachable)
    monkeypatch.setattr("sys.argv", ["accelgen", "data", "get", "iris", "--to", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2 and "iris.csv could not be fetched" in capsys.readouterr().err
