import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from accelgen.deliver.fusesoc import core_file, vlnv
from accelgen.flows import verilator
from tests.deliver.forms import FORMS, manifest_of, written

BENCH = {
    "bench": "dense_tb.v",
    "bench_images": "dense_tb_images.hex",
    "bench_results": "dense_tb_results.hex",
}
TEXT = """module dense_tb;
  reg clk = 0, rst = 1;
  reg [7:0] images [0:1], results [0:1];
  dense core (.clk(clk), .rst(rst));
  initial begin
    $readmemh("dense_tb_images.hex", images);
    $readmemh("dense_tb_results.hex", results);
    #1 $display("heard %h %h, %b", images[1], results[0], core.error);
    $finish;
  end
endmodule
"""


@pytest.mark.parametrize("form", FORMS)
def test_it_names_the_files_and_a_target_for_lint(form):
    manifest = manifest_of(form)
    core = yaml.safe_load(core_file(manifest).removeprefix("CAPI=2:\n"))
    assert core["name"] == ":".join(vlnv(manifest)) and set(core["targets"]) == {"default", "lint"}
    named = [name for fileset in core["filesets"].values() for file in fileset["files"] for name in file]
    assert set(named) <= set(manifest.files.values())
    read = {file for kind, file in manifest.files.items() if kind.startswith("rom_")}
    assert set(named) == read | {manifest.files["verilog"], manifest.files["waivers"]}
    assert {target["toplevel"] for target in core["targets"].values()} == {manifest.top}
    assert core["targets"]["default"]["filesets"] == ["rtl"]


@pytest.mark.parametrize("form", ["rom", "hex", "wishbone"])
def test_fusesoc_lints_it(form, tmp_path):
    manifest = written(form, tmp_path)
    done = _fusesoc(tmp_path, "run", "--target", "lint", ":".join(vlnv(manifest)))
    assert done.returncode == 0, done.stdout
    (commands,) = tmp_path.rglob("*.vc")
    assert "--lint-only" in commands.read_text() and "-Wall" in commands.read_text()
    verilog = tmp_path / manifest.files["verilog"]
    verilog.write_text(verilog.read_text().replace("endmodule", "assign clk = rst;\nendmodule", 1))
    assert _fusesoc(tmp_path, "run", "--target", "lint", ":".join(vlnv(manifest))).returncode == 1


def test_fusesoc_runs_the_bench_where_there_is_one(tmp_path):
    manifest = written("hex", tmp_path)
    manifest.files.update(BENCH)
    (tmp_path / manifest.files["fusesoc"]).write_text(core_file(manifest))
    (tmp_path / "dense_tb.v").write_text(TEXT)
    (tmp_path / "dense_tb_images.hex").write_text("01\n02\n")
    (tmp_path / "dense_tb_results.hex").write_text("03\n04\n")
    done = _fusesoc(tmp_path, "run", "--target", "sim", ":".join(vlnv(manifest)))
    assert done.returncode == 0 and "heard 02 03, 0000" in done.stdout, done.stdout
    assert "nable to open" not in done.stdout


def _fusesoc(folder, *arguments):
    """Run FuseSoC on the core in a folder, and return what it did."""
    pytest.importorskip("fusesoc")
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    script = Path(verilator.tool().find())
    (programs / "verilator").unlink(missing_ok=True)
    (programs / "verilator").symlink_to(script)
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    command = [sys.executable, "-m", "fusesoc.main", "--cores-root", ".", *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PATH": path, "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
