from dataclasses import replace

import numpy as np
import pytest

from accelgen.network import EventInput
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.fpga.pattern.plan import Pattern
from accelgen.rtl.hardware import hardware_of
from accelgen.steps.board.pattern import pattern_of
from tests.naive import naive_scores
from tests.pattern_device import counted, device, playing, spoilt
from tests.tiny_convolutions import tiny_conv_network
from tests.tiny_networks import (
    random_images,
    random_spikes,
    small_network,
    tiny_network,
    tiny_spiking_network,
)

SAMPLES = 4
SMALL, TINY, SPIKY = small_network(), tiny_network(), tiny_spiking_network()
FORMS = {
    "folded": (SMALL, {"lanes": 4}),
    "pipelined": (SMALL, {"lanes": 4, "pipelined": True}),
    "pipelined, a layer unrolled": (TINY, {"pipelined": True, "layer_lanes": (3, 0)}),
    "unrolled": (TINY, {"unrolled": True}),
    "an image each clock": (TINY, {"unrolled": True, "interval": 1}),
    "an image every 3 clocks": (TINY, {"unrolled": True, "interval": 3}),
    "convolutions": (tiny_conv_network(), {"lanes": 4, "pipelined": True}),
    "spikes": (SPIKY, {"lanes": 3, "pipelined": True}),
    "spikes that can stop early": (SPIKY, {"lanes": 3, "early_stop": True}),
    "pixels as events": (SPIKY, {"lanes": 3, "stream": "events"}),
    "spikes, unrolled": (SPIKY, {"unrolled": True}),
    "spikes, an image in a beat": (SPIKY, {"unrolled": True, "interval": 1}),
    "spikes, an image in 5 beats": (SPIKY, {"unrolled": True, "interval": 5}),
    "pixels as events, unrolled": (SPIKY, {"unrolled": True, "stream": "events"}),
    "events": (replace(SPIKY, input=EventInput(3, 2, 2)), {"lanes": 3, "pipelined": True}),
}


def entering(network) -> np.ndarray:
    """Return random samples of a network."""
    rng, inputs = np.random.default_rng(5), network.input.inputs
    if network.input.takes == "events":
        return random_spikes(rng, SAMPLES, 3, inputs)
    return random_images(rng, SAMPLES, inputs)


@pytest.mark.parametrize("form", FORMS)
def test_every_result_of_every_round_is_that_of_the_golden_model(form):
    network, options = FORMS[form]
    first, second = counted(playing(network, entering(network), **options), 1500, 1500)
    assert (second.samples, second.errors, second.wrong, second.spoilt) == (SAMPLES, 0, 0, False)
    assert 0 < first.results < second.results and first.cycles < second.cycles
    assert first.results % SAMPLES == second.results % SAMPLES == 0


def test_an_image_each_clock_is_a_result_each_clock():
    first, second = counted(playing(TINY, entering(TINY), unrolled=True, interval=1), 50, 50)
    assert second.results - first.results == second.cycles - first.cycles


def test_one_wrong_bit_that_is_expected_is_one_wrong_result_of_every_round():
    pattern = pattern_of(hardware_of(SMALL, Datapath(lanes=4, pipelined=True)), entering(SMALL))
    for bit in (0, 31):
        first, second = counted(device(SMALL, spoilt(pattern, 2, bit), lanes=4, pipelined=True), 500, 100)
        assert first.results == SAMPLES * first.wrong and second.results == SAMPLES * second.wrong
        assert first.spoilt and second.wrong > first.wrong > 0


def test_a_weight_that_is_flipped_in_the_hardware_is_seen():
    images, first = entering(SMALL), SMALL.layers[0]
    codes = first.weights.codes.copy()
    codes[0, 0, 0] = -codes[0, 0, 0]
    broken = replace(
        SMALL, layers=(replace(first, weights=replace(first.weights, codes=codes)), *SMALL.layers[1:])
    )
    differ = sum(naive_scores(broken, image) != naive_scores(SMALL, image) for image in images)
    (found,) = counted(playing(broken, images, right=SMALL, lanes=4, pipelined=True), 500)
    assert differ > 0 and found.wrong * SAMPLES == differ * found.results


def test_a_result_that_is_lost_is_never_made_good():
    """The network drops a frame with a bit that is no pixel: every later result is another's."""
    hardware = hardware_of(SMALL, Datapath(lanes=4))
    pattern = pattern_of(hardware, entering(SMALL))
    frames = [list(frame) for frame in pattern.frames]
    frames[1][-1] |= 1 << hardware.plan.input_width - 1
    broken = Pattern(tuple(map(tuple, frames)), pattern.results, pattern.inputs)
    (found,) = counted(device(SMALL, broken, lanes=4), 2000)
    assert found.errors and found.spoilt and found.wrong > found.results // 2


def test_a_network_that_never_answers_counts_no_result():
    hardware = hardware_of(SMALL, Datapath(lanes=4))
    pattern = pattern_of(hardware, entering(SMALL))
    endless = Pattern(tuple(frame[:2] for frame in pattern.frames), pattern.results, pattern.inputs)
    (found,) = counted(device(SMALL, endless, lanes=4), 500)
    assert (found.results, found.wrong) == (0, 0) and found.errors
