import json
from dataclasses import replace

import pytest

from accelgen import steps
from accelgen.errors import InvalidNetwork, InvalidOption, InvalidRequest
from accelgen.flows.yosys import Area
from accelgen.network import save
from accelgen.records import record
from accelgen.rtl.manifest import Manifest
from accelgen.steps.hardware import bare
from accelgen.steps.model import model_of
from tests.tiny_networks import small_network

#: What is written without any option.
BARE = {"small.v", "small.vlt", "manifest.json"}
PLAIN = BARE | {
    *("small_template.vh", "small.f", "small.sdc", "small.xdc", "small.core", "small.xml", "small_litex.py"),
    *("small.py", "small_tb.v", "small_tb_images.hex", "small_tb_results.hex"),
}
HEX = {f"small_engine_{memory}_memory.hex" for memory in ("bias", "array_index", "array_codes")}
BUS = {"registers.md", "small.svd", "small.c", "small.h", "small_registers.h"}


@pytest.fixture
def home(tmp_path, monkeypatch):
    (tmp_path / "models" / "small").mkdir(parents=True)
    save(small_network(), tmp_path / "models" / "small" / "network.safetensors")
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    return tmp_path


def test_the_same_network_gives_the_same_bytes(home):
    first = {path.name: path.read_bytes() for path in _files(steps.rtl("small", out=home / "one"))}
    second = {path.name: path.read_bytes() for path in _files(steps.rtl("small", out=home / "two"))}
    assert first == second and set(first) == PLAIN


