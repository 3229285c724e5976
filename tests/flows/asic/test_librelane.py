import json
import sys

import pytest

from accelgen.errors import ToolError
from accelgen.flows.asic import librelane
from accelgen.flows.asic.project import Project

PROJECT = Project("net", ("net.v",), "sky130hd", 80.0, 0)


@pytest.fixture
def folder(tmp_path):
    """A whole project."""
    (tmp_path / "net.v").write_text(
        "module net(input clk, output reg q); always @(posedge clk) q <= ~q; endmodule\n"
    )
    for name, text in librelane.files(PROJECT).items():
        (tmp_path / name).write_text(text)
    return tmp_path


def changed(folder, **values):
    path = folder / librelane.CONFIG
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_the_configuration_names_sources_beside_it_and_the_clock(folder):
    config = json.loads((folder / librelane.CONFIG).read_text())
    assert config["DESIGN_NAME"] == "net" and config["VERILOG_FILES"] == ["dir::net.v"]
    assert (config["CLOCK_PORT"], config["CLOCK_PERIOD"]) == ("clk", 12.5)
    assert (config["PDK"], config["STD_CELL_LIBRARY"]) == ("sky130A", "sky130_fd_sc_hd")
    assert all(line in (folder / "README.md").read_text() for line in librelane.RUN)


def test_without_librelane_its_absence_is_known(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "librelane", None)
    monkeypatch.setattr(librelane.importlib.util, "find_spec", lambda name: None)
    assert not librelane.installed()
    with pytest.raises(ToolError, match=f"pip install librelane=={librelane.VERSION}$"):
        librelane.check(folder)


def test_librelane_accepts_the_configuration(folder, capfd):
    pytest.importorskip("librelane")
    assert librelane.installed()
    assert librelane.check(folder).count(".") == 2
    assert capfd.readouterr().out == "", "standard output belongs to results"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"FP_CORE_UTILL": 40}, "Unknown key 'FP_CORE_UTILL'"),
        ({"CLOCK_PERIOD": "soon"}, "'CLOCK_PERIOD'"),
        ({"VERILOG_FILES": ["dir::other.v"]}, "'VERILOG_FILES[0]'"),
    ],
)
def test_librelane_refuses_what_is_wrong(folder, values, message):
    pytest.importorskip("librelane")
    changed(folder, **values)
    with pytest.raises(ToolError) as caught:
        librelane.check(folder)
    assert str(caught.value).startswith("config.json: LibreLane ") and message in str(caught.value)


def test_librelane_misses_a_top_that_is_not_named(folder):
    pytest.importorskip("librelane")
    path = folder / librelane.CONFIG
    config = json.loads(path.read_text())
    del config["DESIGN_NAME"]
    path.write_text(json.dumps(config))
    with pytest.raises(ToolError, match="DESIGN_NAME"):
        librelane.check(folder)
