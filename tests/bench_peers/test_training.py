"""Two trainings are compared epoch by epoch, and must come out the same."""

import numpy as np
import pytest

from accelgen.errors import InvalidRequest
from bench import training

RECIPE = """
[data]
path = "../clouds.npz"
[train]
epochs = 3
batch = 20
[[layer]]
outputs = 16
block_in = 4
block_out = 16
[[layer]]
outputs = 2
block_out = 2
block_in = 8
"""


@pytest.fixture
def recipe(tmp_path):
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 2
    np.savez(tmp_path / "clouds.npz", x=rng.normal(size=(200, 8)) + labels[:, None], y=labels)
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "recipe.toml").write_text(RECIPE)
    return tmp_path / "small"


def test_a_tree_trains_as_itself(recipe):
    work = [str(recipe), None, 100, 3, 1]
    works = [[*work, precision] for precision in (None, "float32", "bfloat16")]
    seconds, digests = training._raced([training.ROOT] * 3, works)
    assert [len(epochs) for epochs in seconds] == [3, 3, 3] and min(map(min, seconds)) > 0
    assert digests[0] == digests[1] != digests[2] and len(digests[0]) == 64


def test_a_float_recipe_is_compared_by_its_weights(recipe):
    path = recipe / "recipe.toml"
    path.write_text(path.read_text().replace("[train]", '[train]\narithmetic = "float"'))
    _, digests = training._raced([training.ROOT] * 2, [[str(recipe), None, 100, 2, 1, None]] * 2)
    assert digests[0] == digests[1] and len(digests[0]) == 64


def test_figures_leave_the_first_epoch_out():
    found = training.compared([[9.0, 2.0, 4.0, 6.0], [1.0, 1.0, 1.0, 4.0]], ["a", "b"])
    assert found == {"before": 2.0, "after": 1.0, "ratio": 2.0, "same": False}
    assert "2.00 times faster" in training._text(found) and "ANOTHER NETWORK" in training._text(found)


def test_a_training_that_fails_is_told(tmp_path):
    with pytest.raises(InvalidRequest, match="^a training has failed"):
        training._raced([training.ROOT], [[str(tmp_path), None, 100, 2, 1, None]])
