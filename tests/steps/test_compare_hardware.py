from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from accelgen import steps
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.flows.measured import Cycles
from accelgen.flows.yosys import Area
from accelgen.network import save
from accelgen.steps.hardware import Synthesis
from tests.stand_ins import MANIFEST, simulation
from tests.steps.answers import power_estimate
from tests.tiny_networks import mnist_network

#: The package names the step, not the module that it is in.
MODULE = import_module("accelgen.steps.compare_hardware")


@pytest.fixture
def asked(home, monkeypatch):
    """What each step was asked for; more lanes take fewer cycles, more LUTs and more energy here."""
    requests = []

    def sim(model, *, images, data, out, **choice):
        requests.append(("sim", out.name, choice))
        cycles = 1000.0 / choice["lanes"] if "lanes" in choice else 2.0
        return simulation(images=min(images, 30), cycles=Cycles(1, cycles + 7, 9), apart=cycles)

    def synth(model, *, target, out, **choice):
        requests.append(("synth", out.name, choice))
        logic = {"LUT4": 100 * choice.get("lanes", 50), "RAM40": 3, "DP16KD": 4}
        return Synthesis(Area(MANIFEST, target, logic, None, "Yosys 1"))

    def power(model, liberty, *, out, **choice):
        requests.append(("power", out.name, choice))
        energy = choice.get("lanes", 100)
        area = {"logic": 1.0, "memory": 2.0}
        return power_estimate(area_um2=area, nj_per_classification=energy, library="L")

    for step in (sim, synth, power):
        monkeypatch.setattr(MODULE, step.__name__, step)
    (home / "models" / "digits").mkdir()
    save(mnist_network(), home / "models" / "digits" / "network.safetensors")
    return requests


def test_every_form_is_measured_once_and_the_slowest_comes_first(asked, tmp_path):
    lanes = [4, 2, 64]
    comparison = steps.options("digits", tmp_path / "l", macros=[tmp_path], lanes=lanes, out=tmp_path)
    # No block has more than ten outputs, so that 64 lanes would be ten.
    folders = [f"{lanes}_lanes_tables_in_{weights}" for weights in ("ram", "rom") for lanes in (2, 4, 10)]
    played = [name for step, name, _ in asked if step == "sim"]
    assert played[:6] == folders and played[-2:] == ["unrolled", "unrolled_an_image_each_clock"]
    for step in ("synth", "power"):
        assert [name for each, name, _ in asked if each == step] == played
    rates = [row.images_per_second for row in comparison.rows]
    assert rates == sorted(rates) and comparison.rows[0].form.startswith("2 lanes")
    assert rates[0] == pytest.approx(100e6 / 500), "cycles from result to result, without the first of a run"
    first = comparison.rows[0]
    assert (first.area_um2, first.nj_per_classification, comparison.library) == (3.0, 2, "L")
    assert (first.luts, first.block_rams) == (200, 3)
    assert (comparison.played, comparison.data) == (30, "d"), "200 were asked for, and there are no more"
    assert comparison.images == 100, "those that the netlists played"


def test_the_front_is_of_all_forms(asked, tmp_path):
    rows = steps.options("digits", lanes=[2, 4, 10], out=tmp_path).rows
    # Unrolled is as large as 50 lanes and faster than all; pipelined is as large and as fast as it, here.
    assert all(row.front for row in rows)
    assert not any(step == "power" for step, *_ in asked) and rows[0].nj_per_classification is None


def test_what_is_slower_and_no_smaller_is_not_on_the_front(asked, tmp_path, monkeypatch):
    told = MODULE.synth

    def synth(model, **how):
        found = told(model, **how)
        logic = found.area.logic | ({"LUT4": 9000} if how.get("lanes") == 4 else {})
        return Synthesis(replace(found.area, logic=logic))

    monkeypatch.setattr(MODULE, "synth", synth)
    rows = steps.options("digits", lanes=[2, 4, 10], out=tmp_path).rows
    behind = [row.form for row in rows if not row.front]
    assert sorted(behind) == ["4 lanes, tables in rom", "compact, 4 lanes, tables in rom"]


