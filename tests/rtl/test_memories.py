import pytest

from accelgen.network import Synapse
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.memories import Memory, memories
from accelgen.rtl.plan import Plan
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.tables import tables
from tests.tiny_convolutions import small_conv_network
from tests.tiny_networks import lasting, small_network, spiking_network

LASTING = lasting(spiking_network(), Synapse(2))


@pytest.mark.parametrize("weights", ["rom", "ram"])
@pytest.mark.parametrize("network", [small_network(), small_conv_network(), spiking_network(), LASTING])
def test_tables_come_first_and_are_as_large_as_their_words(network, weights):
    plan = (SpikingPlan if network.spiking else Plan)(network, Datapath(lanes=4, weights=weights))
    found, filled = memories(plan), tables(plan)
    held = [Memory(table.name, len(table.words), table.width, weights, "table") for table in filled]
    assert found[: len(held)] == held and all(memory.role == "working" for memory in found[len(held) :])
    assert all(max(table.words) < 1 << table.width for table in filled)
    assert [memory.loadable for memory in found] == [
        n < len(held) and weights == "ram" for n in range(len(found))
    ]


def test_currents_that_last_and_their_membranes_have_a_memory_each():
    found = memories(SpikingPlan(LASTING, Datapath(lanes=4)))
    assert [memory.name for memory in found if memory.role == "working"][-3:] == [
        "membranes",
        "potentials",
        "pixels",
    ]
    plain = memories(SpikingPlan(spiking_network(), Datapath(lanes=4)))
    assert "potentials" not in {memory.name for memory in plain}


def test_bits_are_words_times_width():
    assert Memory("flags0", 12, 5, "ram", "working").bits == 60
