from dataclasses import replace

import numpy as np
import pytest

from accelgen.errors import DataError, InvalidNetwork
from accelgen.golden import run
from accelgen.network import Coding, PixelInput, RateInput, load, quantise_pixels, save
from tests.naive import naive_scores
from tests.tiny_networks import signed, signed_codes, small_network


def test_codes_are_floors_of_quotients_and_stay_within_eight_bits():
    coding = Coding((-1.0,), (0.5,))
    x = np.array([[-9.0, -1.0, -0.51, -0.5, 126.4, 126.5, 1e300]])
    assert coding.raw(x).tolist() == [[0, 0, 0, 1, 254, 255, 255]]


def test_signed_codes_are_bytes_in_twos_complement():
    coding = Coding((-1.0,), (0.5,), True)
    codes = coding.raw(np.array([[-1e300, -65.0, -64.6, -1.1, -1.0, 62.4, 62.5, 1e300]]))
    assert codes.dtype == np.uint8
    assert codes.tolist() == [[128, 128, 128, 255, 0, 126, 127, 127]]
    assert coding.numbers(codes).tolist() == [[-128, -128, -128, -1, 0, 126, 127, 127]]
    assert coding.places(codes).tolist() == [[0, 0, 0, 127, 128, 254, 255, 255]]
    assert coding.middle(codes)[0, 3:6].tolist() == [-1.25, -0.75, 62.25]
    unsigned = Coding((-65.0,), (0.5,))
    assert (unsigned.raw(coding.middle(codes)) == coding.places(codes)).all()


def test_each_feature_may_have_a_scale_of_its_own():
    coding = Coding((0, 10), (1, 0.1))
    assert coding.raw(np.array([[3, 11]])).tolist() == [[3, 10]]


@pytest.mark.parametrize("bits", range(1, 9))
def test_fewer_bits_are_the_codes_of_a_coarser_scale(bits):
    rng = np.random.default_rng(bits)
    x = rng.normal(size=(500, 3)) * 10
    offset, scale = rng.normal(size=3) - 20, rng.random(3) + 0.01
    fine = quantise_pixels(Coding(tuple(offset), tuple(scale)).raw(x), bits)
    coarse = np.clip(np.floor((x - offset) / (scale * 2 ** (8 - bits))), 0, 2**bits - 1)
    assert (fine == coarse).all()


@pytest.mark.parametrize("bits", range(1, 9))
def test_fewer_signed_bits_are_the_codes_of_a_coarser_scale(bits):
    rng = np.random.default_rng(bits)
    network = signed(small_network())
    rule = Coding(tuple(rng.normal(size=30)), tuple(rng.random(30) + 0.01), True)
    network = replace(network, input=replace(network.input, bits=bits, coding=rule))
    x = rng.normal(size=(50, 30)) * 60
    fine = run(network, x).activations[0]
    coarse = np.floor((x - rule.offset) / (np.array(rule.scale) * 2 ** (8 - bits)))
    assert fine.dtype == np.int8 and (fine == coarse.clip(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)).all()


def test_what_is_no_number_is_refused():
    for wrong in (np.nan, np.inf):
        with pytest.raises(DataError, match=r"^features\[0, 1\] is (nan|inf), and must be a number$"):
            Coding((0.0,), (1.0,)).raw(np.array([[1, wrong]]))


@pytest.mark.parametrize(
    ("offset", "scale", "signed", "message"),
    [
        ((), (), False, r"offset: must be a list of numbers, not \(\)"),
        (1.0, (1.0,), False, "offset: must be a list of numbers, not 1.0"),
        (("1",), (1.0,), False, "offset: must be finite numbers, not '1'"),
        ((True,), (1.0,), False, "offset: must be finite numbers, not True"),
        ((float("nan"),), (1.0,), False, "offset: must be finite numbers, not nan"),
        ((0.0,), (1.0, 2.0), False, "scale: must be 1 numbers, as offset is"),
        ((0.0,), (0.0,), False, "scale: must be above zero, not 0.0"),
        ((0.0,), (1.0,), 0, "signed: must be true or false, not 0"),
    ],
)
def test_what_is_no_rule_is_refused(offset, scale, signed, message):
    with pytest.raises(InvalidNetwork, match=f"^{message}$"):
        Coding(offset, scale, signed)


