import pytest
from amaranth.hdl import Fragment
from amaranth.lib.wiring import Out

from accelgen.errors import InvalidOption
from accelgen.rtl.bus.front import Front, front_of
from accelgen.rtl.bus.fronts import BUSES


def test_the_buses_are_the_files():
    assert BUSES == ("axi-lite", "wishbone")


@pytest.mark.parametrize("bus", BUSES)
def test_each_says_what_its_wires_are_for(bus):
    front = front_of(bus)
    assert isinstance(front, Front) and front.title and front.refusal
    assert set(front.meanings) == set(front.ports) and all(front.meanings.values())
    component = front.component()
    members = component.signature.members
    assert members["registers"].flow == Out
    assert {name: members[name] for name in front.ports} == front.ports
    Fragment.get(component, None)


@pytest.mark.parametrize("bus", ["ahb", "axi_lite", "../x", None, 3])
def test_another_bus_is_refused(bus):
    with pytest.raises(InvalidOption, match=r"^bus must be 'axi-lite' or 'wishbone', not "):
        front_of(bus)
