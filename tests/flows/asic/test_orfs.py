import re
import shutil
import subprocess

import pytest

from accelgen.flows.asic import orfs
from accelgen.flows.asic.project import Project
from accelgen.flows.yosys import YOSYS

PROJECT = Project(
    "net", ("net.v", "more.v"), "nangate45", 250.0, 5000, ("fakeram45_64x32", "fakeram45_256x16")
)


def exported(text):
    return dict(re.findall(r"^export (\w+) = (.*)$", text, re.MULTILINE))


def test_a_project_has_its_files():
    made = orfs.files(PROJECT)
    assert list(made) == ["config.mk", "constraint.sdc", "README.md"]
    assert all(line in made["README.md"] for line in orfs.RUN)


def test_only_documented_variables_are_used_and_each_has_its_reason():
    text = orfs.files(PROJECT)["config.mk"]
    assert set(exported(text)) == set(orfs.DOCUMENTED)
    assert orfs.DOCUMENTED_AT in text
    for name, reason in orfs.DOCUMENTED.items():
        assert f"# {reason}\nexport {name} = " in text


def test_macros_come_with_the_platform():
    found = exported(orfs.files(PROJECT)["config.mk"])
    for name, kind in (("ADDITIONAL_LEFS", "lef"), ("ADDITIONAL_LIBS", "lib")):
        assert found[name].split() == [
            f"$(PLATFORM_DIR)/{kind}/fakeram45_{size}.{kind}" for size in ("64x32", "256x16")
        ]
    without = exported(orfs.files(Project("net", ("net.v",), "sky130hd", 50.0, 5000))["config.mk"])
    assert set(found) - set(without) == {"ADDITIONAL_LEFS", "ADDITIONAL_LIBS", "MACRO_PLACE_HALO"}


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_files_are_found_wherever_the_flow_is_started(tmp_path):
    folder, flow = tmp_path / "project", tmp_path / "flow"
    folder.mkdir()
    flow.mkdir()
    for name, text in orfs.files(PROJECT).items():
        (folder / name).write_text(text)
    (flow / "Makefile").write_text(
        "include $(DESIGN_CONFIG)\nshow:\n\t@echo $(VERILOG_FILES) $(SDC_FILE) $$PLATFORM\n"
    )
    done = subprocess.run(
        ["make", "-s", "-C", flow, "--no-print-directory", f"DESIGN_CONFIG={folder / 'config.mk'}", "show"],
        capture_output=True,
        text=True,
        check=True,
    )
    *paths, platform = done.stdout.split()
    assert paths == [str(folder / name) for name in ("net.v", "more.v", "constraint.sdc")]
    assert platform == "nangate45"


@pytest.mark.parametrize(("bits", "expected"), [(0, None), (4096, None), (4097, "4097"), (371_712, "371712")])
def test_the_flow_is_told_of_memories_that_it_would_refuse(bits, expected):
    found = exported(orfs.files(Project("net", ("net.v",), "nangate45", 250.0, bits))["config.mk"])
    assert found.get("SYNTH_MEMORY_MAX_BITS") == expected


def test_constraints_have_the_clock_and_its_surroundings():
    text = orfs.constraints(Project("net", ("net.v",), "sky130hd", 80.0, 0))
    assert text.splitlines() == [
        "current_design net",
        "create_clock -name clk -period 12.500 [get_ports clk]",
        "set_input_delay 2.500 -clock clk [all_inputs -no_clocks]",
        "set_output_delay 2.500 -clock clk [all_outputs]",
    ]


def read_as_the_flow_does(made, folder):
    shutil.copy(made.verilog, folder / "net.v")
    top = made.manifest.top
    script = f"read_verilog -defer -sv net.v; hierarchy -check -top {top}; proc; check -assert; "
    script += "write_json net.json"
    YOSYS.run(["-q", "-p", script], cwd=folder, log=folder / "yosys.log")
    assert (folder / "net.json").is_file()


def test_dense_verilog_is_systemverilog_too(made, tmp_path):
    read_as_the_flow_does(made, tmp_path)


def test_spiking_verilog_is_systemverilog_too(spiking, tmp_path):
    read_as_the_flow_does(spiking, tmp_path)
