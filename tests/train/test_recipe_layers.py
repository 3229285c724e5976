import pytest

from accelgen.errors import InvalidRecipe
from accelgen.network import Window
from accelgen.train.recipe_layers import ConvChoice, LayerChoice


def test_every_problem_of_a_table_is_named():
    found = LayerChoice(0, weight_bits=5, compression=3).problems()
    assert [problem.split(":")[0] for problem in found] == ["outputs", "weight_bits", "compression"]
    found = ConvChoice(8, kernel=16, stride=0, padding=15, pool=16, mask="loose").problems()
    assert [problem.split(":")[0] for problem in found] == ["mask", "kernel", "stride", "padding", "pool"]
    assert ConvChoice(8, kernel=3, padding=3).problems() == ["padding: must be an integer of 0 to 2, not 3"]


def test_a_layer_counts_its_last_columns_although_they_are_short():
    assert LayerChoice(10, block_in=16).columns(784) == 49 and LayerChoice(10, block_in=16).columns(785) == 50


def test_a_dense_layer_cuts_all_that_enters_and_a_convolution_its_channels():
    assert LayerChoice(10).cut_from((7, 6, 5)) == 210 and LayerChoice(10).leaving((7, 6, 5)) == (10,)
    choice = ConvChoice(8, kernel=3, padding=1, pool=2)
    assert choice.cut_from((7, 6, 5)) == 5 and choice.leaving((7, 6, 5)) == (3, 3, 8)
    assert choice.window((7, 6, 5)) == Window(7, 6, 5, 3, padding=1, pool=2)


def test_what_cannot_enter_a_convolution_is_said():
    with pytest.raises(InvalidRecipe, match="^kind: a convolution needs an image, not what a dense layer"):
        ConvChoice(8, kernel=3).leaving((100,))
    with pytest.raises(
        InvalidRecipe, match="^kernel: a window of 5 and squares of 1 do not fit 4 x 4 pixels$"
    ):
        ConvChoice(8, kernel=5).leaving((4, 4, 1))


def test_rows_and_columns_may_have_numbers_of_their_own():
    choice = ConvChoice(8, kernel=[1, 5], stride=[1, 2], padding=[0, 0, 1, 2], pool=[1, 4])
    assert not choice.problems() and choice.leaving((1, 64, 3)) == (1, 8, 8)
    assert choice.window((1, 64, 3)).title == "1x5 stride 1x2 padding 0,0,1,2 pool 1x4"
    assert ConvChoice(8, kernel=[3, 3], padding=[1, 1, 1, 1]) == ConvChoice(8, kernel=3, padding=1)
    found = ConvChoice(8, kernel=[1, 5], stride=[1], padding=2, pool="2").problems()
    assert found == [
        "stride: must be an integer or two of them (height, width), not [1]",
        "padding: top: must be an integer of 0 to 0, not 2",
        "pool: must be an integer of 1 to 15, not '2'",
    ]
