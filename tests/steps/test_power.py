import json

import pytest

from accelgen import steps
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.network import save
from accelgen.power.estimate import Energy
from accelgen.power.liberty import Library
from accelgen.steps.mapping import Mapped
from accelgen.steps.model import model_of
from accelgen.steps.power import _by_timestep, _not_stated
from tests.flows.test_yosys import CELLS
from tests.power.drawn import macro
from tests.tiny_networks import mnist_network

HEAD = "nom_voltage : 1.0; capacitive_load_unit (1, ff);"


@pytest.fixture
def libraries(tmp_path):
    """A library whose pins have 1 fF, with slow XORs and registers that leak; a folder with one macro."""
    text = CELLS.replace("{", f"{{ {HEAD}", 1).replace("input;", "input; capacitance : 1.0;")
    slow = 'timing () { cell_rise (scalar) { values ("0.2"); } }'
    text = text.replace('function : "A ^ B";', f'function : "A ^ B"; {slow}')
    (tmp_path / "cells.lib").write_text(text.replace("area : 6.0;", "area : 6.0; cell_leakage_power : 7.0;"))
    (tmp_path / "macros").mkdir()
    (tmp_path / "macros" / "ram.lib").write_text(macro(address=8, width=32))
    return tmp_path / "cells.lib", tmp_path / "macros"


def test_images_through_the_netlist_give_energy_by_block(home, images, libraries):
    cells, macros = libraries
    options = {"images": 3, "timesteps": 1, "lanes": 2, "weights": "ram", "clock": 10.0}
    estimate = steps.power("pixels", cells, macros=[macros], **options)
    assert estimate.mismatches == 0 and estimate.images == 3
    assert sum(part.nj for part in estimate.layers) == pytest.approx(estimate.nj_per_classification)
    assert sum(part.cycles for part in estimate.layers) == pytest.approx(estimate.cycles)
    parts = estimate.dynamic_nj | {f"leakage {part}": nj for part, nj in estimate.leakage_nj.items()}
    assert all((nj > 0) == (part != "wires") for part, nj in parts.items())
    assert "wires (the library has no wire loads)" in estimate.left_out
    assert estimate.nj_per_classification == pytest.approx(sum(parts.values()))
    codes = next(memory for memory in estimate.memories if "codes" in memory.name)
    counted = steps.sim("pixels", images=3, timesteps=1, lanes=2, weights="ram").spikes
    # Every read that the golden model counts, and those of passes that end without a word.
    assert counted.weight_words <= codes.reads < 1.1 * counted.weight_words
    facts = json.loads((home / "rtl_out" / "pixels" / "power" / "power.json").read_text())
    assert facts == estimate.to_json() and facts["lanes"] == 2 and facts["weights"] == "ram"
    assert "by_timestep" not in facts and "second_opinion" not in facts, "nobody asked"
    assert steps.power("pixels", cells, macros=[macros], **options) == estimate


def test_energy_grows_with_the_timesteps(home, images, libraries):
    cells, macros = libraries
    options = {"images": 2, "lanes": 2, "weights": "ram", "clock": 10.0}
    estimate = steps.power("pixels", cells, macros=[macros], by_timestep=2, **options)
    first, second, third = estimate.by_timestep
    assert 0 < first < second < third == pytest.approx(estimate.nj_per_classification)
    with pytest.raises(InvalidRequest, match="^small does not spike, and has no timesteps$"):
        _by_timestep(model_of("small"), 1, None, {}, print)


def test_without_macros_memories_are_registers(home, images, libraries):
    estimate = steps.power("pixels", libraries[0], images=1, timesteps=1, lanes=2, weights="ram", clock=10.0)
    assert estimate.memories == () and estimate.leakage_nj["memory"] == 0


def test_an_unrolled_network_has_no_memories(home, images, libraries):
    network = mnist_network()
    (home / "models" / "digits").mkdir()
    save(network, home / "models" / "digits" / "network.safetensors")
    estimate = steps.power("digits", libraries[0], images=2, unrolled=True, clock=10.0)
    assert estimate.manifest.unrolled and estimate.memories == () and estimate.mismatches == 0


def test_what_it_needs_is_said(home, images, libraries):
    cells, macros = libraries
    with pytest.raises(InvalidOption, match="^clock must be above 0 and at most 5,000 MHz, not 0$"):
        steps.power("pixels", cells, macros=[macros], clock=0)
    with pytest.raises(InvalidOption, match="^clock: 4000 MHz is too fast: [0-9]+ cycles ended before"):
        steps.power("pixels", cells, images=1, timesteps=1, lanes=2, clock=4000.0)


@pytest.mark.parametrize(
    ("wires", "leakage", "memories", "missing"),
    [
        ((1e-15,), (1.0, 1.0), [1], []),
        ((), (1.0, 0.0), [], ["wires (the library has no wire loads)"]),
        ((0.0, 0.0), (1.0, 1.0), [1], ["wires (the library has no wire loads)"]),
        ((1e-15,), (0.0, 0.0), [], ["leakage of logic (the library states none)"]),
        ((1e-15,), (1.0, 0.0), [1], ["leakage of memories (their library states none)"]),
    ],
)
def test_what_a_library_does_not_state_is_named(wires, leakage, memories, missing):
    library = Library("l", 1.0, {}, "model", wires)
    mapped = Mapped(None, library, [], [], None, 1.0, 1.0)
    energy = Energy({}, memories, dict(zip(("logic", "memory"), leakage, strict=True)), 1.0, {})
    assert _not_stated(mapped, energy) == missing
