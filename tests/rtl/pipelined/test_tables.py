import pytest

from accelgen.rtl.datapath import Datapath
from accelgen.rtl.pipelined.plan import PipelinedPlan
from accelgen.rtl.pipelined.tables import pipelined_memories, pipelined_tables, stage_tables
from accelgen.rtl.tables import tables
from tests.tiny_convolutions import small_conv_network
from tests.tiny_networks import multiply_network, random_network, small_network


@pytest.mark.parametrize(
    "network", [small_network(), multiply_network(), small_conv_network(), random_network(3)]
)
def test_the_tables_of_all_stages_are_those_of_each_under_numbered_names(network):
    plan = PipelinedPlan(network, Datapath(pipelined=True, lanes=3))
    found = pipelined_tables(plan)
    assert len({table.name for table in found}) == len(found)
    for number, stage in enumerate(plan.stages):
        assert stage_tables(found, number) == tables(stage)


def test_stage_10_is_not_stage_1_and_a_zero():
    plan = PipelinedPlan(small_network(), Datapath(pipelined=True))
    (first, *_), (other, *_) = (tables(stage) for stage in plan.stages[:2])
    named = [type(first)("codes1", 3, [1]), type(first)("codes10", 3, [2])]
    assert [table.words for table in stage_tables(named, 1)] == [[1]]
    assert [table.words for table in stage_tables(named, 10)] == [[2]] and other.name == "codes"


def test_memories_are_the_tables_and_two_banks_of_each_stage():
    plan = PipelinedPlan(small_network(), Datapath(pipelined=True, weights="ram"))
    found = pipelined_memories(plan)
    names = [memory.name for memory in found]
    assert names[:3] == ["codes0", "index0", "bias0"] and len(set(names)) == len(names)
    assert names[-6:] == [f"activations{stage}_{bank}" for stage in range(3) for bank in range(2)]
    assert [m.name for m in found if m.loadable] == [table.name for table in pipelined_tables(plan)]
