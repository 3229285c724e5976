import pytest

from accelgen.rtl.datapath import Datapath
from accelgen.rtl.pipelined.plan import PipelinedPlan
from accelgen.rtl.pipelined.tables import pipelined_memories, pipelined_tables, suffix, unit_tables
from accelgen.rtl.table import Table
from accelgen.rtl.tables import tables
from tests.tiny_convolutions import small_conv_network
from tests.tiny_networks import multiply_network, random_network, small_network

NETWORKS = [small_network(), multiply_network(), small_conv_network(), random_network(3)]


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_the_tables_of_all_units_are_those_of_each_under_numbered_names(network):
    rows = [layer.weights.block_rows for layer in network.hidden]
    for units in ((1,) * len(network.layers), (*rows, 1)):
        how = Datapath(pipelined=True, layer_lanes=(3,) * len(units), layer_units=units)
        plan = PipelinedPlan(network, how)
        found = pipelined_tables(plan)
        assert len({table.name for table in found}) == len(found)
        for number, stage in enumerate(plan.stages):
            for place, unit in enumerate(stage.units):
                assert unit_tables(found, suffix(number, place, len(stage.units))) == tables(unit)


def test_stage_10_is_not_stage_0_nor_unit_0_of_another():
    named = [Table(name, 3, [n]) for n, name in enumerate(["codes0", "codes10", "codes1_0"])]
    for end, word in (("0", 0), ("10", 1), ("1_0", 2)):
        assert [(table.name, table.words) for table in unit_tables(named, end)] == [("codes", [word])]


def test_memories_are_the_tables_and_two_banks_of_each_unit():
    options = {"layer_lanes": (7, 6, 5), "layer_units": (2, 1, 1), "weights": "ram"}
    plan = PipelinedPlan(small_network(), Datapath(pipelined=True, **options))
    found = pipelined_memories(plan)
    names = [memory.name for memory in found]
    assert names[:4] == ["codes0_0", "index0_0", "bias0_0", "codes0_1"] and len(set(names)) == len(names)
    ends = ("0_0", "0_1", "1", "2")
    assert names[-8:] == [f"activations{end}_{bank}" for end in ends for bank in range(2)]
    assert [m.name for m in found if m.loadable] == [table.name for table in pipelined_tables(plan)]
