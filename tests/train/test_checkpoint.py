"""A checkpoint is whole or not there, and never runs code."""

import pickle
import re

import pytest
import torch

from accelgen.errors import InvalidRequest
from accelgen.train.checkpoint import load_checkpoint, save_checkpoint

STATE = {"recipe": "r", "seed": 1, "tensor": torch.arange(3)}


def test_a_checkpoint_comes_back_for_its_recipe_and_seed_alone(tmp_path):
    path = tmp_path / "folder" / "seed1.pt"
    assert load_checkpoint(path, "r", 1) is None
    save_checkpoint(STATE, path)
    assert load_checkpoint(path, "r", 1)["tensor"].tolist() == [0, 1, 2]
    assert load_checkpoint(path, "other", 1) is None
    assert load_checkpoint(path, "r", 2) is None
    assert list(path.parent.iterdir()) == [path]


class Trap:
    """Would leave a file behind if a pickle of it were loaded."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


@pytest.mark.parametrize("kind", ["text", "cut", "trap", "list"])
def test_anything_else_is_refused_with_a_way_out(tmp_path, kind):
    path = tmp_path / "seed1.pt"
    save_checkpoint(STATE, path)
    if kind == "text":
        path.write_text("hello")
    elif kind == "cut":
        path.write_bytes(path.read_bytes()[:200])
    elif kind == "trap":
        path.write_bytes(pickle.dumps(Trap(tmp_path / "sprung"), protocol=2))
    else:
        torch.save([1, 2], path)
    message = re.escape(f"{path}: is not a whole checkpoint; delete it to start anew")
    with pytest.raises(InvalidRequest, match=f"^{message}$"):
        load_checkpoint(path, "r", 1)
    assert not (tmp_path / "sprung").exists()
