"""The real tasks on something small: stripes for images, and a network that is trained in a moment."""

import tomllib
from dataclasses import replace

import pytest

from accelgen import steps
from accelgen.data import SETS, Images
from accelgen.errors import InvalidRequest
from accelgen.explore.columns import FIGURES
from accelgen.explore.sweep import Measure
from accelgen.explore.worker import measure, recipe_text, table_text, train
from accelgen.network import load
from accelgen.train.recipe import load_recipe
from tests.explore.drawn import sweep
from tests.stand_ins import simulation
from tests.train.drawn import stripes


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A folder in the place of MNIST; what is read from it are stripes."""

    def load_stripes(folder=None, part="test", **_):
        drawn = stripes({"train": 96, "validation": 64, "test": 50}[part], len(part))
        pixels = drawn.images.flatten(1).byte().numpy()
        return Images(pixels, drawn.labels.byte().numpy(), f"{part} stripes", True)

    fetched = {"read": load_stripes, "fetch": lambda data, last: tmp_path / "mnist"}
    monkeypatch.setitem(SETS, "mnist", replace(SETS["mnist"], **fetched))
    return tmp_path


def test_a_point_is_trained_and_its_hardware_checked_and_measured(data, tmp_path):
    made = train("p1_s3", sweep().recipe, 3, tmp_path / "work", data)
    network = load(tmp_path / "work" / "p1_s3" / "network.safetensors")
    assert network.name == "p1_s3" and network.provenance["seed"] == 3 and made.seconds > 0
    how = Measure(images=2, simulator="icarus", targets=[])
    found = measure("h1", made.network, {"lanes": 4}, how, tmp_path / "work", data)
    assert set(found) <= set(FIGURES)
    assert found["validation_accuracy"] == network.provenance["validation_accuracy"]
    assert found["stored_bits"] == steps.info(str(tmp_path / "work" / "p1_s3")).stored_bits["total"]
    assert found["cycles"] > 0 and 0 < found["utilisation"] <= 1
    assert not (tmp_path / "work" / "h1").exists()


def test_hardware_that_is_wrong_is_not_measured_and_stays_to_be_looked_at(data, tmp_path, monkeypatch):
    made = train("p1_s0", sweep().recipe, 0, tmp_path / "work", data)
    monkeypatch.setattr(steps, "sim", lambda *_, **__: simulation(mismatches=1, images=2))
    with pytest.raises(InvalidRequest, match="^1 of 2 images differ from the golden model$"):
        measure("h1", made.network, {}, Measure(targets=[]), tmp_path / "work", data)
    assert (tmp_path / "work" / "h1" / "network.safetensors").is_file()


def test_a_recipe_is_written_as_it_is_read(tmp_path):
    recipe = sweep().recipe | {"augment": {"rotation": 8.0}}
    (tmp_path / "recipe.toml").write_text(recipe_text(recipe, 5))
    found = load_recipe(tmp_path / "recipe.toml")
    assert (found.train.seed, found.augment.rotation, len(found.layers)) == (5, 8.0, 2)
    plain = replace(found, digest="")
    (tmp_path / "recipe.toml").write_text(recipe_text(recipe | {"train": recipe["train"] | {"seed": 5}}))
    assert replace(load_recipe(tmp_path / "recipe.toml"), digest="") == plain


def test_values_of_every_kind_come_back():
    table = {"a": True, "b": 3, "c": 0.04, "d": 'say "x"', "e": 1e-06}
    assert tomllib.loads(table_text(table)) == table
