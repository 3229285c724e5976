import pytest

from accelgen.errors import InvalidOption
from accelgen.network import Network, PixelInput
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.unrolled.plan import BEAT_BITS, UnrolledPlan
from tests.tiny_convolutions import small_conv_network
from tests.tiny_networks import (
    TASKS,
    mnist_network,
    small_network,
    spiking_network,
    tasked_network,
)


@pytest.mark.parametrize(("pixel_bits", "per_beat", "beats"), [(1, 64, 13), (4, 16, 49), (3, 21, 38)])
def test_beats_are_as_full_as_they_can_be(pixel_bits, per_beat, beats):
    network = mnist_network()
    plan = UnrolledPlan(Network("n", PixelInput(784, pixel_bits), network.layers), Datapath(unrolled=True))
    assert (plan.pixels_per_beat, plan.input_beats) == (per_beat, beats)
    assert plan.input_width == 64 and per_beat * pixel_bits <= BEAT_BITS


def test_a_small_input_is_one_beat():
    network = small_network()
    plan = UnrolledPlan(Network("n", PixelInput(30, 1), network.layers), Datapath(unrolled=True))
    assert (plan.pixels_per_beat, plan.input_beats, plan.input_width) == (30, 1, 32)


@pytest.mark.parametrize(
    ("network", "options", "message"),
    [
        (spiking_network(), {}, "unrolled hardware is of dense networks, and s0 is spiking"),
        (small_conv_network(), {}, "unrolled hardware is of dense networks, and looks has convolutions"),
        (small_network(), {"weights": "ram"}, "unrolled hardware has its weights in its gates: "),
        (small_network(), {"early_stop": True}, "unrolled hardware has no early stop and no clock-driven"),
        (small_network(), {"skip_zeros": False}, "unrolled hardware has no early stop and no clock-driven"),
    ],
)
def test_what_does_not_go_together_is_said(network, options, message):
    with pytest.raises(InvalidOption, match=f"^{message}"):
        UnrolledPlan(network, Datapath(unrolled=True, **options))


@pytest.mark.parametrize(
    ("interval", "per_beat", "beats"), [(1, 784, 1), (2, 392, 2), (5, 157, 5), (100, 8, 98)]
)
def test_an_image_enters_in_as_many_clocks_as_were_asked_for(interval, per_beat, beats):
    plan = UnrolledPlan(mnist_network(), Datapath(unrolled=True, interval=interval))
    assert (plan.pixels_per_beat, plan.input_beats) == (per_beat, beats) and beats <= interval
    assert plan.output_width == 32 * 11


def test_ranks_are_one_for_each_layer_and_one_for_the_class_at_least():
    plan = UnrolledPlan(small_network(), Datapath(unrolled=True, interval=1))
    assert plan.stages == len(plan.ends) == 4
    assert UnrolledPlan(tasked_network(TASKS["regression"]), Datapath(unrolled=True, interval=1)).stages == 2
    said = "stages must be at least 4 for small, one for each layer and one for what ends a result, not 3"
    with pytest.raises(InvalidOption, match=f"^{said}$"):
        UnrolledPlan(small_network(), Datapath(unrolled=True, interval=1, stages=3))


def test_streams_without_an_interval_are_trees_unless_something_else_is_asked_for():
    network = small_network()
    assert UnrolledPlan(network, Datapath(unrolled=True)).graphs == [None] * 3
    assert all(UnrolledPlan(network, Datapath(unrolled=True, sums="chains")).graphs)
    assert all(UnrolledPlan(network, Datapath(unrolled=True, interval=9)).graphs)
    assert UnrolledPlan(network, Datapath(unrolled=True, interval=9, sums="trees")).graphs == [None] * 3
