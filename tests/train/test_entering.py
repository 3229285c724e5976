"""What enters in torch is what enters in numpy."""

import numpy as np
import pytest
import torch

from accelgen.network.encoding import quantise_pixels
from accelgen.train.entering import as_bytes, upper_bits


@pytest.mark.parametrize("bits", range(1, 9))
def test_the_upper_bits_are_those_of_the_network_file(bits):
    pixels = torch.arange(256).view(8, 4, 8)
    wanted = quantise_pixels(pixels.flatten(1).numpy(), bits)
    for kind in (torch.float32, torch.uint8, torch.int64):
        found = upper_bits(pixels.to(kind), bits)
        assert found.dtype == torch.uint8 and np.array_equal(found.numpy(), wanted)


@pytest.mark.parametrize("bits", range(1, 9))
def test_the_upper_bits_of_signed_codes_keep_their_sign(bits):
    codes = torch.arange(-128, 128).view(8, 4, 8)
    for kind in (torch.float32, torch.int8, torch.int64):
        found = upper_bits(codes.to(kind), bits, signed=True)
        assert found.dtype == torch.int8
        assert np.array_equal(found.numpy(), codes.flatten(1).numpy() >> (8 - bits))


def test_fractions_are_cut_off():
    assert as_bytes(torch.tensor([[0.99, 255.0, 254.7]])).tolist() == [[0, 255, 254]]
