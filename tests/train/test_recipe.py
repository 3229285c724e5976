"""A recipe is read strictly, and what is wrong with it is said word for word."""

import re
from pathlib import Path

import pytest

from accelgen.data.ranges import CodesChoice
from accelgen.errors import DataError, InvalidRecipe, InvalidRequest
from accelgen.train.recipe import load_recipe
from accelgen.train.recipe_layers import ConvChoice, LayerChoice
from accelgen.train.recipe_tables import SpikingChoice
from tests.data.made import blobs, write_npz

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


CONV = """
[data]
set = "cifar10"
[augment]
crop = 4
mirror = true
[[layer]]
kind = "conv"
outputs = 32
kernel = 3
padding = 1
pool = 2
block_in = 3
[[layer]]
kind = "conv"
outputs = 64
kernel = 5
compression = 4
block_in = 8
[[layer]]
outputs = 10
"""


def test_a_convolution_takes_an_image_and_gives_one(tmp_path):
    recipe = load_recipe(write(tmp_path, CONV))
    assert recipe.convolves and recipe.shapes == [(32, 32, 3), (16, 16, 32), (12, 12, 64)]
    assert recipe.layers[1] == ConvChoice(64, compression=4, block_in=8, kernel=5)
    assert not load_recipe(write(tmp_path, GOOD)).convolves


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "conv"', 'kind = "cone"', "[layer.0]: kind: must be 'dense' or 'conv', not 'cone'"),
        ('kind = "conv"', "", "[layer.0]: unknown key 'kernel'"),
        ("kernel = 3", "", "[layer.0]: kernel: is missing"),
        ("kernel = 3", "kernel = 16", "[layer.0]: kernel: must be an integer of 1 to 15, not 16"),
        ("padding = 1", "padding = 3", "[layer.0]: padding: must be an integer of 0 to 2, not 3"),
        ("pool = 2", "pol = 2", "[layer.0]: unknown key 'pol'; did you mean 'pool'?"),
        ("pool = 2", "pool = 2.0", "[layer.0]: pool: must be an integer of 1 to 15, not 2.0"),
        ("block_in = 3", "block_in = 2", "[layer.0]: block_in: 2 does not divide the 3 channels of a pixel"),
        ("= 10", "= 10\nblock_in = 24", "[layer.2]: block_in: 24 does not divide the 64 channels of a pixel"),
        (
            "block_in = 8",
            "block_in = 16",
            "[layer.1]: compression 4 cannot be met exactly: 32 channels make 2 blocks of 16",
        ),
        (
            "kernel = 5",
            "kernel = 5\nstride = 4\npool = 4",
            "[layer.1]: kernel: a window of 5 and squares of 4 do not fit 16 x 16 pixels",
        ),
        ("[[layer]]\noutputs = 10", "", "[layer.1]: kind: the last layer must be dense"),
        (
            '[[layer]]\nkind = "conv"\noutputs = 64',
            '[[layer]]\noutputs = 8\n[[layer]]\nkind = "conv"\noutputs = 64',
            "[layer.2]: kind: a convolution needs an image, not what a dense layer or events give",
        ),
        ("crop = 4", "rotation = 4", "[augment]: only crop and mirror are for cifar10"),
        (
            '"cifar10"',
            '"mnist"',
            "[layer.0]: block_in: 3 does not divide the 1 channels of a pixel; "
            "[augment]: crop and mirror are not for mnist",
        ),
        ("[augment]", "[spiking]\n[augment]", "[spiking]: there are no convolutions of neurons that spike"),
    ],
)
def test_what_is_wrong_with_a_convolution_is_said(tmp_path, old, new, message):
    path = write(tmp_path, CONV.replace(old, new, 1))
    with pytest.raises(InvalidRecipe) as error:
        load_recipe(path)
    assert str(error.value).startswith(f"{path}: {message}")


def test_a_float_recipe_needs_no_blocks_that_fit(tmp_path):
    text = CONV.replace("block_in = 3", "") + "[train]\narithmetic = 'float'\n"
    assert load_recipe(write(tmp_path, text)).layers[0].block_in == 16


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
        f"{path}: [data]: set: must be 'mnist', 'saccades', 'cifar10' or 'fashion_mnist', not 'cats' (path "
        "names data of one's own); [train]: batch: must be an integer of 2 to 60000, not 1; "
        "[[layer]]: there must be at least one"
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


@pytest.mark.parametrize("layer", ["output = 64", "outputs = 64\nkind = 'dens'"])
def test_one_wrong_key_of_a_layer_hides_no_other(tmp_path, layer):
    text = f"[[layer]]\n{layer}\nweight_bits = 8\ncompression = 3\n[[layer]]\noutputs = 10\n"
    with pytest.raises(InvalidRecipe) as error:
        load_recipe(write(tmp_path, text))
    said = str(error.value)
    assert (
        "[layer.0]: weight_bits: must be an integer of 1 to 4, not 8; [layer.0]: compression: must be" in said
    )
    assert said.count("outputs: is missing") == ("output " in layer) and "not None" not in said


