from dataclasses import replace

import pytest

from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.steps.gate_level import play_gates
from accelgen.steps.mapping import map_model
from accelgen.steps.model import model_of
from accelgen.steps.testcase import make_case
from tests.flows.test_yosys import CELLS

HEAD = "nom_voltage : 1.0; capacitive_load_unit (1, ff);"


@pytest.fixture
def ready(home, images, tmp_path):
    text = CELLS.replace("{", f"{{ {HEAD}", 1).replace("input;", "input; capacitance : 1.0;")
    (tmp_path / "cells.lib").write_text(text)
    case = make_case(model_of("pixels"), 2, timesteps=1, lanes=2)
    return case, map_model(case.hardware, tmp_path / "cells.lib", [], 100.0, lambda line: None)[0]


def test_every_transition_of_every_net_is_counted(ready):
    found = play_gates(*ready)
    assert found.images == 2 and found.cycles > 0 and 0 < found.settled < 10_000
    (clock,) = ready[1].netlist.inputs["clk"]
    assert found.toggles[clock] == 2 * found.cycles
    assert found.energy.seconds == pytest.approx(found.cycles / 100e6)
    # Each layer has its share of the cycles and of the energy, and so has the time in which none runs.
    ran = [part.layer for part in found.parts if part.layer is not None]
    assert ran == list(range(len(ready[0].network.layers)))
    assert sum(part.cycles for part in found.parts) == found.cycles
    assert sum(part.energy for part in found.parts) == pytest.approx(found.energy.total, rel=1e-6)
    assert all(part.energy > 0 for part in found.parts)
    assert 0 <= found.buffers < found.energy.total


def test_a_wrong_score_and_a_short_cycle_are_refused(ready):
    case, mapped = ready
    with pytest.raises(InvalidOption, match="^clock: 9800 MHz is too fast: "):
        play_gates(case, replace(mapped, clock=9800.0))
    case.expected.vectors.expected[1, 0] ^= 1
    with pytest.raises(InvalidRequest, match="^pixels: 1 images differ in the mapped netlist$"):
        play_gates(case, mapped)
