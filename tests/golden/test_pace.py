import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.golden import count_cost, run
from accelgen.golden.pace import BEGIN_AND_END, BETWEEN, BETWEEN_FRAMES, engine_cycles, intervals, walks
from tests.tiny_convolutions import random_conv_network
from tests.tiny_networks import random_images, random_network


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.sampled_from([random_network, random_conv_network]))
def test_an_engine_takes_no_less_than_an_ideal_one_and_no_more_than_one_that_skips_nothing(
    seed, lanes, drawn
):
    network = drawn(seed)
    result = run(network, random_images(np.random.default_rng(seed), 3, network.input.pixels))
    work = count_cost(network, result, lanes)
    for layer, x, least in zip(network.layers, result.activations, work.layers, strict=True):
        passes = -(-layer.weights.block_out // lanes)
        found = engine_cycles(walks(layer, x), passes)
        most = engine_cycles(walks(layer, x, skip_zeros=False), passes)
        assert (found >= least.ideal_cycles + BEGIN_AND_END - 1e-3).all()
        words = layer.weights.block_in * layer.weights.kept
        assert (found <= most + 1e-3).all() or words < layer.positions * layer.weights.kept + 1


def test_a_pass_takes_as_long_as_it_needs_to_leave():
    walked = np.array([[3, 9], [1, 1]], np.float32)
    assert (engine_cycles(walked, 2) == np.array([24, 4]) + BEGIN_AND_END).all()
    assert (engine_cycles(walked, 2, least=5) == np.array([28, 20]) + BEGIN_AND_END).all()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_pipeline_is_as_slow_as_its_slowest_engine(number):
    cycles = [np.full(40, 50.0 + 100 * (each == number)) for each in range(3)]
    assert intervals(cycles, 10) == 150 + BETWEEN


def test_a_pipeline_is_no_faster_than_images_enter():
    assert intervals([np.full(40, 20.0)] * 2, 90) == 90 + BETWEEN_FRAMES


def test_engines_that_are_slow_in_turn_wait_for_one_another():
    turns = np.where(np.arange(80) % 16 < 8, 10.0, 90.0)
    alone, together = intervals([turns], 1), intervals([turns, turns[::-1], turns], 1)
    assert alone == pytest.approx(50 + BETWEEN, rel=0.2) and together > 1.2 * alone


def test_one_image_is_followed_by_itself():
    for cycles, beats in (([50.0, 150.0, 20.0], 10), ([20.0, 20.0], 90)):
        one, many = ([np.full(images, each) for each in cycles] for images in (1, 40))
        assert intervals(one, beats) == intervals(many, beats) > 0
