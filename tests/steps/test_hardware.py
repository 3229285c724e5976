import json

import pytest

from accelgen import steps
from accelgen.errors import InvalidNetwork, InvalidOption, InvalidRequest
from accelgen.flows.yosys import Area
from accelgen.network import save
from accelgen.records import record
from accelgen.rtl.manifest import Manifest
from accelgen.steps.model import model_of
from tests.tiny_networks import small_network


@pytest.fixture
def home(tmp_path, monkeypatch):
    (tmp_path / "models" / "small").mkdir(parents=True)
    save(small_network(), tmp_path / "models" / "small" / "network.safetensors")
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    return tmp_path


def test_the_same_network_gives_the_same_bytes(home):
    first = {path.name: path.read_bytes() for path in _files(steps.rtl("small", out=home / "one"))}
    second = {path.name: path.read_bytes() for path in _files(steps.rtl("small", out=home / "two"))}
    assert first == second and set(first) == {"small.v", "manifest.json"}


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

    def fail(network, datapath, folder, bus):
        (folder / "small.v").write_text("half")
        raise InvalidRequest("the disk is full")

    monkeypatch.setattr("accelgen.steps.hardware.write", fail)
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
    names = {"small.v", "manifest.json", "weights.bin", "registers.md", "small.svd", "small.c", "small.h"}
    assert {path.name for path in _files(made)} == names | {"small_registers.h"}
    assert set(made.manifest.files.values()) == names - {"manifest.json"} | {"small_registers.h"}
    assert made.manifest.bus.bus == "wishbone" and "wb_cyc_i" in (home / "out" / "small.v").read_text()
    assert Manifest.read(home / "out" / "manifest.json") == made.manifest
    assert {path.name: path.read_bytes() for path in _files(steps.rtl("small", out=home / "out"))} == plain


def test_a_bus_that_there_is_not_leaves_nothing_behind(home):
    with pytest.raises(InvalidOption, match="^bus must be 'axi-lite' or 'wishbone', not 'ahb'$"):
        steps.rtl("small", bus="ahb", out=home / "out")
    assert not (home / "out").exists()


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
