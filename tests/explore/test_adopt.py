import tomllib

import pytest

from accelgen.errors import InvalidRequest
from accelgen.explore.adopt import adopt
from accelgen.explore.results import read_results
from accelgen.explore.run import NETWORKS
from accelgen.models import network_path
from accelgen.network import load, save
from accelgen.steps.hardware_file import chosen
from accelgen.train.recipe import load_recipe
from tests.explore.drawn import measured, sweep
from tests.tiny_networks import small_network


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    plan = sweep("[axes]\nweight_bits = [1, 3]\nlanes = [4, 8]\n[hardware]\nweights = 'ram'\n")
    return measured(tmp_path / "sweeps" / "tiny", plan)


def row(folder, **choices):
    return next(r for r in read_results(folder).rows if all(r[name] == v for name, v in choices.items()))


def test_a_point_becomes_a_recipe_and_hardware(folder, tmp_path):
    wanted = row(folder, weight_bits=1, lanes=8)
    adopted = adopt(folder, wanted["point"][:8], 0, "mine")
    assert not adopted.trained and len(adopted.written) == 2
    written = [str(tmp_path / "models" / "mine" / name) for name in ("recipe.toml", "hardware.toml")]
    assert adopted.to_json() == {"name": "mine", "written": written, "trained": False}
    recipe = load_recipe(tmp_path / "models" / "mine" / "recipe.toml")
    assert recipe.train.seed == 0 and [layer.weight_bits for layer in recipe.layers] == [1, 1]
    text = (tmp_path / "models" / "mine" / "hardware.toml").read_text()
    assert tomllib.loads(text) == {"lanes": 8, "weights": "ram"} and wanted["point"] in text


def test_the_network_comes_along_under_its_new_name(folder, tmp_path):
    wanted = row(folder, weight_bits=3, lanes=4)
    training = read_results(folder).point(wanted).training
    (folder / NETWORKS).mkdir()
    save(small_network(), folder / NETWORKS / f"p{training}_s0.safetensors")
    assert adopt(folder, wanted["point"], 0, "mine").trained
    assert load(network_path("mine")).name == "mine" and chosen(network_path("mine"), {}).lanes == 4


def test_what_cannot_be_a_model_is_refused(folder, tmp_path):
    wanted = row(folder, lanes=4)["point"]
    with pytest.raises(InvalidRequest, match="name: must be lower-case letters.*not 'My net'"):
        adopt(folder, wanted, 0, "My net")
    with pytest.raises(InvalidRequest, match="no points are 'zz' of seed 0$"):
        adopt(folder, "zz", 0, "mine")
    with pytest.raises(InvalidRequest, match="4 points are '' of seed 0$"):
        adopt(folder, "", 0, "mine")
    adopt(folder, wanted, 0, "mine")
    with pytest.raises(InvalidRequest, match="mine: is there already$"):
        adopt(folder, wanted, 0, "mine")
