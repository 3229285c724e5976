import json
import stat

import pytest

from accelgen.errors import InvalidRequest, ToolError
from accelgen.families import FAMILIES
from accelgen.flows import fpga
from accelgen.flows.fpga import Resource, Target, bitstream, load, read_report

ICE40 = Target(FAMILIES["ice40"], 12_000_000, ("--up5k",), ())
CELLS = {
    "ICESTORM_LC": {"used": 4000, "available": 5280},
    "ICESTORM_RAM": {"used": 13, "available": 30},
    "ICESTORM_SPRAM": {"used": 3, "available": 4},
    "ICESTORM_DSP": {"used": 0, "available": 8},
}


def report(fmax=23.456, **cells) -> str:
    return json.dumps({"utilization": CELLS | cells, "fmax": {"clk": {"achieved": fmax, "constraint": 12}}})


def test_what_a_report_says():
    placement = read_report(report(), ICE40)
    assert placement.resources["LUTs"] == Resource(used=4000, available=5280)
    assert placement.resources["SPRAMs"].used == 3 and placement.resources["DSPs"].used == 0
    assert (placement.fmax_mhz, placement.meets_clock) == (23.46, True)


def test_a_clock_that_is_not_reached_is_told():
    assert not read_report(report(fmax=11.9), ICE40).meets_clock


def test_the_slowest_of_several_clocks_counts():
    clocks = {"a": {"achieved": 50.0}, "b": {"achieved": 20.0}}
    assert read_report(json.dumps({"utilization": CELLS, "fmax": clocks}), ICE40).fmax_mhz == 20.0


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("no JSON", "lacks a figure"),
        ("{}", "lacks a figure"),
        (json.dumps({"utilization": CELLS, "fmax": {}}), "lacks a figure"),
        (report(ICESTORM_LC={"used": 0, "available": 5280}), "counts no LUTs"),
    ],
)
def test_a_report_without_its_figures_is_refused(text, rule):
    with pytest.raises(ToolError, match=rule):
        read_report(text, ICE40)


def program(folder, name: str, script: str) -> str:
    """Write a program that says its version when asked, and else does as told."""
    path = folder / name
    path.write_text(
        f'#!/bin/sh\ncase "$*" in -V|--version) echo "Yosys 0.99 Version nextpnr-9"; exit;; esac\n{script}\n'
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """Programs that leave what the real ones would."""
    (tmp_path / "bin").mkdir()
    scripts = {
        "YOSYS": "touch top.json",
        "NEXTPNR_ICE40": f"test -f top.json && echo '{report()}' > report.json && touch top.asc",
        "ICEPACK": 'cp "$1" "$2"',
        "OPENFPGALOADER": 'test -f "$3" && echo "loaded $2"',
    }
    for name, script in scripts.items():
        monkeypatch.setenv(name, program(tmp_path / "bin", name.lower(), script))
    return tmp_path


FILES = {"top.ys": "", "top.il": b"", "top.pcf": ""}


def test_three_programs_make_a_bitstream(tools):
    built = bitstream(FILES, ICE40, tools / "out")
    assert built.file == "top.bin" and (tools / "out" / "top.bin").is_file()
    assert built.placement.resources["block_RAMs"].used == 13
    assert set(built.seconds) == {"synthesis", "placement", "packing"}
    assert built.tools == ["Yosys 0.99", "nextpnr-ice40 9"]


def test_a_program_that_fails_is_named_with_its_log(tools, monkeypatch):
    failing = program(tools / "bin", "full", 'echo "ERROR: Unable to place cell"; exit 1')
    monkeypatch.setenv("NEXTPNR_ICE40", failing)
    with pytest.raises(ToolError, match=r"^placement: .*ERROR: Unable to place cell\); see .*placement.log$"):
        bitstream(FILES, ICE40, tools / "out")


def test_a_missing_program_is_named_before_anything_runs(tools, monkeypatch):
    monkeypatch.setenv("ICEPACK", "no-such-program")
    with pytest.raises(ToolError, match=r"^no-such-program is not installed: pip install 'accelgen\[fpga\]'"):
        bitstream(FILES, ICE40, tools / "out")
    assert not (tools / "out").exists()


def test_a_packer_that_writes_nothing_is_caught(tools, monkeypatch):
    monkeypatch.setenv("ICEPACK", program(tools / "bin", "idle", "true"))
    with pytest.raises(ToolError, match=r"^packing: top.bin was not written"):
        bitstream(FILES, ICE40, tools / "out")


def test_a_bitstream_is_put_on_a_board(tools):
    (tools / "top.bin").touch()
    assert load(tools / "top.bin", "ice40_generic") == "loaded ice40_generic"
    with pytest.raises(InvalidRequest, match=r"is not there: build it first \(accelgen fpga\)$"):
        load(tools / "top.bit", "ulx3s")


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_its_programs(family):
    assert fpga.NEXTPNR[family].find() and fpga.PACKERS[family].find()
