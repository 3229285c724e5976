import pytest

from accelgen.deliver.interfaces import clock, loose, reset, streams, wires_of_bus
from tests.deliver.forms import FORMS, manifest_of

LOOSE = {
    "events": ["error", "error_clear", "margin"],
    "axi-lite": ["irq"],
    "plain wishbone": ["irq"],
    "wishbone": ["irq"],
}


@pytest.mark.parametrize("form", FORMS)
def test_every_port_belongs_somewhere_once(form):
    manifest = manifest_of(form)
    bus = wires_of_bus(manifest)
    found = [clock(manifest), reset(manifest), *loose(manifest), *(bus.ports.values() if bus else ())]
    found += [port for stream in streams(manifest) for port in stream.ports.values()]
    assert sorted(port.name for port in found) == sorted(port.name for port in manifest.ports)
    assert [port.name for port in loose(manifest)] == LOOSE.get(form, ["error", "error_clear"])


def test_streams_and_buses_have_their_wires():
    names = [stream.name for stream in streams(manifest_of("ram"))]
    assert names == ["s_axis", "m_axis", "l_axis"] and not streams(manifest_of("axi-lite"))
    assert list(streams(manifest_of("rom"))[0].ports) == ["tdata", "tvalid", "tready", "tlast"]
    axi, wishbone = wires_of_bus(manifest_of("axi-lite")), wires_of_bus(manifest_of("wishbone"))
    assert axi.name == "s_axi" and "awaddr" in axi.ports
    assert wishbone.name == "wb" and "cyc_i" in wishbone.ports
    assert wires_of_bus(manifest_of("rom")) is None
