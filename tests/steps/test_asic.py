import re
from pathlib import Path

import pytest

from accelgen.errors import InvalidOption, ToolError
from accelgen.flows.asic import librelane
from accelgen.flows.asic.project import PLATFORMS
from accelgen.rtl.memories import Memory
from accelgen.steps.asic import MACRO_BITS, REGISTER_BITS, asic, check_registers


@pytest.fixture
def without_librelane(monkeypatch):
    monkeypatch.setattr(librelane, "installed", lambda: False)


@pytest.mark.parametrize(
    ("flow", "platform", "own"),
    [
        ("orfs", "nangate45", ["README.md", "config.mk", "constraint.sdc"]),
        ("orfs", "sky130hd", ["README.md", "config.mk", "constraint.sdc"]),
        ("librelane", "sky130hd", ["README.md", "config.json"]),
    ],
)
def test_a_project_is_whole(home, without_librelane, flow, platform, own):
    made = asic("small", flow=flow, platform=platform, lanes=2)
    folder = home / "rtl_out" / "small" / f"{flow}_{platform}"
    assert made.folder == folder and made.clock_mhz == PLATFORMS[platform].clock
    assert made.files == tuple(sorted([*own, "manifest.json", "small.v", "small.vlt"]))
    assert made.files == tuple(sorted(path.name for path in folder.iterdir()))
    assert made.run[0] == f"cd {folder}" and made.checked is None
    for name in made.files:
        assert str(home) not in (folder / name).read_text(), "a project can be moved"


def test_the_same_model_gives_the_same_bytes(home, tmp_path, without_librelane):
    names = ("once", "once more")
    for name in names:
        made = asic("pixels", flow="orfs", platform="sky130hd", clock=33.0, out=tmp_path / name, lanes=2)
    assert made.run[0] == f"cd '{tmp_path / name}'"
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in names)
    assert first == second and "config.mk" in first


def test_memories_are_counted_and_the_largest_is_allowed(home, tmp_path):
    made = asic("small", out=tmp_path / "out", lanes=2)
    text = (tmp_path / "out" / "config.mk").read_text()
    assert made.logic_bits > made.register_bits > 0
    assert "SYNTH_MEMORY_MAX_BITS" not in text, "all of them are small"
    unrolled = asic("small", out=tmp_path / "unrolled", unrolled=True)
    assert unrolled.logic_bits == unrolled.register_bits == 0 and unrolled.manifest.unrolled


def test_tables_that_are_loaded_are_flip_flops_where_there_are_no_macros(home, tmp_path):
    said = []
    made = asic("small", platform="sky130hd", out=tmp_path / "out", lanes=2, weights="ram", say=said.append)
    assert made.logic_bits == made.macro_bits == 0 and made.macros == {}
    assert said == [f"{made.register_bits:,} bits of memories become flip-flops"]
    assert "memories.v" not in made.files


def test_large_tables_that_are_loaded_are_macros_where_there_are_some(home, tmp_path):
    plain = asic("pixels", platform="sky130hd", out=tmp_path / "plain", lanes=2, weights="ram")
    made = asic("pixels", out=tmp_path / "out", lanes=2, weights="ram")
    assert made.macro_bits >= MACRO_BITS
    assert made.macro_bits + made.register_bits == plain.register_bits
    text = (tmp_path / "out" / "memories.v").read_text()
    assert {name: text.count(f"  {name} ") for name in made.macros} == made.macros
    config = (tmp_path / "out" / "config.mk").read_text()
    assert "$(dir $(DESIGN_CONFIG))memories.v" in config
    assert all(f"/{name}.lef" in config for name in made.macros)


@pytest.mark.parametrize("more", [0, 1])
def test_too_many_flip_flops_are_refused(more):
    memories = [
        Memory("activations0", 1, REGISTER_BITS + more, "ram", "working"),
        Memory("codes", 99, REGISTER_BITS, "rom", "table"),
    ]
    if not more:
        check_registers(memories)
        return
    message = (
        "32,769 bits of memories would be flip-flops, and 32,768 are the limit: use --weights rom, "
        "or --platform nangate45, where SRAM macros hold tables"
    )
    with pytest.raises(InvalidOption, match=f"^{re.escape(message)}$"):
        check_registers(memories)


@pytest.mark.parametrize("clock", [0, -5, 5001])
def test_a_clock_is_a_clock(home, tmp_path, clock):
    with pytest.raises(InvalidOption, match="^clock must be above 0"):
        asic("small", clock=clock, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_librelane_is_asked_before_anything_is_there(home, tmp_path, monkeypatch):
    seen = []

    def refuse(folder: Path) -> str:
        seen.extend(path.name for path in folder.iterdir())
        raise ToolError("config.json: no")

    monkeypatch.setattr(librelane, "installed", lambda: True)
    monkeypatch.setattr(librelane, "check", refuse)
    with pytest.raises(ToolError, match="^config.json: no$"):
        asic("small", flow="librelane", out=tmp_path / "out", lanes=2)
    assert {"config.json", "small.v"} <= set(seen) and not (tmp_path / "out").exists()
    monkeypatch.setattr(librelane, "check", lambda folder: "3.0.17")
    assert asic("small", flow="librelane", out=tmp_path / "out", lanes=2).checked == "3.0.17"
