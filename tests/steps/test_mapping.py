import pytest

from accelgen.errors import InvalidOption
from accelgen.flows import sta
from accelgen.flows.sta import SlowestPath
from accelgen.steps import mapping
from accelgen.steps.mapping import _timed, map_model
from accelgen.steps.model import model_of
from accelgen.steps.testcase import make_case
from tests.flows.test_yosys import CELLS

HEAD = "nom_voltage : 1.0; capacitive_load_unit (1, ff);"


@pytest.fixture
def mapped(home, images, tmp_path):
    (tmp_path / "cells.lib").write_text(CELLS.replace("{", f"{{ {HEAD}", 1))
    case = make_case(model_of("pixels"), 1, timesteps=1, lanes=2)
    return map_model(case.hardware, tmp_path / "cells.lib", [], 100.0, lambda line: None)[0]


def test_cells_and_the_files_of_an_analyser_are_there(mapped):
    names = {"cells.lib", "memories.lib", "netlist_sta.v", "constraints.sdc"}
    assert names <= {path.name for path in mapped.folder.iterdir()}
    area = sum(mapped.library.cells[instance.kind].area for instance in mapped.netlist.instances)
    assert mapped.kge == pytest.approx(area / 2.0 / 1000), "a NAND has 2 um2"
    assert not mapped.netlist.memories, "without macros they are registers"


@pytest.fixture
def analyser(monkeypatch):
    """OpenSTA, for which the slowest path takes 2.45 ns and a tenth of the cycle."""

    def slowest(folder, top, clock):
        assert f"-period {1000 / clock:.4f}" in (folder / "constraints.sdc").read_text()
        period = 1000 / clock
        slack = 0.9 * period - 2.45
        return SlowestPath(1000 / (period - slack), 1000 * slack, "i0", "i1", 3, "OpenSTA 9")

    monkeypatch.setattr(sta, "installed", lambda: True)
    monkeypatch.setattr(sta, "slowest", slowest)


def test_a_clock_that_is_too_fast_is_refused(analyser, tmp_path):
    with pytest.raises(InvalidOption, match="^clock: 500 MHz is too fast: the slowest path allows 377 MHz$"):
        _timed(tmp_path, "t", 500.0, asked=True)
    assert _timed(tmp_path, "t", 300.0, asked=True)[0] == 300.0


def test_a_clock_that_nobody_asked_for_is_lowered_until_it_is_met(analyser, tmp_path):
    clock, path = _timed(tmp_path, "t", 500.0, asked=False)
    assert clock == 360 and path.slack_ps >= 0


def test_without_an_analyser_the_clock_stays(monkeypatch, tmp_path):
    monkeypatch.setattr(sta, "installed", lambda: False)
    assert _timed(tmp_path, "t", 500.0, asked=False) == (500.0, None)


def test_registers_have_a_limit():
    assert mapping.REGISTER_BITS > 0
