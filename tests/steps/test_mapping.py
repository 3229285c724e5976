import pytest

from accelgen.errors import InvalidOption
from accelgen.flows import sta
from accelgen.steps import mapping
from accelgen.steps.mapping import Mapped, check_clock, map_model, timing_of
from accelgen.steps.prepared import prepare
from tests.flows.test_yosys import CELLS

HEAD = "nom_voltage : 1.0; capacitive_load_unit (1, ff);"


@pytest.fixture
def mapped(home, images, tmp_path):
    (tmp_path / "cells.lib").write_text(CELLS.replace("{", f"{{ {HEAD}", 1))
    made = prepare("pixels", 1, timesteps=1, lanes=2)
    return map_model(made, tmp_path / "cells.lib", [], 100.0, lambda line: None)


def test_cells_and_the_files_of_an_analyser_are_there(mapped):
    names = {"cells.lib", "memories.lib", "netlist_sta.v", "constraints.sdc"}
    assert names <= {path.name for path in mapped.folder.iterdir()}
    area = sum(mapped.library.cells[instance.kind].area for instance in mapped.netlist.instances)
    assert mapped.kge == pytest.approx(area / 2.0 / 1000), "a NAND has 2 um2"
    assert not mapped.netlist.memories, "without macros they are registers"


def test_a_clock_that_is_too_fast_is_refused(monkeypatch, tmp_path):
    found = Mapped(None, None, {}, tmp_path, 500.0, 1.0)
    monkeypatch.setattr(sta, "installed", lambda: True)
    monkeypatch.setattr(sta, "slowest", lambda *_: {"slack_ps": -500.0, "fmax_mhz": 400.0})
    with pytest.raises(InvalidOption, match="^clock: 500 MHz is too fast: the slowest path needs 400 MHz$"):
        timing_of(found, "t")
    monkeypatch.setattr(sta, "slowest", lambda *_: {"slack_ps": 500.0, "fmax_mhz": 666.0})
    assert timing_of(found, "t")["fmax_mhz"] == 666.0
    monkeypatch.setattr(sta, "installed", lambda: False)
    assert timing_of(found, "t") is None


def test_clocks_have_a_range():
    check_clock(1.0)
    with pytest.raises(InvalidOption, match="^clock must be above 0 and at most 5,000 MHz, not -3$"):
        check_clock(-3)
    assert mapping.REGISTER_BITS > 0
