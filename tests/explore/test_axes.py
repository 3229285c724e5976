import pytest

from accelgen.errors import InvalidSweep
from accelgen.explore.axes import applied, check_axis, shown

RECIPE = {
    "data": {"pixel_bits": 4},
    "layer": [{"outputs": 32, "block_in": 7}, {"outputs": 16, "block_in": 8}, {"outputs": 10}],
}


def test_each_choice_goes_to_its_place():
    choices = {"weight_bits": 2, "compression": 8, "pixel_bits": 1, "epochs": 3, "lanes": 4}
    recipe, hardware = applied(RECIPE, {"weights": "ram"}, choices)
    assert [layer["weight_bits"] for layer in recipe["layer"]] == [2, 2, 2]
    assert [layer.get("compression") for layer in recipe["layer"]] == [8, 8, None], "scores stay whole"
    assert recipe["data"] == {"pixel_bits": 1} and recipe["train"] == {"epochs": 3}
    assert hardware == {"weights": "ram", "lanes": 4}


def test_widths_are_lists():
    with pytest.raises(InvalidSweep, match=r"^\[axes\]: widths: must be lists of outputs, not 5$"):
        applied(RECIPE, {}, {"widths": 5})


def test_the_recipe_itself_stays_as_it_was():
    before = repr(RECIPE)
    applied(RECIPE, {}, {"weight_bits": 1, "pixel_bits": 8, "widths": [5]})
    assert repr(RECIPE) == before


@pytest.mark.parametrize(
    ("widths", "outputs", "blocks"),
    [([64], [64, 10], [7, None]), ([64, 48, 40], [64, 48, 40, 10], [7, 8, 8, None])],
)
def test_widths_take_layers_away_and_repeat_the_last_hidden_one(widths, outputs, blocks):
    layers = applied(RECIPE, {}, {"widths": widths})[0]["layer"]
    assert [layer["outputs"] for layer in layers] == outputs
    assert [layer.get("block_in") for layer in layers] == blocks


def test_a_price_of_activity_is_that_of_spikes_where_there_are_any():
    assert applied(RECIPE, {}, {"activity": 0.5})[0]["train"] == {"activity": 0.5}
    spiking = RECIPE | {"spiking": {"timesteps": 4}}
    assert applied(spiking, {}, {"activity": 0.5})[0]["spiking"] == {"timesteps": 4, "activity": 0.5}


def test_unknown_axes_suggest_what_was_meant():
    check_axis("timesteps", spiking=True)
    with pytest.raises(InvalidSweep, match=r"^\[axes\]: timesteps: needs a recipe with a \[spiking\] table$"):
        check_axis("timesteps", spiking=False)
    with pytest.raises(InvalidSweep, match="unknown axis 'weight_bit'; did you mean 'weight_bits'"):
        check_axis("weight_bit", spiking=False)
    with pytest.raises(InvalidSweep, match="unknown axis 'seed'"):
        check_axis("seed", spiking=False)


def test_a_list_is_shown_as_one_word():
    assert (shown([256, 128]), shown(3), shown("learned")) == ("256-128", 3, "learned")
