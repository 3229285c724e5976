from dataclasses import replace

import pytest

from accelgen import steps
from accelgen.cards.measure import cycles, played, simulated, synthesised
from accelgen.errors import InvalidRequest, ToolError
from tests.steps.answers import manifest, memory, synthesis

FOUND = {
    "simulator": "verilator",
    "images": 1000,
    "lanes": 8,
    "mismatches": 0,
    "cycles": {"min": 1, "mean": 2.26, "max": 3},
    "ideal_cycles": 2.04,
    "utilisation": 0.90268,
    "images_per_second": 123.4,
}


def test_cycles_are_rounded_and_say_what_they_hold_for():
    figures = {figure.name: figure for figure in cycles("accelgen sim m", FOUND)}
    assert (figures["cycles_mean"].value, figures["ideal_cycles"].value) == (2.3, 2.0)
    assert figures["utilisation"].value == 0.9027 and figures["utilisation"].better == "higher"
    assert figures["cycles_max"].conditions == {"images": "1,000", "lanes": "8"}


def test_unrolled_hardware_has_no_lanes_and_is_not_for_fpgas(monkeypatch):
    unrolled = {name: value for name, value in FOUND.items() if name != "lanes"}
    assert cycles("accelgen sim m", unrolled)[0].conditions == {"images": "1,000", "form": "unrolled"}
    monkeypatch.setattr(steps, "synth", lambda model, target: synthesis(target, manifest(unrolled=True)))
    monkeypatch.setattr(steps, "unrolled", lambda model: True)
    figures = synthesised("m", print)
    assert {figure.command for figure in figures} == {"accelgen synth m --target generic"}
    assert figures[0].conditions["form"] == "unrolled"


def test_wrong_hardware_has_no_figures():
    assert played("m", FOUND) is FOUND
    with pytest.raises(InvalidRequest, match="^m: 2 images differ in verilator: no card is written$"):
        played("m", FOUND | {"mismatches": 2})


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


def layers(side):
    """Two layers of `steps.info`: nine weights at each place of a padded image, and ten weights."""
    window = {"height": side, "width": side, "kernel": 3, "stride": 1, "padding": 1}
    conv = {"weight_bits": 2, "stored_bits": {"codes": 18}, "window": window}
    return {"layers": [conv, {"weight_bits": 3, "stored_bits": {"codes": 30}}]}


@pytest.mark.parametrize(("side", "images"), [(8, None), (500, 500)])
def test_convolutions_have_cycles_by_layer_and_large_ones_take_fewer_images(monkeypatch, side, images):
    by_layer = [{"name": "a", "cycles": 1.26, "utilisation": 0.51239}]
    asked = {}
    monkeypatch.setattr(steps, "sim", lambda model, **how: asked.update(how) or FOUND | {"layers": by_layer})
    figures = {figure.name: figure for figure in simulated("m", layers(side), None, print)}
    assert asked["images"] == images
    assert figures["cycles_mean"].command == "accelgen sim m" + (f" --images {images}" if images else "")
    assert figures["layer_a_cycles"].value == 1.3 and figures["layer_a_utilisation"].value == 0.5124
