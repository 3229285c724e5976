"""A recipe on disk and data that need no download."""

import pytest
import torch

from accelgen.data import Images
from accelgen.train import run
from tests.train.drawn import RECIPE, stripes

# Networks this small lose more to waiting threads than they win.
torch.set_num_threads(1)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the folder of a recipe, with stripes in the place of MNIST."""

    def load_stripes(data, split):
        drawn = stripes({"train": 96, "validation": 64, "test": 50}[split], len(split))
        pixels = drawn.images.flatten(1).byte().numpy()
        return Images(pixels, drawn.labels.byte().numpy(), "mnist", data != "sample")

    monkeypatch.setattr(run, "load_mnist", load_stripes)
    place = tmp_path / "small"
    place.mkdir()
    (place / "recipe.toml").write_text(RECIPE.format(extra=""))
    return place