def test_how_closely_results_follow_is_not_taken_from_one_result(asked, tmp_path, monkeypatch):
    told = MODULE.sim

    def sim(*given, **how):
        found = told(*given, **how)
        return replace(found, measured=replace(found.measured, apart=None))

    monkeypatch.setattr(MODULE, "sim", sim)
    with pytest.raises(InvalidRequest, match="^digits: pipelined, .*: how closely results follow"):
        steps.options("digits", lanes=[4], out=tmp_path)


def test_a_picture_is_written_beside_what_is_built(asked, tmp_path):
    comparison = steps.options("digits", lanes=[4], clock=50.0, target="ecp5", out=tmp_path)
    picture = Path(comparison.picture)
    assert picture.parent == tmp_path and "LUT4 sites, ecp5" in picture.read_text()
    assert "images a second at 50 MHz" in picture.read_text()
    assert comparison.rows[0].block_rams == 4 and comparison.rows[0].images_per_second == 50e6 / 250


def test_what_cannot_be_built_is_named(asked, tmp_path):
    comparison = steps.options("strokes", lanes=[4], out=tmp_path)
    assert {row.kind for row in comparison.rows} == {"folded", "pipelined"}
    assert [one.form for one in comparison.left_out] == ["unrolled", "unrolled, an image each clock"]
    assert all("strokes has convolutions" in one.why for one in comparison.left_out)


def test_networks_that_spike_are_compared_in_every_form(asked, tmp_path):
    comparison = steps.options("pixels", lanes=[4], out=tmp_path)
    assert {row.kind for row in comparison.rows} == {"folded", "pipelined", "unrolled"}
    assert not comparison.left_out


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"lanes": []}, "lanes: there must be at least one number"),
        ({"cycles": [0]}, "cycles must be at least 1, not 0"),
        ({"played": 1}, "played must be at least 2, not 1"),
        ({"images": 0}, "images must be at least 1, not 0"),
        ({"target": "gowin"}, "target must be one of ice40, ecp5, not 'gowin'"),
        ({"macros": [Path("m")]}, "macros are of energy: they need a library of cells, liberty"),
        ({"clock": 0.0}, "clock must be above 0"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused_before_anything_is_built(asked, tmp_path, how, sentence):
    with pytest.raises((InvalidOption, InvalidRequest), match=f"^{sentence}"):
        steps.options("digits", out=tmp_path, **how)
    assert not asked and not (tmp_path / "front.svg").exists()


def test_hardware_that_is_wrong_is_not_compared(asked, tmp_path, monkeypatch):
    monkeypatch.setattr(MODULE, "sim", lambda *_, **__: simulation(mismatches=3))
    with pytest.raises(
        InvalidRequest, match="^digits: 4 lanes, tables in rom: 3 of 4 images differ .*error is 0: nothing"
    ):
        steps.options("digits", lanes=[4], out=tmp_path)
    assert not (tmp_path / "front.svg").exists()


def test_a_network_whose_tables_no_small_device_holds_is_mapped_to_a_larger_family(
    asked, tmp_path, monkeypatch
):
    assert steps.options("digits", lanes=[4], out=tmp_path).target == "ice40"
    small = replace(MODULE.FAMILIES["ice40"], most_bits=10)
    monkeypatch.setitem(MODULE.FAMILIES, "ice40", small)
    assert steps.options("digits", lanes=[4], out=tmp_path).target == "ecp5"


def test_all_three_forms_of_a_shipped_model_are_measured(tmp_path):
    found = steps.options("friedman", lanes=[4], cycles=[100], played=20, out=tmp_path)
    assert {row.kind for row in found.rows} == {"folded", "pipelined", "unrolled"} and not found.left_out
    fastest = found.rows[-1]
    assert fastest.form == "unrolled, an image each clock" and fastest.cycles == 1.0 and fastest.front
    assert all(row.luts > 0 and row.latency >= row.cycles - 1 for row in found.rows)
    pipe = next(row for row in found.rows if row.kind == "pipelined")
    assert pipe.command == "accelgen rtl friedman --pipelined --cycles 100 --weights rom"
    assert pipe.cycles <= 110
