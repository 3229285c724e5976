"""A recipe on disk and data that need no download."""

from dataclasses import replace

import pytest
import torch

from accelgen.data import SETS, Images
from tests.train.drawn import RECIPE, stripes

# Networks this small lose more to waiting threads than they win.
torch.set_num_threads(1)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the folder of a recipe, with stripes in the place of MNIST."""

    def load_stripes(data, split, **_):
        drawn = stripes({"train": 96, "validation": 64, "test": 50}[split], len(split))
        pixels = drawn.images.flatten(1).byte().numpy()
        return Images(pixels, drawn.labels.byte().numpy(), "mnist", data != "sample")

    monkeypatch.setitem(SETS, "mnist", replace(SETS["mnist"], read=load_stripes))
    place = tmp_path / "small"
    place.mkdir()
    (place / "recipe.toml").write_text(RECIPE.format(extra=""))
    return place
