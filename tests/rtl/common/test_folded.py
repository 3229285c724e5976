"""Folded engines have the same members, whatever they run, and what is their own beside them."""

import pytest
from amaranth.hdl import Fragment

from accelgen.rtl.datapath import Datapath
from accelgen.rtl.dnn.engine import Engine
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.snn.engine import SpikingEngine
from tests.tiny_convolutions import tiny_conv_network
from tests.tiny_networks import small_network, tiny_spiking_network

COMMON = {"frame", "may_load", "loaded", "consumed", "idle", "scores"}
SPIKING = {"first", "final", "cancel", "stopped", "used"}


@pytest.mark.parametrize("weights", ["rom", "ram"])
@pytest.mark.parametrize(
    ("network", "kind", "own"),
    [
        (small_network, Engine, set()),
        (tiny_conv_network, Engine, set()),
        (tiny_spiking_network, SpikingEngine, SPIKING),
    ],
)
def test_an_engine_has_the_members_of_all_and_its_own(network, kind, own, weights):
    hardware = hardware_of(network(), Datapath(weights=weights))
    loads = {f"load_{table.name}" for table in hardware.tables} if weights == "ram" else set()
    for watched, more in ((False, set()), (True, {"met", "ended"})):
        engine = kind(hardware.plan, hardware.tables, watched=watched)
        assert set(engine.signature.members) == COMMON | own | loads | more
        Fragment.get(engine, None)
