"""What enters in torch is what enters in numpy."""

import numpy as np
import pytest
import torch

from accelgen.network.encoding import quantise_pixels
from accelgen.train.entering import as_bytes, in_bytes, upper_bits


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


@pytest.mark.parametrize(("low", "high", "kind"), [(0, 255, torch.uint8), (-128, 127, torch.int8)])
def test_whole_numbers_become_bytes_that_say_the_same(low, high, kind):
    images = torch.tensor([[float(low), 3.0, float(high)]])
    found = in_bytes(images)
    assert found.dtype == kind and torch.equal(found.float(), images)


@pytest.mark.parametrize("odd", [0.5, 256.0, -129.0, float("nan")])
def test_what_no_byte_can_hold_stays(odd):
    images = torch.tensor([[-1.0, odd]])
    assert in_bytes(images) is images
    codes = torch.tensor([[1, 2]], dtype=torch.uint8)
    assert in_bytes(codes) is codes
