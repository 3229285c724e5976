import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import PixelInput, quantise_pixels


def test_one_bit_compares_with_128():
    assert quantise_pixels(np.array([0, 127, 128, 255], np.uint8), 1).tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("bits", range(1, 9))
def test_white_is_the_largest_value(bits):
    assert quantise_pixels(np.array([255], np.uint8), bits) == (1 << bits) - 1


@pytest.mark.parametrize(("pixels", "bits"), [(0, 4), (784, 0), (784, 9), (True, 4), (784, 4.0)])
def test_an_input_has_pixels_and_1_to_8_bits(pixels, bits):
    with pytest.raises(InvalidNetwork, match="^(pixels|bits): must be an integer of "):
        PixelInput(pixels, bits)
