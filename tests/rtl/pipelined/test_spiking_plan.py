import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import InvalidNetwork, InvalidOption
from accelgen.network import EventInput, Network, Spiking
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.pipelined.spiking_plan import SpikingPipelinedPlan
from accelgen.rtl.snn.plan import SpikingPlan
from tests.tiny_networks import block_sparse, random_spiking_network, small_network, spiking_network


def plan_of(network, **options):
    return SpikingPipelinedPlan(network, Datapath(pipelined=True, **options))


def test_every_layer_has_lanes_banks_and_membranes_of_its_own():
    plan = plan_of(spiking_network(bits=3), layer_lanes=(64, 3, 1))
    assert plan.lanes == (7, 3, 1)  # no more than a block row has outputs
    units = [unit for stage in plan.stages for unit in stage.units]
    assert [unit.activation_bits for unit in units] == [1, 1, 1]
    assert [unit.word for unit in units] == [4, 5, 6]
    assert [unit.bank_words for unit in units] == [(8, 8), (5, 5), (3, 3)]
    assert [unit.membrane_words for unit in units] == [4, 6, 0]  # a word of each pass; none is read out
    assert [unit.passes for unit in units] == [4, 6, 5]


def test_discontinuous_layers_have_no_membranes():
    plan = plan_of(spiking_network(integration="discontinuous"), lanes=4)
    assert not any(unit.membrane_words for stage in plan.stages for unit in stage.units)


@given(st.integers(0, 2**32 - 1), st.integers(1, 64), st.sampled_from(["pixels", "events"]))
def test_what_enters_and_leaves_is_that_of_a_folded_engine(seed, lanes, stream):
    network = random_spiking_network(seed)
    plan = plan_of(network, lanes=lanes, stream=stream)
    folded = SpikingPlan(network, Datapath(lanes=lanes, stream=stream))
    names = ("stream", "position_bits", "input_beats", "pixels_per_beat", "input_width", "classes")
    for name in (*names, "score_bits", "counting"):
        assert getattr(plan, name) == getattr(folded, name), name
    for stage, after in zip(plan.stages, plan.stages[1:], strict=False):
        leaving = stage.leaving
        assert (leaving.words, leaving.words) == after.bank_words and leaving.wanted <= leaving.packed
        assert leaving.word == after.frame_bits and leaving.activation_bits == 1


@pytest.mark.parametrize("stream", ["pixels", "events"])
def test_what_input_waits_in_is_there_once_and_membranes_in_each_unit(stream):
    shared = {"layer_lanes": (7, 6, 5), "layer_units": (2, 1, 1), "stream": stream}
    names = [
        memory.name for memory in hardware_of(spiking_network(), Datapath(pipelined=True, **shared)).memories
    ]
    assert len(set(names)) == len(names) and names.count(stream) == 1
    assert [name for name in names if name.startswith("membranes")] == [
        "membranes0_0",
        "membranes0_1",
        "membranes1",
    ]


def test_samples_of_a_pipeline_do_not_stop_early():
    with pytest.raises(InvalidOption, match="^early_stop is of folded hardware: in a pipeline the timesteps"):
        plan_of(spiking_network(), early_stop=True)


def test_other_layers_are_refused():
    with pytest.raises(InvalidNetwork, match="^an event-driven engine runs spiking layers, and a is dense$"):
        plan_of(small_network())


def test_too_many_classes_are_refused_and_as_many_neurons_are_not():
    many = _wide(spiking_network().layers[0], 70_000)
    with pytest.raises(InvalidNetwork, match="^a spiking network has at most 65536 classes, not 70000$"):
        plan_of(Network("n", EventInput(5, 6, 1), (many,)))
    assert plan_of(Network("n", EventInput(5, 6, 1), (many, _after(70_000)))).classes == 2


def _wide(layer, outputs):
    weights = block_sparse(np.random.default_rng(0), outputs, 30, block_out=70, block_in=30, kept=1)
    return type(layer)("a", weights, np.zeros(outputs, np.int32), layer.rule)


def _after(inputs):
    weights = block_sparse(np.random.default_rng(0), 2, inputs, block_out=2, block_in=70, kept=1)
    return Spiking("b", weights, np.zeros(2, np.int32), None)
