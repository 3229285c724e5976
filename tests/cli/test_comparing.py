"""What people see of forms of hardware side by side."""

import re
from dataclasses import replace

from accelgen import steps
from accelgen.cli.comparing import compared
from accelgen.steps.compare_hardware import HardwareChoice, HardwareComparison
from accelgen.steps.forms import LeftOut

ROW = HardwareChoice(
    "8 lanes, tables in rom", "folded", "accelgen rtl n --lanes 8", {}, 1000.5, 1200.0, 99950.0, 1234, 5, True
)
FOUND = HardwareComparison(
    "n", "ice40", 100.0, 200, "d", None, 0, (ROW,), (LeftOut("pipelined", "it spikes"),), "f"
)


def shown(capsys, found):
    compared(found)
    return re.sub(r"\s+", " ", capsys.readouterr().out)


def test_forms_are_compared(capsys):
    out = shown(capsys, FOUND)
    assert "* 8 lanes, tables in rom 99,950 1,234 5 1,000.5 1,200.0" in out and "nJ" not in out
    assert "left out: pipelined: it spikes" in out and "accelgen rtl n --lanes 8" in out and "wrote f" in out
    assert "at 100 MHz, LUT4 sites of ice40, mean of 200 images (d)" in out


def test_energy_stands_beside_where_it_was_measured(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    row = replace(ROW, front=False, latency=None, area_um2=12345.6, memory_bits=789, clock_mhz=750.0)
    row = replace(row, nj_per_classification=4.567, dynamic_nj={}, leakage_nj={})
    out = shown(capsys, replace(FOUND, rows=(row,), library="tiny", images=10))
    assert "1,000.5 - 4.57 12,346 789 750" in out and "*" not in out.partition("images/s")[2]
    assert "in cells of tiny, mean of 10 images" in out


def test_the_command_hands_on_what_was_said(accelgen, monkeypatch):
    told = {}

    def options(model, liberty, **how):
        told.update(how, model=model, liberty=liberty)
        return FOUND

    monkeypatch.setattr(steps, "options", options)
    code, out, _ = accelgen("options", "small", "--cycles", 4, "--cycles", 9, "--clock", 25, "--json")
    assert code == 0 and '"left_out"' in out and "lanes" not in told
    assert (told["cycles"], told["clock"], told["liberty"], told["model"]) == ((4, 9), 25.0, None, "small")
    assert accelgen("options", "small", "--lanes", 4)[0] == 0 and told["lanes"] == (4,)
