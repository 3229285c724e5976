import re
import subprocess

import pytest

from accelgen.deliver.constraints import CLOCK, sdc, xdc
from accelgen.deliver.interfaces import clock
from accelgen.flows import sta
from tests.deliver.forms import FORMS, manifest_of
from tests.flows.test_sta import CELLS


@pytest.mark.parametrize("write", [sdc, xdc])
@pytest.mark.parametrize("form", FORMS)
def test_every_port_is_constrained_once(form, write):
    manifest = manifest_of(form)
    text = write(manifest, 250)
    name = clock(manifest).name
    assert f"create_clock -name {name} -period 4.0000 [get_ports {name}]\n" in text and "250 MHz" in text
    for command, way in (("set_input_delay", "input"), ("set_output_delay", "output")):
        (ports,) = re.findall(rf"^{command} 0.8000 -clock {name} \[get_ports {{(.*)}}\]$", text, re.MULTILINE)
        named = [port for port in manifest.ports if port.direction == way and port.role != "clock"]
        assert ports.split() == [port.name + "[*]" * (port.width > 1) for port in named]


def test_a_file_says_which_clock_it_takes_for_granted():
    assert f"{CLOCK:g} MHz" in sdc(manifest_of("rom")) and "out of context" in xdc(manifest_of("rom"))


@pytest.mark.skipif(not sta.installed(), reason="there is no OpenSTA")
@pytest.mark.parametrize("write", [sdc, xdc])
@pytest.mark.parametrize("form", ["ram", "events", "wishbone"])
def test_an_analyser_reads_them_and_finds_every_port(form, write, tmp_path):
    manifest = manifest_of(form)
    (tmp_path / "cells.lib").write_text(CELLS)
    (tmp_path / "ports.v").write_text(_skeleton(manifest))
    (tmp_path / "constraints.sdc").write_text(write(manifest))
    script = f"read_liberty cells.lib\nread_verilog ports.v\nlink_design {manifest.top}\n"
    script += "read_sdc constraints.sdc\ncheck_setup -verbose\nreport_checks -path_delay max\nexit\n"
    (tmp_path / "run.tcl").write_text(script)
    command = [sta.STA.find(), "-no_splash", "-exit", "run.tcl"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    text = said.stdout + said.stderr
    assert "arning" not in text and "rror" not in text.replace("error", ""), text
    assert re.search(r"10\.00 +10\.00 +clock clk", text) and "slack (MET)" in text, text


def _skeleton(manifest):
    """Return a netlist with the ports of a top, each behind or before a register."""
    lines = [f"module {manifest.top} ({', '.join(port.name for port in manifest.ports)});"]
    for port in manifest.ports:
        bits = f" [{port.width - 1}:0]" if port.width > 1 else ""
        lines.append(f"  {port.direction}{bits} {port.name};")
        for bit in range(port.width) if port.role != "clock" else ():
            wire = f"{port.name}[{bit}]" if port.width > 1 else port.name
            cell = f"{port.name}_{bit}"
            if port.direction == "output":
                lines.append(f"  DFF r_{cell} (.CK(clk), .D(rst), .Q({wire}));")
            else:
                lines.append(f"  DFF r_{cell} (.CK(clk), .D({wire}));")
    return "\n".join([*lines, "endmodule", ""])