def test_tables_in_ram_come_with_their_frame(home):
    made = steps.rtl("small", weights="ram", out=home / "ram")
    manifest = json.loads((home / "ram" / "manifest.json").read_text())
    assert made.manifest.to_json() == manifest and manifest["weights"] == "ram"
    words = sum(
        m["depth"] * -(-m["width"] // 32) for m in manifest["memories"] if m["name"][:11] != "activations"
    )
    assert (home / "ram" / manifest["files"]["load"]).stat().st_size == 4 * words


def test_a_network_that_is_refused_leaves_nothing_behind(home):
    path = home / "models" / "small" / "network.safetensors"
    path.write_bytes(b"not a network")
    with pytest.raises(InvalidNetwork):
        steps.rtl("small")
    assert not list((home / "rtl_out").glob("*")) if (home / "rtl_out").exists() else True


def test_what_other_steps_wrote_stays(home):
    steps.rtl("small")
    (home / "rtl_out" / "small" / "reports").mkdir()
    steps.rtl("small")
    assert {path.name for path in (home / "rtl_out").iterdir()} == {"small"}
    assert (home / "rtl_out" / "small" / "reports").is_dir()


def test_a_failed_write_keeps_the_old_files_whole(home, monkeypatch):
    made = steps.rtl("small")
    before = [path.read_bytes() for path in _files(made)]

    def fail(manifest):
        raise InvalidRequest("the disk is full")

    monkeypatch.setattr(Manifest, "text", fail)  # all other files are written by then
    with pytest.raises(InvalidRequest, match="^the disk is full$"):
        steps.rtl("small")
    assert [path.read_bytes() for path in _files(made)] == before
    assert [path.name for path in (home / "rtl_out").iterdir()] == ["small"]


def test_what_is_printed_as_json_is_of_the_shipped_model(tmp_path, monkeypatch):
    monkeypatch.delenv("ACCELGEN_HOME", raising=False)
    hardware = steps.rtl("mnist_3b_8x", out=tmp_path / "out")
    facts = hardware.to_json()
    assert facts["compression"] == 8 and facts["lanes_requested"] == facts["lanes"] == 16
    assert facts["verilog"] == str(tmp_path / "out" / "mnist_3b_8x.v") and hardware.load is None
    assert facts["stored_bits"] == hardware.stored_bits and facts["memories"] == record(
        hardware.manifest.memories
    )


def test_an_area_says_how_the_hardware_is_built(home, monkeypatch):
    def area(verilog, manifest, target, out, liberty):
        return Area(manifest, target, {"cells": 7}, None, "Yosys 1")

    monkeypatch.setattr("accelgen.flows.yosys.synth", area)
    names = ["name", "target", "lanes", "weights", "network_sha256", "logic", "memories", "memory_bits"]
    folded = steps.synth("small", lanes=4).to_json()
    assert list(folded) == [*names, "liberty", "tool", "unrolled", "skip_zeros"] and folded["lanes"] == 4
    unrolled = steps.synth("small", unrolled=True).to_json()
    assert list(unrolled) == [*names, "liberty", "tool", "unrolled"] and unrolled["lanes"] is None


def test_a_model_that_was_read_is_not_read_again(home):
    model = model_of("small")
    model.path.unlink()
    assert steps.rtl(model).name == "small"


def _files(made):
    return sorted(path for path in made.folder.iterdir() if path.is_file())


def test_behind_a_bus_software_gets_what_it_needs_and_without_one_nothing_of_it_stays(home):
    plain = {path.name: path.read_bytes() for path in _files(steps.rtl("small", out=home / "out"))}
    made = steps.rtl("small", bus="wishbone", weights="ram", out=home / "out")
    names = PLAIN | BUS | {"weights.bin", "small_tb_tables.hex"}
    assert {path.name for path in _files(made)} == names
    assert set(made.manifest.files.values()) == names - {"manifest.json"}
    assert made.manifest.bus.bus == "wishbone" and "wb_cyc_i" in (home / "out" / "small.v").read_text()
    assert Manifest.read(home / "out" / "manifest.json") == made.manifest
    assert {path.name: path.read_bytes() for path in _files(steps.rtl("small", out=home / "out"))} == plain


def test_a_bus_that_there_is_not_leaves_nothing_behind(home):
    with pytest.raises(InvalidOption, match="^bus must be 'axi-lite' or 'wishbone', not 'ahb'$"):
        steps.rtl("small", bus="ahb", out=home / "out")
    assert not (home / "out").exists()


@pytest.mark.parametrize("name", ["small.v", "small_template.vh", "registers.md"])
def test_a_file_of_ones_own_is_never_written_over(home, name):
    out = home / "out"
    out.mkdir()
    (out / name).write_text("one's own")
    for _ in range(2):  # what was refused has left no list on which the file would be
        with pytest.raises(InvalidRequest, match=f"out/{name}: was there before and is not of accelgen rtl"):
            steps.rtl("small", bus="axi-lite", out=out)
        assert [(path.name, path.read_text()) for path in out.iterdir()] == [(name, "one's own")]
    (out / name).unlink()
    steps.rtl("small", out=out)
    (out / "registers.md").write_text("one's own")
    with pytest.raises(InvalidRequest, match="registers.md: was there before"):
        steps.rtl("small", bus="axi-lite", out=out)
    steps.rtl("small", lanes=4, out=out)
    assert (out / "registers.md").read_text() == "one's own"


def test_a_folder_in_the_way_leaves_nothing_half_written(home):
    (home / "out" / "small.v").mkdir(parents=True)
    with pytest.raises(InvalidRequest, match="out/small.v: was there before"):
        steps.rtl("small", out=home / "out")
    assert [path.name for path in (home / "out").iterdir()] == ["small.v"]


@pytest.mark.parametrize("manifest", [None, "{}", "no JSON"])
def test_files_that_no_earlier_run_has_written_stay(home, manifest):
    out = home / "out"
    out.mkdir()
    if manifest is not None:
        (out / "manifest.json").write_text(manifest)
    own = [out / "registers.md", out / "small.c", out / "small.svd"]
    for path in own:
        path.write_text("mine")
    for _ in range(2):  # the second run finds the manifest of the first
        steps.rtl("small", out=out)
        assert [path.read_text() for path in own] == ["mine"] * 3


@pytest.mark.parametrize(
    ("options", "more"),
    [({}, set()), ({"weights": "ram"}, {"weights.bin"}), ({"rom": "hex"}, HEX), ({"bus": "axi-lite"}, set())],
)
def test_a_minimal_build_has_what_the_verilog_needs_and_takes_the_rest_away(home, options, more):
    full = steps.rtl("small", out=home / "out", **options)
    assert {path.name for path in _files(full)} >= PLAIN | more
    small = steps.rtl("small", minimal=True, out=home / "out", **options)
    assert {path.name for path in _files(small)} == BARE | more
    assert set(small.manifest.files.values()) == BARE - {"manifest.json"} | more
    assert replace(small.manifest, files={}) == replace(full.manifest, files={})


def test_tables_in_files_go_when_the_verilog_reads_none(home):
    made = steps.rtl("small", rom="hex", out=home / "out")
    assert set(made.manifest.files) > {"rom_engine_bias_memory"}
    assert {path.name for path in _files(made)} == PLAIN | HEX
    assert {path.name for path in _files(steps.rtl("small", out=home / "out"))} == PLAIN


def test_what_a_step_reads_is_bare_and_what_was_delivered_of_the_same_hardware_stays(home):
    assert {path.name for path in _files(bare("small"))} == BARE
    full = steps.rtl("small")
    kept = bare("small")
    assert {path.name for path in _files(kept)} == PLAIN and kept.manifest == full.manifest
    assert Manifest.read(kept.folder / "manifest.json") == full.manifest
    other = bare("small", lanes=3)
    assert {path.name for path in _files(other)} == BARE and other.manifest.lanes == 3


def test_the_clock_is_in_the_constraints(home):
    made = steps.rtl("small", clock=250.0)
    assert "-period 4.0000 " in (made.folder / made.manifest.files["sdc"]).read_text()
    assert "-period 4.0000 " in (made.folder / made.manifest.files["xdc"]).read_text()
    with pytest.raises(InvalidOption, match="^clock must be above 0 and at most 5,000 MHz, not 0$"):
        steps.rtl("small", clock=0.0)
