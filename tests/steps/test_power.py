import pytest

from accelgen import steps
from accelgen.errors import InvalidOption, InvalidRequest
from tests.flows.test_yosys import CELLS
from tests.power.drawn import macro

HEAD = "nom_voltage : 1.0; capacitive_load_unit (1, ff);"


@pytest.fixture
def libraries(tmp_path):
    """A library whose pins have 1 fF and whose registers leak, and a folder with one macro."""
    text = CELLS.replace("{", f"{{ {HEAD}", 1).replace("input;", "input; capacitance : 1.0;")
    (tmp_path / "cells.lib").write_text(text.replace("area : 6.0;", "area : 6.0; cell_leakage_power : 7.0;"))
    (tmp_path / "macros").mkdir()
    (tmp_path / "macros" / "ram.lib").write_text(macro(address=8, width=32))
    return tmp_path / "cells.lib", tmp_path / "macros"


def test_images_through_the_netlist_give_energy_by_block(home, images, libraries):
    cells, macros = libraries
    options = {"images": 3, "timesteps": 1, "lanes": 2, "weights": "ram", "clock": 10.0}
    found = steps.power("pixels", cells, macros=[macros], **options)
    assert found["mismatches"] == 0 and found["images"] == 3
    parts = [*found["dynamic_nj"].values(), *found["leakage_nj"].values()]
    assert all(part > 0 for part in parts)
    assert found["nj_per_classification"] == pytest.approx(sum(parts))
    codes = next(memory for memory in found["memories"] if "codes" in memory["name"])
    sim = steps.sim("pixels", images=3, timesteps=1, lanes=2, weights="ram")
    # Every read that the golden model counts, and those of passes that end without a word.
    assert sim["weight_words"] <= codes["reads"] < 1.1 * sim["weight_words"]
    assert steps.power("pixels", cells, macros=[macros], **options) == found


def test_what_it_needs_is_said(home, images, libraries):
    cells, macros = libraries
    with pytest.raises(
        InvalidRequest, match=r"^memories need macros: name their Liberty files \(--macros\)$"
    ):
        steps.power("pixels", cells, images=1, lanes=2)
    with pytest.raises(InvalidOption, match="^clock must be above 0 MHz, not 0$"):
        steps.power("pixels", cells, macros=[macros], clock=0)
