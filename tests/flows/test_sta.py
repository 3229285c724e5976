import pytest

from accelgen.errors import ToolError
from accelgen.flows import sta
from tests.flows.test_timed import PERIOD

CELLS = """library (tiny) {
  delay_model : table_lookup; time_unit : "1ns"; voltage_unit : "1V"; current_unit : "1mA";
  leakage_power_unit : "1nW"; capacitive_load_unit (1, ff); pulling_resistance_unit : "1kohm";
  nom_process : 1; nom_temperature : 25; nom_voltage : 1;
  operating_conditions (typ) { process : 1; temperature : 25; voltage : 1; }
  default_operating_conditions : typ;
  input_threshold_pct_rise : 50; input_threshold_pct_fall : 50;
  output_threshold_pct_rise : 50; output_threshold_pct_fall : 50;
  slew_lower_threshold_pct_rise : 30; slew_lower_threshold_pct_fall : 30;
  slew_upper_threshold_pct_rise : 70; slew_upper_threshold_pct_fall : 70;
  cell (INV) { area : 1; cell_leakage_power : 1000;
    pin (A) { direction : input; capacitance : 10; }
    pin (Y) { direction : output; function : "!A";
      timing () { related_pin : "A"; timing_sense : negative_unate;
      cell_rise (scalar) { values ("0.3"); } cell_fall (scalar) { values ("0.3"); }
      rise_transition (scalar) { values ("0.1"); } fall_transition (scalar) { values ("0.1"); } } } }
  cell (DFF) { area : 4; ff (IQ, IQN) { next_state : "D"; clocked_on : "CK"; }
    pin (D) { direction : input; capacitance : 5; timing () { related_pin : "CK"; timing_type : setup_rising;
      rise_constraint (scalar) { values ("0.1"); } fall_constraint (scalar) { values ("0.1"); } } }
    pin (CK) { direction : input; clock : true; capacitance : 5; }
    pin (Q) { direction : output; function : "IQ"; timing () { related_pin : "CK"; timing_type : rising_edge;
      cell_rise (scalar) { values ("0.2"); } cell_fall (scalar) { values ("0.2"); }
      rise_transition (scalar) { values ("0.1"); } fall_transition (scalar) { values ("0.1"); } } } }
}
"""
NETLIST = """module t (clk, rst, a, q);
  input clk, rst, a; output q; wire n1, n2, n3;
  DFF i0 (.CK(clk), .D(n3), .Q(n1));
  INV i1 (.A(n1), .Y(n2));
  INV i2 (.A(n2), .Y(n3));
  assign q = n1;
endmodule
"""


@pytest.fixture
def folder(tmp_path):
    if not sta.installed():
        pytest.skip("OpenSTA is not installed")
    (tmp_path / "cells.lib").write_text(CELLS)
    (tmp_path / "memories.lib").write_text(CELLS.replace("(tiny)", "(none)").split("  cell (INV)")[0] + "}\n")
    (tmp_path / "netlist_sta.v").write_text(NETLIST)
    (tmp_path / "constraints.sdc").write_text(sta.constraints(500.0))
    return tmp_path


def test_the_slowest_path_gives_the_fastest_clock(folder):
    path = sta.slowest(folder, "t", 500.0)
    # Clock to output, two inverters, setup: 0.2 + 2 * 0.3 + 0.1 ns of 2 ns.
    assert path.slack_ps == pytest.approx(1100)
    assert path.fmax_mhz == pytest.approx(1000 / 0.9)
    assert (path.start, path.end, path.cells) == ("i0", "i0", 3)


def test_power_follows_the_activity_it_is_given(folder):
    # The net between the inverters has 10 fF at 1 V and changes in every other cycle of 2 ns.
    pins = {"i1/Y": (0.5, 0.5), "i2/A": (0.5, 0.5), "i0/Q": (0, 0.5), "i2/Y": (0, 0.5)}
    once = sta.power(folder, "t", pins)
    twice = sta.power(folder, "t", {pin: (2 * each, duty) for pin, (each, duty) in pins.items()})
    assert once["leakage"] == pytest.approx(2e-6)
    assert twice["switching"] - once["switching"] == pytest.approx(0.5 * 10e-15 / 2 / 2e-9, rel=0.01)


def test_constraints_follow_the_clock():
    text = sta.constraints(1e6 / PERIOD)
    assert "create_clock -name clk -period 1.0000 [get_ports clk]" in text
    assert "set_input_delay 0.1000" in text and "set_false_path -from [get_ports rst]" in text


# OpenSTA 3.1 on an older one: the command knows of densities, what is under it takes transitions in a second.
LATER = """rename sta::set_power_pin_activity sta::in_a_cycle
namespace eval sta {
  variable taken 0
  proc set_power_pin_activity { pin density duty } { in_a_cycle $pin [expr $density * 2e-9] $duty }
  proc set_power_activity { args } {
    array set keys $args
    set density [expr $keys(-activity) / 2e-9]
    foreach pin [get_pins $keys(-pins)] { incr sta::taken; set_power_pin_activity $pin $density $keys(-duty) }
  }
}
proc report_activity_annotation {} { puts "input   [expr $sta::taken - %d]\\nunannotated 3" }
source sta.tcl
"""


@pytest.fixture
def later(folder, monkeypatch):
    """Let OpenSTA be a later one that loses the activity of some pins."""
    real = sta.STA.find()

    def lose(pins):
        (folder / "later.tcl").write_text(LATER % pins)
        (folder / "later").write_text(f"#!/bin/sh\nexec {real} $1 $2 later.tcl\n")
        (folder / "later").chmod(0o755)
        monkeypatch.setenv("STA", str(folder / "later"))

    return lose


def test_a_later_version_takes_the_same_activity(folder, later):
    pins = {"i1/Y": (0.5, 0.5), "i2/A": (0.5, 0.5), "i0/Q": (0.25, 0.5), "i2/Y": (0, 0.5)}
    before = sta.power(folder, "t", pins)
    later(0)
    assert sta.power(folder, "t", pins) == pytest.approx(before, rel=1e-4)
    later(1)
    with pytest.raises(ToolError, match=r"^sta has taken the activity of 3 of 4 pins; see .*sta_power.log$"):
        sta.power(folder, "t", pins)


@pytest.fixture
def saying(tmp_path, monkeypatch):
    """Let OpenSTA say something."""

    def say(text):
        program = tmp_path / "sta"
        program.write_text(f"#!/bin/sh\ncat <<'END'\n{text}\nEND\n")
        program.chmod(0o755)
        monkeypatch.setenv("STA", str(program))

    return say


def test_pins_without_activity_are_no_answer(tmp_path, saying):
    pins = {"i0/A": (0.5, 0.5), "i0/Y": (0.5, 0.5)}
    total = "Total 1.0e-03 2.0e-03 NaN 3.0e-03 100.0%"
    saying(f"unannotated 9\n{total}")
    with pytest.raises(ToolError, match="^sta has taken the activity of 0 of 2 pins"):
        sta.power(tmp_path, "t", pins)
    saying(f"input  2\nunannotated 7\n{total}")
    found = sta.power(tmp_path, "t", pins)
    assert (found["internal"], found["switching"]) == (1e-3, 2e-3) and found["leakage"] != found["leakage"]
    saying("nothing")
    with pytest.raises(ToolError, match="^sta reports no power"):
        sta.power(tmp_path, "t", pins)
