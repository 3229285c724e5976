"""What the text of a bench behind a bus says; that it runs is tested in test_bench."""

import re
from dataclasses import replace

import pytest

from accelgen.deliver.bench_bus import BUSES, bus_body
from accelgen.deliver.stimuli import stimuli
from accelgen.errors import InvalidRequest
from accelgen.rtl.bus import fronts
from tests.deliver.delivered import FORMS, deliver

BEHIND = [form for form in FORMS if "bus" in FORMS[form][2]]


@pytest.mark.parametrize("form", BEHIND)
def test_every_port_is_connected_once_and_registers_lie_where_the_map_says(form, tmp_path):
    manifest, network = deliver(form, tmp_path), FORMS[form][0]()
    text = bus_body(manifest, stimuli(network, manifest, None).vectors, 5 * (manifest.weights == "ram"))
    assert sorted(re.findall(r"\.(\w+)\(", text)) == sorted(port.name for port in manifest.ports)
    assert "@" not in re.sub(r"@\((pos|neg)edge clk\)", "", text)
    for name, offset in re.findall(r"localparam \[11:0\] (\w+) = 12'h(\w+);", text):
        assert manifest.bus[{"IMAGES_DONE": "IMAGES"}.get(name, name)].offset == int(offset, 16)
    assert ("TABLE_ROOM" in text) == (manifest.weights == "ram")


def test_every_bus_has_its_bench_and_another_is_refused(tmp_path):
    assert set(BUSES) == set(fronts.BUSES)
    manifest, network = deliver("wishbone", tmp_path), FORMS["wishbone"][0]()
    vectors = stimuli(network, manifest, None).vectors
    with pytest.raises(InvalidRequest, match="tiny: no bench is known for the bus 'ahb'"):
        bus_body(replace(manifest, bus=replace(manifest.bus, bus="ahb")), vectors, 0)
