import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import InvalidOption
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.pipelined.plan import PipelinedPlan
from accelgen.rtl.plan import Plan
from tests.tiny_convolutions import random_conv_network, small_conv_network
from tests.tiny_networks import random_network, small_network, spiking_network


def plan_of(network, **options):
    return PipelinedPlan(network, Datapath(pipelined=True, **options))


def test_every_layer_has_lanes_widths_and_banks_of_its_own():
    plan = plan_of(small_network(bits=(3, 1, 2)), layer_lanes=(64, 3, 1))
    assert plan.lanes == (7, 3, 1)  # no more than a block row has outputs
    assert [stage.weight_bits for stage in plan.stages] == [3, 1, 2]
    assert [stage.activation_bits for stage in plan.stages] == [3, 3, 2]
    assert [stage.word for stage in plan.stages] == [4, 5, 6]
    assert [stage.bank_words for stage in plan.stages] == [(8, 8), (5, 5), (3, 3)]


def test_lanes_for_all_layers_are_those_of_each():
    assert plan_of(small_network(), lanes=4).lanes == (4, 4, 4)


def test_a_frame_is_that_of_a_folded_engine():
    for network in (small_network(), small_conv_network()):
        plan, folded = plan_of(network, tdata_width=64), Plan(network, Datapath(tdata_width=64))
        for name in ("input_beats", "pixels_per_beat", "input_width", "classes"):
            assert getattr(plan, name) == getattr(folded, name)


@given(st.integers(0, 2**32 - 1), st.integers(1, 64), st.sampled_from([random_network, random_conv_network]))
def test_what_leaves_a_stage_fills_a_bank_of_the_next(seed, lanes, drawn):
    stages = plan_of(drawn(seed), lanes=lanes).stages
    assert stages[-1].leaving is None
    for stage, after in zip(stages, stages[1:], strict=False):
        leaving = stage.leaving
        assert (leaving.words, leaving.words) == after.bank_words and leaving.wanted <= leaving.packed
        assert (leaving.word, leaving.activation_bits) == (after.word, after.activation_bits)
        assert stage.layers[0].last_pass % leaving.granule == leaving.word % leaving.granule == 0


def test_lanes_of_more_or_fewer_layers_are_refused():
    with pytest.raises(InvalidOption, match="^lanes: small has 3 layers, and these are lanes of 2$"):
        plan_of(small_network(), layer_lanes=(4, 2))


def test_networks_that_spike_are_refused():
    with pytest.raises(InvalidOption, match="^pipelined hardware is of networks that do not spike, and spik"):
        plan_of(spiking_network())
