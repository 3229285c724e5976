from dataclasses import replace

import pytest

from accelgen import steps
from accelgen.cards.measure import cycles, played, simulated, synthesised
from accelgen.errors import InvalidRequest, ToolError
from accelgen.flows.measured import Cycles
from accelgen.network.window import Window
from accelgen.steps.simulation import LayerCycles
from tests.stand_ins import overview, simulation
from tests.steps.answers import manifest, memory, synthesis

PLAYED = replace(
    simulation({"lanes": 8}, images=1000, cycles=Cycles(1, 2.26, 3)), ideal_cycles=0.90268 * 2.26
)


def test_cycles_are_rounded_and_say_what_they_hold_for():
    figures = {figure.name: figure for figure in cycles("accelgen sim m", PLAYED)}
    assert (figures["cycles_mean"].value, figures["ideal_cycles"].value) == (2.3, 2.0)
    assert figures["utilisation"].value == 0.9027 and figures["utilisation"].better == "higher"
    assert figures["cycles_max"].conditions == {"images": "1,000", "lanes": "8"}


def test_unrolled_hardware_has_no_lanes_and_is_not_for_fpgas(monkeypatch):
    unrolled = simulation({"form": "unrolled", "lanes": None}, images=1000)
    assert cycles("accelgen sim m", unrolled)[0].conditions == {"images": "1,000", "form": "unrolled"}
    monkeypatch.setattr(steps, "synth", lambda model, target: synthesis(target, manifest(unrolled=True)))
    monkeypatch.setattr(steps, "unrolled", lambda model: True)
    figures = synthesised("m", print)
    assert {figure.command for figure in figures} == {"accelgen synth m --target generic"}
    assert figures[0].conditions["form"] == "unrolled"


def test_wrong_hardware_has_no_figures():
    assert played("m", PLAYED) is PLAYED
    with pytest.raises(InvalidRequest, match="^m: 2 images differ in verilator: no card is written$"):
        played("m", simulation(mismatches=2))


def test_a_family_without_room_is_told_and_left_out(monkeypatch):
    def synth(model, target):
        if target == "ice40":
            raise ToolError("no room")
        return synthesis(target, manifest(lanes=8))

    monkeypatch.setattr(steps, "synth", synth)
    monkeypatch.setattr(steps, "unrolled", lambda model: False)
    said = []
    names = [figure.name for figure in synthesised("m", said.append)]
    assert names == ["synth_generic_cells", "memory_bits", "synth_ecp5_cells", "synth_gowin_cells"]
    assert "m: no figures for ice40: no room" in said


def test_a_network_of_much_memory_is_not_mapped_for_ice40(monkeypatch):
    large = replace(manifest(lanes=8), memories=(memory(600_000),))
    monkeypatch.setattr(steps, "synth", lambda model, target: synthesis(target, large))
    monkeypatch.setattr(steps, "unrolled", lambda model: False)
    said = []
    names = [figure.name for figure in synthesised("m", said.append)]
    assert names == ["synth_generic_cells", "memory_bits", "synth_ecp5_cells", "synth_gowin_cells"]
    assert "m: no figures for ice40: 600,000 bits of memory are several times its largest device" in said


def convolving(side):
    """Return an overview of two layers: nine weights at each place of a padded image, and ten weights."""
    window = Window(side, side, channels=1, kernel=3, padding=1)
    conv, dense, _ = overview().layers
    conv = replace(conv, weight_bits=2, stored_bits={"codes": 18}, window=window, channels=1)
    return overview(layers=(conv, replace(dense, weight_bits=3, stored_bits={"codes": 30})))


@pytest.mark.parametrize(("side", "images"), [(8, None), (500, 500)])
def test_convolutions_have_cycles_by_layer_and_large_ones_take_fewer_images(monkeypatch, side, images):
    by_layer = replace(PLAYED, layers=(LayerCycles("a", 0.51239 * 1.26, 1.26),))
    asked = {}
    monkeypatch.setattr(steps, "sim", lambda model, **how: asked.update(how) or by_layer)
    figures = {figure.name: figure for figure in simulated("m", convolving(side), None, print)}
    assert asked["images"] == images
    assert figures["cycles_mean"].command == "accelgen sim m" + (f" --images {images}" if images else "")
    assert figures["layer_a_cycles"].value == 1.3 and figures["layer_a_utilisation"].value == 0.5124
