"""A device is chosen by name, what is not there is told, and a network comes back to the CPU."""

import pytest
import torch

from accelgen.errors import InvalidOption
from accelgen.train.device import chosen_device, deterministic
from accelgen.train.loop import fit
from tests.train.drawn import stripes, tiny_recipe


def there(monkeypatch, cuda=False, mps=False):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)


@pytest.mark.parametrize(
    ("cuda", "mps", "wanted"), [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")]
)
def test_auto_is_the_first_accelerator(monkeypatch, cuda, mps, wanted):
    there(monkeypatch, cuda, mps)
    assert chosen_device("auto").type == wanted
    assert chosen_device("cpu").type == "cpu"


def test_what_is_not_there_is_one_sentence(monkeypatch):
    there(monkeypatch)
    with pytest.raises(InvalidOption, match="^device: this machine, or this build of torch, has no cuda$"):
        chosen_device("cuda")
    with pytest.raises(InvalidOption, match="^device: must be "):
        chosen_device("tpu")


def test_an_accelerator_is_deterministic_for_the_time_of_a_training():
    before = torch.are_deterministic_algorithms_enabled()
    with deterministic(torch.device("cuda")):
        assert torch.are_deterministic_algorithms_enabled()
    with deterministic(torch.device("cpu")):
        assert torch.are_deterministic_algorithms_enabled() == before


def test_what_ran_elsewhere_is_another_run(tmp_path):
    from accelgen.train.loop import _digest

    recipe = tiny_recipe()
    assert _digest(recipe, None, torch.device("cpu")) == recipe.digest
    assert _digest(recipe, None, torch.device("cuda")) != recipe.digest
    data = stripes(32, 0)
    net = fit(tiny_recipe(epochs=1, mask_epochs=1), 0, data, data, tmp_path / "run.pt").net
    assert {one.device.type for one in net.parameters()} == {"cpu"}
