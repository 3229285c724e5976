import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import InvalidOption
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.pipelined.plan import PipelinedPlan
from accelgen.rtl.plan import Plan
from tests.tiny_convolutions import random_conv_network, small_conv_network
from tests.tiny_networks import random_network, signed, small_network


def plan_of(network, **options):
    return PipelinedPlan(network, Datapath(pipelined=True, **options))


def test_every_layer_has_lanes_widths_and_banks_of_its_own():
    plan = plan_of(small_network(bits=(3, 1, 2)), layer_lanes=(64, 3, 1))
    assert plan.lanes == (7, 3, 1)  # no more than a block row has outputs
    units = [unit for stage in plan.stages for unit in stage.units]
    assert [unit.weight_bits for unit in units] == [3, 1, 2]
    assert [unit.activation_bits for unit in units] == [3, 3, 2]
    assert [unit.word for unit in units] == [4, 5, 6]
    assert [unit.bank_words for unit in units] == [(8, 8), (5, 5), (3, 3)]


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
        assert leaving.word * leaving.activation_bits == after.frame_bits
        assert stage.part.last_pass % leaving.granule == leaving.word % leaving.granule == 0


def test_lanes_of_more_or_fewer_layers_are_refused():
    with pytest.raises(InvalidOption, match="^lanes: small has 3 layers, and these are lanes of 2$"):
        plan_of(small_network(), layer_lanes=(4, 2))


def test_engines_share_block_rows_evenly_or_it_is_refused():
    network = small_network()  # of 4, 3 and 1 block rows
    plan = plan_of(network, layer_lanes=(7, 6, 5), layer_units=(2, 3, 1))
    assert plan.units == (2, 3, 1) and [unit.part.rows for unit in plan.stages[0].units] == [2, 2]
    alone, shared = plan_of(network, layer_lanes=(7, 6, 5)).stages[0].leaving, plan.stages[0].leaving
    assert (alone.packed, alone.wanted, alone.word) == (shared.packed, shared.wanted, shared.word)
    for units, message in (
        ((3, 1, 1), "lanes: a of small has 4 block rows, which 3 engines cannot share evenly"),
        ((1, 1, 2), "lanes: c of small gives scores, and has one engine"),
    ):
        with pytest.raises(InvalidOption, match=f"^{message}$"):
            plan_of(network, layer_lanes=(7, 6, 5), layer_units=units)


def test_a_first_layer_of_signed_codes_has_sums_of_its_own():
    network = signed(small_network())
    gates = plan_of(network, layer_lanes=(0, 3, 0)).stages
    assert (gates[0].sums, gates[2].sums) == ("trees", "chains")
    assert plan_of(network, layer_lanes=(3, 3, 0), sums="cells").stages[2].sums == "cells"
    assert plan_of(network, layer_lanes=(0, 3, 0), sums="cells").stages[0].sums == "trees"
    with pytest.raises(InvalidOption, match=r"^sums: a of small alone is unrolled, .* leave out sums$"):
        plan_of(network, layer_lanes=(0, 3, 3), sums="chains")
