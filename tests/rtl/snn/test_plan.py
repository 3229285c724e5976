import numpy as np
import pytest

from accelgen.errors import InvalidNetwork, InvalidOption
from accelgen.network import EventInput, Network, Neuron, Spiking, Synapse
from accelgen.network.widths import current_bits, membrane_bits, membrane_sum_bits, signed_bits
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.snn.plan import SpikingPlan
from tests.tiny_networks import block_sparse, lasting, small_network, spiking_network


def test_a_membrane_word_for_each_pass_up_to_the_last_layer_that_keeps_any():
    plan = SpikingPlan(spiking_network(), Datapath(lanes=4))
    assert plan.membrane_words == 4 * 2 + 3 * 2  # the readout keeps none
    assert plan.membrane_bits == max(membrane_bits(layer) for layer in plan.network.layers[:2])
    plan = SpikingPlan(spiking_network(readout="count"), Datapath(lanes=4))
    assert plan.counting and plan.membrane_words == 4 * 2 + 3 * 2 + 2


def test_membranes_whose_currents_last_have_words_of_their_own():
    plan = SpikingPlan(lasting(spiking_network(), Synapse(2), None), Datapath(lanes=4))
    first, second, _ = plan.network.layers
    assert (plan.membrane_words, plan.potential_words) == (4 * 2 + 3 * 2, 4 * 2)
    assert plan.membrane_bits == max(current_bits(first), membrane_bits(second))
    assert plan.potential_bits == membrane_bits(first)
    assert plan.integral_bits == max(plan.accumulator_bits, membrane_sum_bits(first))
    others = SpikingPlan(spiking_network(), Datapath(lanes=4))
    assert others.potential_words == others.potential_bits == 0
    assert others.integral_bits == others.accumulator_bits


def test_discontinuous_integration_needs_no_membranes():
    plan = SpikingPlan(spiking_network(integration="discontinuous"), Datapath(lanes=4))
    assert plan.membrane_words == plan.membrane_bits == 0


def test_neurons_that_do_not_exist_never_wrap():
    weights = block_sparse(np.random.default_rng(0), 5, 64, bits=1, block_out=4, block_in=16, kept=4)
    layer = Spiking("a", weights, np.zeros(5, np.int32), Neuron("continuous", 50, 1))
    last = Spiking("b", block_sparse(np.random.default_rng(1), 3, 5), np.zeros(3, np.int32), None)
    plan = SpikingPlan(Network("n", EventInput(8, 8, 1), (layer, last)), Datapath())
    assert plan.membrane_bits >= signed_bits(-64 * 16, 0)
    network = lasting(Network("n", EventInput(8, 8, 1), (layer, last)), Synapse(15))
    plan = SpikingPlan(network, Datapath())
    least = sum(range(1, 17)) * -64
    assert plan.membrane_bits >= signed_bits(-64 * 16, 0) and plan.potential_bits >= signed_bits(least, 0)
    assert plan.integral_bits >= signed_bits(least, 0)


def test_the_stream_is_what_the_network_was_made_for_unless_told():
    rate = spiking_network()
    assert SpikingPlan(rate, Datapath()).stream == "pixels"
    assert SpikingPlan(rate, Datapath(stream="events")).stream == "events"
    events = Network("n", EventInput(6, 5, 1), rate.layers)
    plan = SpikingPlan(events, Datapath())
    assert (plan.stream, plan.input_width, plan.position_bits) == ("events", 32, 2)


@pytest.mark.parametrize(
    ("network", "options", "message"),
    [
        (Network("n", EventInput(6, 5, 1), spiking_network().layers), {"stream": "pixels"}, "needs pixels"),
        (small_network(), {"stream": "events"}, "needs a spiking network"),
        (small_network(), {"early_stop": True}, "needs a spiking network"),
    ],
)
def test_options_that_do_not_go_with_the_network_are_refused(network, options, message):
    from accelgen.rtl.emit import generate

    with pytest.raises(InvalidOption, match=message):
        generate(network, Datapath(**options))


def test_layers_that_do_not_spike_are_refused():
    with pytest.raises(InvalidNetwork, match="^an event-driven engine runs spiking layers, and .* is dense$"):
        SpikingPlan(small_network(), Datapath())
