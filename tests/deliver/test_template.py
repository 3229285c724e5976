import re
import subprocess

import pytest

from accelgen.deliver.interfaces import clock, reset
from accelgen.deliver.template import template
from tests.deliver.forms import FORMS, manifest_of, written

AROUND = """module around (input wire {}, input wire {});
`include "{}"
endmodule
"""


@pytest.mark.parametrize("form", FORMS)
def test_it_compiles_inside_a_module(form, tmp_path):
    manifest = written(form, tmp_path)
    (tmp_path / "around.v").write_text(
        AROUND.format(clock(manifest).name, reset(manifest).name, manifest.files["template"])
    )
    sources = ["around.v", manifest.files["verilog"]]
    command = ["iverilog", "-g2005", "-Wall", "-Wno-timescale", "-s", "around", "-o", "around.vvp", *sources]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stdout + done.stderr, done.stderr


@pytest.mark.parametrize("form", FORMS)
def test_every_port_is_there_once_with_its_width(form):
    manifest = manifest_of(form)
    text = template(manifest)
    found = re.findall(r"^wire +(?:\[(\d+):0\] +)?(\w+);", text, re.MULTILINE)
    wires = {name: int(high or 0) + 1 for high, name in found}
    assert wires == {port.name: port.width for port in manifest.ports if port.role == "data"}
    pairs = re.findall(r"^  \.(\w+) *\((\w+)\),?$", text, re.MULTILINE)
    assert pairs == [(port.name, port.name) for port in manifest.ports]
