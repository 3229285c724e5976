"""What enters: the codes of the network file, from samples as torch or as the hardware has them."""

import numpy as np
import pytest
import torch

from accelgen import nn
from accelgen.errors import DataError, InvalidOption
from accelgen.network.coding import Coding


def test_layouts_mean_the_same_pixels():
    last, first = nn.Input(4, 5, 3, bits=4), nn.Input(4, 5, 3, bits=4, channels_first=True)
    x = torch.randint(256, (6, 4, 5, 3))
    wanted = (x >> 4).permute(0, 3, 1, 2).float()
    assert torch.equal(last(x), wanted) and torch.equal(last(x.flatten(1)), wanted)
    assert torch.equal(first(x.permute(0, 3, 1, 2)), wanted) and torch.equal(first(x.flatten(1)), wanted)
    assert torch.equal(first.rows(x.permute(0, 3, 1, 2)), x.flatten(1))
    assert nn.Input(9, 2)(torch.zeros(1, 9, 2)).shape == (1, 2, 9)


@pytest.mark.parametrize("per_feature", [False, True])
def test_features_become_the_codes_of_the_rule(per_feature):
    scale = (0.01, 0.3, 7.0) if per_feature else (0.013,)
    coding = Coding((-1.0,) * len(scale), scale)
    x = torch.cat([torch.randn(300, 3), torch.tensor([[1e30, -1e30, -1.0]])])
    wanted = coding.raw(x.numpy()) >> 2
    assert np.array_equal(nn.Input(3, bits=6, coding=coding)(x).numpy(), wanted)
    assert nn.Input(3, bits=6, coding=coding)(torch.tensor([[4, 8, 255]])).tolist() == [[1, 2, 63]]


def test_features_become_signed_codes():
    coding = Coding((-1.0, 0.0, 2.0), (0.01, 0.3, 7.0), True)
    x = torch.cat([100 * torch.randn(300, 3), torch.tensor([[1e30, -1e30, -1.0]])])
    entry = nn.Input(3, bits=6, coding=coding)
    raw = coding.raw(x.numpy())
    wanted = coding.numbers(raw) >> 2
    assert np.array_equal(entry(x).numpy(), wanted) and wanted.min() == -32 and wanted.max() == 31
    for codes in (
        torch.from_numpy(raw),
        torch.from_numpy(raw).view(torch.int8),
        raw.view(np.int8).astype(int),
    ):
        assert np.array_equal(entry(torch.as_tensor(codes)).numpy(), wanted)


def test_what_does_not_fit_is_refused():
    entry = nn.Input(3, coding=Coding((0.0,), (1.0,))).eval()
    with pytest.raises(DataError, match=r"^samples must be \[n, 3\], not \[2, 4\]$"):
        entry(torch.zeros(2, 4))
    with pytest.raises(DataError, match="^samples must be finite numbers$"):
        entry(torch.tensor([[1.0, float("nan"), 0.0]]))
    for wrong in ([0, 256, 1], [-1, 0, 0], [0.5, 1, 2], [float("nan"), 1, 2]):
        with pytest.raises(DataError, match="^samples must be whole numbers of 0 to 255, or features of an"):
            nn.Input(3).eval()(torch.tensor([wrong]))
        with pytest.raises(DataError, match="^samples must be whole numbers of 0 to 255, or features of an"):
            nn.Spikes(3).eval()(torch.tensor([wrong]))
    with pytest.raises(InvalidOption, match="^shape: must be 1 to 3 numbers, not 0$"):
        nn.Input()
    with pytest.raises(DataError, match="^samples must have 9 pixels"):
        nn.Spikes(9)(torch.zeros(2, 8))


def test_spikes_are_those_of_the_encoder():
    entry = nn.Spikes(12, 3, timesteps=4, encoder="lfsr")
    x = torch.randint(256, (5, 3, 4))
    wanted = entry.entering.spikes(x.flatten(1).numpy(), 4)
    assert np.array_equal(entry(x).transpose(0, 1).numpy(), wanted)
