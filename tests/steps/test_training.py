import pytest

from accelgen import steps
from accelgen.data.mnist import FILES
from accelgen.errors import InvalidRecipe


def test_a_recipe_is_read_where_the_model_is(home):
    (home / "models" / "small" / "recipe.toml").write_text("[data]\nset = 'cats'\n")
    folder = home / "data" / "mnist"
    folder.mkdir(parents=True)
    for name in FILES:
        (folder / name).touch()
    with pytest.raises(
        InvalidRecipe, match="small/recipe.toml: .*must be 'mnist', 'cifar10' or 'saccades', not 'cats'"
    ):
        steps.train("small", data=home / "data")
