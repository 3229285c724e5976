"""What the text of a bench says; that it runs, and finds what is wrong, is tested in test_bench."""

import re

import pytest

from accelgen.deliver.bench_streams import stream_body
from accelgen.deliver.stimuli import stimuli
from tests.deliver.delivered import FORMS, deliver

STREAMS = [form for form in FORMS if "bus" not in FORMS[form][2]]


@pytest.mark.parametrize("form", STREAMS)
def test_every_port_is_connected_once_and_no_mark_is_left(form, tmp_path):
    manifest, network = deliver(form, tmp_path), FORMS[form][0]()
    text = stream_body(manifest, stimuli(network, manifest, None).vectors, 5 * (manifest.weights == "ram"))
    assert sorted(re.findall(r"\.(\w+)\(", text)) == sorted(port.name for port in manifest.ports)
    assert "@" not in re.sub(r"@\((pos|neg)edge clk\)", "", text)
    assert ("l_axis" in text) == ("TABLES" in text) == (manifest.weights == "ram")
    assert all(len(line) <= 120 for line in text.splitlines())
