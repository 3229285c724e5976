import numpy as np
import pytest

from accelgen.errors import DataError, InvalidNetwork, InvalidOption
from accelgen.network import EventInput, PixelInput, RateInput, quantise_pixels
from accelgen.network.encoding import LFSR_BITS, bernoulli, dither_levels, lfsr_state


def test_one_bit_compares_with_128():
    assert quantise_pixels(np.array([0, 127, 128, 255], np.uint8), 1).tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("bits", range(1, 9))
def test_white_is_the_largest_value(bits):
    assert quantise_pixels(np.array([255], np.uint8), bits) == (1 << bits) - 1


@pytest.mark.parametrize(("pixels", "bits"), [(0, 4), (784, 0), (784, 9), (True, 4), (784, 4.0)])
def test_an_input_has_pixels_and_1_to_8_bits(pixels, bits):
    with pytest.raises(InvalidNetwork, match="^(pixels|bits): must be an integer of "):
        PixelInput(pixels, bits)


def test_dither_halves_first_and_then_ever_finer():
    assert dither_levels(4) == [7, 3, 11, 1, 9, 5, 13, 0, 8, 4, 12, 2, 10, 6, 14, 0]
    assert dither_levels(1) == [0] * 16


@pytest.mark.parametrize("bits", range(1, 9))
@pytest.mark.parametrize("encoder", ["dither", "lfsr"])
def test_black_never_fires(encoder, bits):
    assert not RateInput(20, bits, encoder).spikes(np.zeros((3, 20), np.uint8), 16).any()


@pytest.mark.parametrize("bits", range(1, 9))
def test_white_always_fires_under_dither(bits):
    assert RateInput(20, bits, "dither").spikes(np.full((3, 20), 255, np.uint8), 16).all()


@pytest.mark.parametrize("timesteps", [4, 8, 16])
def test_dither_rates_follow_the_pixel_whatever_the_length(timesteps):
    values = np.arange(16, dtype=np.uint8)
    rates = RateInput(16, 4, "dither").spikes(values[None] << 4, timesteps).mean(axis=(0, 1))
    assert np.abs(rates - values / 15).max() <= 1 / timesteps


def test_lfsr_rates_follow_the_pixel():
    images = np.repeat(np.arange(16, dtype=np.uint8) << 4, 500)[None]
    rates = RateInput(8000, 4, "lfsr", 5).spikes(images, 16).reshape(16, 16, 500).mean(axis=(0, 2))
    assert np.abs(rates - np.arange(16) / 16).max() < 0.02


def test_the_shift_register_is_stepped_bit_by_bit():
    state, bits = lfsr_state(5), []
    for _ in range(3 * 20 * 16):
        new = (state ^ (state >> 1)) & 1
        bits.append(new)
        state = state >> 1 | new << (LFSR_BITS - 1)
    drawn = np.array(bits).reshape(16, 20, 3) @ [1, 2, 4]
    assert (RateInput(20, 3, "lfsr", 5).thresholds() == drawn).all()


def test_another_seed_gives_other_spikes():
    images = np.full((1, 50), 128, np.uint8)
    one, other = (RateInput(50, 4, "lfsr", seed).spikes(images, 8) for seed in (1, 2))
    assert (one != other).any()
    assert (one == RateInput(50, 4, "lfsr", 1).spikes(images, 8)).all()


def test_bernoulli_draws_anew_for_every_image_and_is_seeded():
    images = np.repeat(np.array([[0, 64, 255]], np.uint8), 2000, axis=0)
    spikes = bernoulli(images, 4, seed=1)
    assert (spikes == bernoulli(images, 4, seed=1)).all() and (spikes[0] != spikes[1:]).any()
    assert np.abs(spikes.mean(axis=(0, 1)) - [0, 64 / 255, 1]).max() < 0.02


def test_only_the_shift_register_has_a_seed():
    with pytest.raises(InvalidNetwork, match="^seed: "):
        RateInput(4, 4, "dither", 1)


def test_an_event_address_exists_for_each_pixel_and_polarity():
    assert EventInput(34, 30).inputs == 34 * 30 * 2 and EventInput(5, 4, 1).inputs == 20
    with pytest.raises(InvalidNetwork, match="^polarities: "):
        EventInput(5, 4, 3)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.full((1, 4), 256), "images must be integers of 0 to 255, not 256"),
        (np.full((1, 4), -1, np.int8), "images must be integers of 0 to 255, not -1"),
        (np.ones((1, 4), bool), "images must be integers of 0 to 255, not bool"),
        (np.full((1, 4), 0.5), "images must be integers of 0 to 255, not float64"),
        ([[0, 1, 2, 3]], "images must be a numpy array of integers of 0 to 255, not list"),
    ],
)
def test_pixels_are_integers_of_a_byte(images, message):
    rate = RateInput(4, 4, "dither")
    for encode in (
        lambda: quantise_pixels(images, 4),
        lambda: rate.spikes(images, 2),
        lambda: bernoulli(images, 2, 0),
    ):
        with pytest.raises(DataError) as error:
            encode()
        assert str(error.value) == message


def test_integers_of_numpy_are_integers():
    three, images = np.int64(3), np.array([[0, 255]], np.int64)
    assert quantise_pixels(images, three).tolist() == [[0, 7]]
    assert quantise_pixels(images, three).dtype == np.uint8
    made = RateInput(np.int64(2), three, "lfsr", np.uint32(5)), EventInput(three, three, np.int8(1))
    assert made == (RateInput(2, 3, "lfsr", 5), EventInput(3, 3, 1)) and type(made[0].seed) is int
    assert (made[0].spikes(images, three) == RateInput(2, 3, "lfsr", 5).spikes(images, 3)).all()
    assert (bernoulli(images, three, three) == bernoulli(images, 3, 3)).all()


def test_other_numbers_and_shapes_are_refused():
    images = np.zeros((1, 4), np.uint8)
    with pytest.raises(InvalidOption, match="^timesteps: must be an integer of 1 to 16, not 17$"):
        RateInput(4, 4, "dither").spikes(images, 17)
    with pytest.raises(InvalidOption, match="^seed: must be an integer of at least 0, not -1$"):
        bernoulli(images, 2, -1)
    with pytest.raises(InvalidOption, match="^bits: must be an integer of 1 to 8, not 9$"):
        quantise_pixels(images, 9)
    with pytest.raises(DataError, match=r"^images must have 4 pixels, not shape \[1, 5\]$"):
        RateInput(4, 4, "dither").spikes(np.zeros((1, 5), np.uint8), 2)
    with pytest.raises(DataError, match=r"^images must be \[n, pixels\], not of shape \[4\]$"):
        bernoulli(images[0], 2, 0)
    with pytest.raises(InvalidNetwork, match="^encoder: must be 'dither' or 'lfsr', not None$"):
        RateInput(4, 4, None)
