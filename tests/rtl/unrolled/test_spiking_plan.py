import numpy as np
import pytest

from accelgen.errors import InvalidNetwork, InvalidOption
from accelgen.network import EventInput, Network, Neuron, RateInput, Spiking, Thresholds
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.unrolled import spiking_plan
from accelgen.rtl.unrolled.spiking_plan import SpikingUnrolledPlan
from tests.tiny_networks import block_sparse, small_network, spiking_network


def plan_of(network, **options):
    return SpikingUnrolledPlan(network, Datapath(unrolled=True, **options))


def test_a_membrane_of_one_timestep_is_a_threshold_of_its_sum():
    plan = plan_of(spiking_network(integration="discontinuous"))
    assert [layer.rule for layer in plan.layers] == [Thresholds(((1,),)), Thresholds(((1,),)), None]
    assert plan.neurons == [None] * 3 and not plan.counting


def test_membranes_that_live_are_those_of_their_neurons():
    network = spiking_network(readout="count")
    plan = plan_of(network)
    assert [layer.rule for layer in plan.layers] == [None] * 3
    assert plan.neurons == [layer.rule for layer in network.layers] and plan.counting
    assert all((plan.layers[n].bias == network.layers[n].bias).all() for n in range(3))


def test_pixels_come_in_beats_and_events_in_words_of_blocks_of_the_first_layer():
    network = spiking_network()
    pixels, events = plan_of(network), plan_of(network, stream="events")
    assert (pixels.stream, pixels.pixels_per_beat, pixels.input_beats, pixels.input_width) == (
        "pixels",
        21,
        2,
        64,
    )
    assert (events.stream, events.pixels_per_beat, events.input_beats, events.input_width) == (
        "events",
        4,
        8,
        32,
    )
    assert events.position_bits == 2 and pixels.output_width == 32
    seen = Network("seen", EventInput(5, 3, 2), network.layers)
    assert plan_of(seen).stream == "events"


def test_ranks_are_one_for_the_spikes_one_for_each_layer_and_one_for_the_class():
    network = spiking_network()
    assert plan_of(network).stages == 4
    assert plan_of(network, interval=2).stages == 5 and plan_of(network, interval=2).output_width == 32 * 6
    assert plan_of(network, interval=2, stages=9).stages == 9
    said = (
        "stages must be at least 5 for spiky, one for each layer, one for the spikes that enter and one for "
        "what ends a result, not 4"
    )
    with pytest.raises(InvalidOption, match=f"^{said}$"):
        plan_of(network, interval=2, stages=4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weights": "ram"}, "unrolled hardware has its weights in its gates: "),
        ({"early_stop": True}, "unrolled hardware has no early stop and no clock-driven form"),
        ({"skip_zeros": False}, "unrolled hardware has no early stop and no clock-driven form"),
        ({"stream": "events", "interval": 1}, "interval is of pixels: events enter a word at a time"),
        (
            {"stream": "events", "tdata_width": 64},
            "tdata_width is of pixels, and events have 32 bits",
        ),
        ({"stages": 9}, "stages are of a pipeline: they need an interval"),
    ],
)
def test_what_does_not_go_together_is_said(options, message):
    with pytest.raises(InvalidOption, match=f"^{message}"):
        plan_of(spiking_network(), **options)


def test_what_it_cannot_run_is_said(monkeypatch):
    network = spiking_network()
    seen = Network("seen", EventInput(5, 3, 2), network.layers)
    with pytest.raises(InvalidOption, match=r"^interval is of pixels, and seen takes events, a word at a"):
        plan_of(seen, interval=1)
    with pytest.raises(InvalidNetwork, match=r"^unrolled neurons are of spiking layers, and s?\w+ is dense"):
        plan_of(small_network())
    monkeypatch.setattr(spiking_plan, "MOST_ADDITIONS", 100)
    said = r"^unrolled, spiky would add \d{3} times in each timestep, and at most 100 additions are built"
    with pytest.raises(InvalidOption, match=said):
        plan_of(network)


def test_so_many_classes_leave_no_room_for_the_timesteps(monkeypatch):
    monkeypatch.setattr(spiking_plan, "MOST_NOTED", 4)
    with pytest.raises(InvalidNetwork, match=r"^a spiking network has at most 4 classes, not 5$"):
        plan_of(spiking_network())


def test_layers_that_skip_one_are_refused():
    rng = np.random.default_rng(0)
    neuron = Neuron("discontinuous")
    zeros = np.zeros(8, np.int32)
    layers = (
        Spiking("a", block_sparse(rng, 8, 8), zeros, neuron),
        Spiking("b", block_sparse(rng, 8, 8), zeros, neuron, ("a",)),
        Spiking("c", block_sparse(rng, 8, 8), zeros, None, ("a",)),
    )
    with pytest.raises(Exception, match="reads"):
        plan_of(Network("skips", RateInput(8, 1, "dither"), layers))
