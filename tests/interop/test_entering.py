import numpy as np
import pytest

from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.interop.entering import Scale, entering_of
from accelgen.network import Coding, PixelInput, quantise_pixels

PIXELS = np.arange(256)


def codes(entering):
    raw = PIXELS[:, None].astype(np.uint8)
    if entering.input.coding:
        raw = entering.input.coding.raw(raw)
    return quantise_pixels(raw, entering.input.bits)[:, 0]


@pytest.mark.parametrize(
    ("function", "bits", "coded"),
    [
        (lambda x: np.where(2 * x - 1 >= 0, 1, -1), 1, False),
        (lambda x: np.clip(np.rint(2 * x - 1), -1, 1), 2, True),
        (lambda x: np.floor(x * 255), 8, False),
        (lambda x: np.clip(np.rint(x * 16), 0, 15) / 16, 4, True),
        (lambda x: np.rint(x * 3) - 5, 2, True),
        (lambda x: np.clip(np.rint(x * 256), 0, 255), 8, True),
    ],
)
def test_the_rule_makes_the_codes_of_the_source_of_every_pixel(function, bits, coded):
    values = function(Scale().real(PIXELS)).astype(np.float32)
    found = entering_of(values, Scale(), 7)
    assert found.input.pixels == 7 and found.input.bits == bits and bool(found.input.coding) == coded
    assert np.allclose(found.levels.step * (codes(found) + found.levels.offset), values)


@pytest.mark.parametrize(
    ("function", "low", "high", "bits"),
    [
        (np.rint, -128, 127, 8),
        (lambda x: np.clip(np.rint(x * 128), -128, 127) / 128, -1, 1, 8),
        (lambda x: np.floor(x / 32), -128, 127, 3),
        (lambda x: np.clip(np.rint(x * 7), -7, 7) * 0.25, -1, 1, 4),
        (lambda x: np.clip(np.rint(x), -1, 1), -1, 1, 2),
        (lambda x: np.rint(x) - 3, 0, 7, 4),  # -3 to 4
    ],
)
def test_codes_are_signed_where_zero_must_be_one(function, low, high, bits):
    scale = Scale(low, high)
    values = function(scale.real(PIXELS)).astype(np.float32)
    found = entering_of(values, scale, 7, zero=True)
    assert found.input.bits == bits and found.input.coding.signed and found.levels.offset == 0
    made = found.input.coding.numbers(found.input.coding.raw(PIXELS[:, None].astype(float)))[:, 0]
    assert np.allclose(found.levels.step * (made >> (8 - bits)), values)
    assert not (entering_of(values, scale, 7).input.coding or Coding((0.0,), (1.0,))).signed


def test_codes_without_a_zero_or_of_nine_bits_are_as_they_are():
    for function in (lambda x: x - 0.5, lambda x: x + 3, lambda x: x):
        values = function(PIXELS).astype(np.float32)
        one, other = (entering_of(values, Scale(0, 255), 7, zero=zero) for zero in (True, False))
        assert one == other
    values = (PIXELS - 10).astype(np.float32)  # -10 to 245
    assert entering_of(values, Scale(0, 255), 7, zero=True).input == PixelInput(7, 8)


def test_codes_that_enter_may_have_few_bits():
    scale = Scale(-1, 1, 1)
    assert scale.real(np.array([0, 1])).tolist() == [-1, 1]
    assert entering_of(scale.real(np.arange(2)), scale, 600).input == PixelInput(600, 1)
    assert Scale(0, 255).real(PIXELS).tolist() == PIXELS.tolist()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros(256), "what enters is always 0 before the first layer.*--range"),
        (np.sin(PIXELS), "no even steps"),
        (-PIXELS, "fall as pixels rise"),
        (
            (PIXELS > 3) * 1.0 + (PIXELS > 200) + (PIXELS > 201),
            "neither the upper bits of pixels nor even steps",
        ),
    ],
)
def test_what_no_rule_makes_is_refused(values, message):
    with pytest.raises(InvalidRequest, match=message):
        entering_of(values.astype(np.float32), Scale(), 4)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ((1, 0), "the smaller first"),
        ((0, float("inf")), "range must be"),
        ((0, 1, 9), "input-bits must be 1 to 8"),
    ],
)
def test_a_scale_has_its_ranges(how, message):
    with pytest.raises(InvalidOption, match=message):
        Scale(*how)