def test_the_formula_is_one_line():
    assert Coding((2.0,), (0.5,)).formula(8) == "clamp(floor((x - 2) / 0.5), 0, 255)"
    assert Coding((-2.0,), (0.5,)).formula(4) == "clamp(floor((x + 2) / 0.5), 0, 255) >> 4"
    assert Coding((2.0,), (0.5,), True).formula(8) == "clamp(floor((x - 2) / 0.5), -128, 127)"
    assert Coding((0, 1), (1, 2)).formula(6) == "clamp(floor((x - offset[i]) / scale[i]), 0, 255) >> 2"


def test_an_input_takes_a_rule_for_as_many_features_as_enter():
    rule = Coding((0.0, 1.0), (1.0, 1.0))
    assert PixelInput(2, 4, rule).title == "2 features of 4 bits"
    assert RateInput(2, 4, "dither", coding=rule).title == "2 features of 4 bits, as spikes (dither)"
    for kind in (PixelInput, lambda n, bits, coding: RateInput(n, bits, "dither", coding=coding)):
        with pytest.raises(InvalidNetwork, match="^coding: offset: must be one number or 3, not 2$"):
            kind(3, 4, rule)
        with pytest.raises(InvalidNetwork, match="^coding: rule: must be a Coding or None, not 7$"):
            kind(3, 4, 7)


def test_the_rule_is_kept_in_the_network_file_bit_for_bit(tmp_path):
    network, rng = small_network(), np.random.default_rng(0)
    n = network.input.pixels
    rule = Coding(tuple(rng.normal(size=n)), tuple(rng.random(n) + 0.1))
    coded = replace(network, input=replace(network.input, coding=rule))
    save(coded, tmp_path / "network.safetensors")
    assert load(tmp_path / "network.safetensors").input == coded.input
    save(network, tmp_path / "plain.safetensors")
    assert b"coding" not in (tmp_path / "plain.safetensors").read_bytes()


def test_features_are_coded_wherever_a_network_runs(tmp_path):
    network = small_network()
    coded = replace(network, input=replace(network.input, coding=Coding((-2.0,), (0.02,))))
    x = np.random.default_rng(0).normal(size=(6, 30))
    codes = coded.input.coding.raw(x)
    assert (run(coded, x).scores == run(network, codes).scores).all()
    assert (run(coded, codes).scores == run(network, codes).scores).all()
    with pytest.raises(DataError, match=r"^samples must have 30 features, not shape \[6, 29\]$"):
        run(coded, x[:, :29])
    with pytest.raises(DataError, match="^images must be integers of 0 to 255, not float64$"):
        run(network, x)


def test_signed_codes_are_computed_as_the_equations_say_whoever_writes_them():
    network = signed(small_network())
    codes = signed_codes(np.random.default_rng(0), 6, 30)
    scores = run(network, codes).scores
    assert scores.tolist() == [naive_scores(network, row) for row in codes]
    for same in (codes.view(np.int8), codes.view(np.int8).astype(np.int64), codes.view(np.int8) + 0.5):
        assert (run(network, same).scores == scores).all()
    with pytest.raises(DataError, match="^codes must be integers of -128 to 127, not 128$"):
        run(network, np.full((1, 30), 128))


def test_spikes_take_no_signed_codes():
    with pytest.raises(
        InvalidNetwork, match="^coding: signed: must be false: spikes stand for codes of 0 to 255$"
    ):
        RateInput(2, 4, "dither", coding=Coding((0.0,), (1.0,), True))
    assert PixelInput(2, 4, Coding((0.0,), (1.0,), True)).title == "2 features of 4 bits, signed"
