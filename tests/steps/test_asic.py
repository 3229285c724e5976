import re
from pathlib import Path

import pytest

from accelgen.errors import InvalidOption, ToolError
from accelgen.flows.asic import librelane
from accelgen.flows.asic.project import PLATFORMS
from accelgen.steps.asic import REGISTER_BITS, asic, check_registers


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
    assert made["folder"] == str(folder) and made["clock_mhz"] == PLATFORMS[platform].clock
    assert made["files"] == sorted([*own, "manifest.json", "small.v"])
    assert made["files"] == sorted(path.name for path in folder.iterdir())
    assert made["run"][0] == f"cd {folder}" and made["checked"] is None
    for name in made["files"]:
        assert str(home) not in (folder / name).read_text(), "a project can be moved"


def test_the_same_model_gives_the_same_bytes(home, tmp_path, without_librelane):
    for name in ("once", "twice"):
        asic("pixels", flow="orfs", platform="sky130hd", clock=33.0, out=tmp_path / name, lanes=2)
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("once", "twice"))
    assert first == second and "config.mk" in first


def test_memories_are_counted_and_the_largest_is_allowed(home, tmp_path):
    made = asic("small", out=tmp_path / "out", lanes=2)
    text = (tmp_path / "out" / "config.mk").read_text()
    assert made["logic_bits"] > made["register_bits"] > 0
    assert "SYNTH_MEMORY_MAX_BITS" not in text, "all of them are small"
    unrolled = asic("small", out=tmp_path / "unrolled", unrolled=True)
    assert unrolled["logic_bits"] == unrolled["register_bits"] == 0 and unrolled["unrolled"]


def test_tables_that_are_loaded_are_flip_flops_and_this_is_said(home, tmp_path):
    said = []
    made = asic("small", out=tmp_path / "out", lanes=2, weights="ram", say=said.append)
    assert made["logic_bits"] == 0
    assert said == [f"{made['register_bits']:,} bits of tables and activations become flip-flops"]


@pytest.mark.parametrize("more", [0, 1])
def test_too_many_flip_flops_are_refused(more):
    memories = [
        {"depth": 1, "width": REGISTER_BITS + more, "kind": "ram"},
        {"depth": 99, "width": REGISTER_BITS, "kind": "rom"},
    ]
    if not more:
        check_registers(memories)
        return
    message = (
        "memories that are written have 32,769 bits, and above 32,768 they are not made of flip-flops: "
        "use --weights rom"
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
    assert asic("small", flow="librelane", out=tmp_path / "out", lanes=2)["checked"] == "3.0.17"