@pytest.mark.parametrize("name", ["MyNet", "my-net", "1st"])
def test_a_folder_that_cannot_name_a_network_is_refused_before_training(tmp_path, name):
    (tmp_path / name).mkdir()
    path = write(tmp_path / name, GOOD + "[[layer]]\noutput = 10\n")
    with pytest.raises(InvalidRecipe) as error:
        load_recipe(path)
    assert "its folder gives the network its name: must be lower-case letters" in str(error.value)
    assert f"not {name!r}" in str(error.value) and "unknown key 'output'" in str(error.value)
    text = GOOD.replace("epochs = 2", "epochs = 2\narithmetic = 'float'")
    assert load_recipe(write(tmp_path / name, text)).name == name  # a reference becomes no network


@pytest.mark.parametrize("outputs", [5, 11])
def test_there_is_an_output_for_each_class(tmp_path, outputs):
    path = write(tmp_path, f"[[layer]]\noutputs = 32\n[[layer]]\noutputs = {outputs}\n")
    with pytest.raises(InvalidRecipe) as error:
        load_recipe(path)
    assert str(error.value) == (
        f"{path}: [layer.1]: outputs: the last layer must have 10, one for each class of mnist, not {outputs}"
    )


OWN = "[data]\npath = '../blobs.npz'\n{extra}[[layer]]\noutputs = 16\n[[layer]]\noutputs = 3\n"


def own_recipe(tmp_path, extra="", outputs=3):
    write_npz(tmp_path / "blobs.npz", *blobs(60))
    (tmp_path / "own").mkdir(exist_ok=True)
    text = OWN.format(extra=extra).replace("outputs = 3", f"outputs = {outputs}")
    return write(tmp_path / "own", text)


def test_a_recipe_may_name_data_of_ones_own(tmp_path):
    recipe = load_recipe(own_recipe(tmp_path, "seed = 4\n[codes]\nrange = 'quantile'\n"))
    data = recipe.data_set
    assert data.own.reading.seed == 4 and data.shape == (1, 4, 1) and data.name == "blobs.npz"
    assert data.coding == data.own.coding(CodesChoice(range="quantile")) != data.own.coding(CodesChoice())
    assert recipe.inputs == 4 and recipe.topology[0] == data.own.digest


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("set = 'mnist'\n", "[data]: set and path: there can be one of them only"),
        ("sed = 1\n", "[data]: unknown key 'sed'; did you mean 'seed'?"),
        ("test = 1.5\n", "[data]: test: must be a number of 0.01 to 0.9, not 1.5"),
        (
            "missing = 'median'\n",
            "[data]: missing: must be 'refuse' or 'mean', not 'median'; did you mean 'mean'?",
        ),
        (
            "[codes]\nrange = 'max'\n",
            "[codes]: range: must be 'min-max', 'deviation' or 'quantile', not 'max'",
        ),
        (
            "[codes]\nsigned = true\n[spiking]\ntimesteps = 4\n",
            "[codes]: signed: must be false: spikes stand for codes of 0 to 255",
        ),
        (
            "[augment]\nnoise = 0.1\n",
            "[augment]: a table has none, and ../blobs.npz is one: each feature says what it says",
        ),
        ("task = 'rank'\n", "[data]: task: must be 'classes', 'labels', 'regression', 'reconstruction' or"),
        (
            "task = 'regression'\n",
            "[layer.1]: outputs: the last layer must have 1, one for each output of ../blobs.npz, not 3",
        ),
        (
            "task = 'reconstruction'\n[train]\nclass_weights = 'balanced'\nlabel_smoothing = 0.1\n",
            "[layer.1]: outputs: the last layer must have 4, one for each value of ../blobs.npz, not 3; "
            "[train]: class_weights: a reconstruction has no classes; [train]: label_smoothing: a ",
        ),
        ("label = ['a', 'b']\n", "[data]: label: only tasks 'labels' and 'regression' have several"),
        (
            "[train]\nclass_weights = 'fair'\n",
            "[train]: class_weights: must be 'balanced' or a list",
        ),
    ],
)
def test_what_is_wrong_with_data_of_ones_own_is_said(tmp_path, extra, message):
    path = own_recipe(tmp_path, extra)
    with pytest.raises(InvalidRecipe, match=f"^{re.escape(f'{path}: {message}')}"):
        load_recipe(path)


def test_outputs_are_compared_with_the_classes_of_the_data(tmp_path):
    path = own_recipe(tmp_path, outputs=5)
    message = (
        f"{path}: [layer.1]: outputs: the last layer must have 3, one for each class of ../blobs.npz, not 5"
    )
    with pytest.raises(InvalidRecipe, match=f"^{re.escape(message)}$"):
        load_recipe(path)


def test_data_that_are_not_there_are_said(tmp_path):
    path = own_recipe(tmp_path)
    (tmp_path / "blobs.npz").unlink()
    with pytest.raises(DataError, match=r"recipe\.toml: .*/blobs\.npz: is not there$"):
        load_recipe(path)


def test_how_data_are_read_and_coded_is_only_for_ones_own(tmp_path):
    with pytest.raises(
        InvalidRecipe, match=r"\[data\]: path: is missing: label, ignore, missing, test, validation"
    ):
        load_recipe(write(tmp_path, GOOD.replace("[data]", "[data]\nseed = 3")))
    with pytest.raises(InvalidRecipe, match=r"\[codes\]: only of features, and mnist is of pixels"):
        load_recipe(write(tmp_path, GOOD + "[codes]\nrange = 'deviation'\n"))
