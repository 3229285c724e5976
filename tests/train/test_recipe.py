"""A recipe is read strictly, and what is wrong with it is said word for word."""

import re
from pathlib import Path

import pytest

from accelgen.errors import InvalidRecipe, InvalidRequest
from accelgen.train.choices import SpikingChoice
from accelgen.train.layer_choices import LayerChoice
from accelgen.train.recipe import load_recipe

MODELS = Path(__file__).parents[2] / "models"

GOOD = """
[data]
pixel_bits = 4
[train]
epochs = 2
[[layer]]
outputs = 32
compression = 8
block_in = 14
[[layer]]
outputs = 10
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "recipe.toml"
    path.write_text(text)
    return path


def test_recipe_is_named_after_its_folder_and_fills_in_defaults(tmp_path):
    folder = tmp_path / "tiny"
    folder.mkdir()
    recipe = load_recipe(write(folder, GOOD))
    assert recipe.name == "tiny"
    assert (recipe.inputs, recipe.data.pixel_bits, recipe.train.epochs) == (784, 4, 2)
    assert recipe.layers[0] == LayerChoice(32, 3, 3, 8, 16, 14, "fixed")
    assert len(recipe.digest) == 64


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("pixel_bits", "pixel_bit", "[data]: unknown key 'pixel_bit'; did you mean 'pixel_bits'?"),
        ("[train]", "[training]", "unknown key 'training'; did you mean 'train'?"),
        ("[train]", "colour = 1\n[train]", "[data]: unknown key 'colour'"),
        ("epochs = 2", "epochs = 0", "[train]: epochs: must be an integer of 1 to 10000, not 0"),
        ("epochs = 2", "epochs = true", "[train]: epochs: must be an integer of 1 to 10000, not True"),
        ("epochs = 2", "settle = '1'", "[train]: settle: must be a number of 0 to 1, not '1'"),
        ("epochs = 2", "distill = 3", "[train]: distill: must be the name of a recipe, not 3"),
        ("= 8", "= 3", "[layer.0]: compression: must be 1, 2, 4, 8 or 16, not 3"),
        ("outputs = 10", "", "[layer.1]: outputs: is missing"),
        ("= 10", "= 10\nmask = 'loose'", "[layer.1]: mask: must be 'fixed' or 'learned', not 'loose'"),
        (
            "block_in = 14",
            "block_in = 16",
            "[layer.0]: compression 8 cannot be met exactly: 784 inputs make 49 blocks of 16",
        ),
        (
            "epochs = 2",
            "arithmetic = 'float'\ndistill = 'other'",
            "[train]: distill: a float recipe teaches and is not taught",
        ),
        (
            "epochs = 2",
            "arithmetic = 'float'\nactivity = 0.1",
            "[train]: activity: only of dense integer networks; [spiking] has its own",
        ),
        (
            "block_in = 14",
            "block_in = 14\nmask = 'learned'",
            "[train]: mask_epochs: must be below epochs, not 5",
        ),
    ],
)
def test_one_error_names_its_place_and_its_value(tmp_path, old, new, message):
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(InvalidRecipe, match=f"^{re.escape(f'{path}: {message}')}$"):
        load_recipe(path)


SPIKING = GOOD.replace("[train]", "[spiking]\ntimesteps = 4\n[train]")


def test_a_spiking_table_makes_a_spiking_recipe(tmp_path):
    assert load_recipe(write(tmp_path, GOOD)).spiking is None
    assert load_recipe(write(tmp_path, SPIKING)).spiking == SpikingChoice("continuous", 4)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("= 4\n[train]", "= 17\n[train]", "[spiking]: timesteps: must be an integer of 1 to 16, not 17"),
        ("timesteps", "steps", "[spiking]: unknown key 'steps'; did you mean 'timesteps'?"),
        (
            "timesteps = 4",
            "integration = 'none'",
            "[spiking]: integration: must be 'discontinuous' or 'continuous', not 'none'",
        ),
        (
            "timesteps = 4",
            "integration = 'discontinuous'\nleak = 2",
            "[spiking]: leak and reset: discontinuous integration leaves nothing to leak or to reset",
        ),
        (
            "epochs = 2",
            "arithmetic = 'float'",
            "[spiking]: a float recipe has no neurons that spike",
        ),
        (
            "pixel_bits = 4",
            "set = 'saccades'",
            "[spiking]: timesteps: the saccades take 12, not 4",
        ),
        (
            "pixel_bits = 4\n[spiking]\ntimesteps = 4",
            "set = 'saccades'",
            "[data]: set: events need a [spiking] table",
        ),
    ],
)
def test_what_is_wrong_with_neurons_is_said(tmp_path, old, new, message):
    text = SPIKING.replace(old, new, 1).replace(
        "block_in = 14", "block_in = 16" if "sacc" in new else "block_in = 14"
    )
    path = write(tmp_path, text)
    with pytest.raises(InvalidRecipe, match=f"^{re.escape(f'{path}: {message}')}$"):
        load_recipe(path)


def test_all_errors_are_reported_together(tmp_path):
    path = write(tmp_path, "[data]\nset = 'cats'\n[train]\nbatch = 1\n")
    message = (
        f"{path}: [data]: set: must be 'mnist', 'cifar10' or 'saccades', not 'cats'; [train]: batch: must be "
        "an integer of 2 to 60000, not 1; [[layer]]: there must be at least one"
    )
    with pytest.raises(InvalidRecipe, match=f"^{re.escape(message)}$"):
        load_recipe(path)


def test_a_file_that_is_not_toml_or_not_there_is_said_so(tmp_path):
    with pytest.raises(InvalidRequest, match="there is no such recipe$"):
        load_recipe(tmp_path / "recipe.toml")
    with pytest.raises(InvalidRecipe, match="is not TOML: "):
        load_recipe(write(tmp_path, "data = ["))


@pytest.mark.parametrize("path", sorted(MODELS.glob("*/recipe.toml")), ids=lambda path: path.parent.name)
def test_shipped_recipe_is_right(path):
    assert load_recipe(path).name == path.parent.name
