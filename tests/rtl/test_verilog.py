import re
import subprocess

import pytest

from accelgen.flows.verilator import lint
from accelgen.rtl.text.waivers import waiver_file
from tests.plain_bench import bench, form
from tests.tiny_convolutions import small_conv_network
from tests.tiny_networks import small_network, spiking_network


@pytest.fixture(scope="module")
def every_form(tmp_path_factory):
    """Every form of hardware in one folder, each with a bench; return the files and the names."""
    folder = tmp_path_factory.mktemp("forms")
    forms = [
        form(small_network(name="folded_rom"), lanes=4),
        form(small_network(name="folded_ram"), lanes=4, weights="ram"),
        form(small_network(bits=(3, 2, 1), name="folded_packed"), lanes=8),
        form(small_network(name="unrolled"), unrolled=True),
        form(small_conv_network(name="conv_rom"), lanes=4),
        form(small_conv_network(name="conv_ram"), lanes=4, weights="ram"),
        form(spiking_network(name="spiking_rom"), lanes=4),
        form(spiking_network(name="spiking_ram", encoder="lfsr"), lanes=4, weights="ram"),
        form(spiking_network(name="spiking_di", integration="discontinuous"), lanes=4, early_stop=True),
        form(spiking_network(name="events", readout="count"), lanes=4, stream="events"),
    ]
    names = [part.network.name for part in forms]
    for part in forms:
        (folder / f"{part.network.name}.v").write_text(part.generated.verilog + bench(part))
    benches = "".join(f"  bench_{name} b_{name}();\n" for name in names)
    (folder / "all.v").write_text(f"module all;\n{benches}endmodule\n")
    return folder, [f"{name}.v" for name in names] + ["all.v"], names


def run(*command, cwd):
    """Run a command and return what it prints."""
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout


def said(text):
    """Return what the benches say, sorted."""
    return sorted(line for line in text.splitlines() if " " in line and not line.startswith("- "))


@pytest.mark.parametrize("mode", ["-g2005", "-g2005-sv", "-g2009", "-g2012"])
def test_every_form_answers_in_every_mode_of_icarus(every_form, tmp_path, mode):
    folder, files, names = every_form
    run("iverilog", mode, "-o", tmp_path / "all", "-s", "all", *files, cwd=folder)
    assert said(run("vvp", tmp_path / "all", cwd=folder)) == sorted(f"{name} equal" for name in names)


def test_icarus_warns_of_nothing(every_form, tmp_path):
    folder, files, _ = every_form
    run_one = ["iverilog", "-g2005", "-Wall", "-Wno-timescale", "-o", tmp_path / "all", "-s", "all", *files]
    warned = subprocess.run(run_one, cwd=folder, capture_output=True, text=True, check=True).stderr
    assert warned == ""


def test_verilator_warns_of_nothing_with_the_delivered_waivers(every_form, tmp_path):
    for part in every_form[0].glob("*.v"):
        hardware, _, _ = part.read_text().partition("module bench_")
        if part.stem != "all":
            (tmp_path / part.name).write_text(hardware)
            (tmp_path / f"{part.stem}.vlt").write_text(waiver_file())
            lint(tmp_path / part.name, part.stem, tmp_path / "lint.log")


@pytest.mark.parametrize("version", ["1364-2005", "1800-2017", "1800-2023"])
def test_slang_finds_no_error_in_any_form(every_form, version):
    slang = pytest.importorskip("pyslang")
    folder, files, names = every_form
    driver = slang.driver.Driver()
    driver.addStandardArgs()
    paths = " ".join(str(folder / file) for file in files)
    assert driver.parseCommandLine(f"slang --std {version} --top all {paths}") and driver.processOptions()
    assert driver.parseAllSources()
    compilation = driver.createCompilation()
    said = [str(found.code) for found in compilation.getAllDiagnostics() if found.isError()]
    assert said == [] and len(compilation.getRoot().topInstances) == 1


@pytest.mark.parametrize("rom", ["case", "hex"])
@pytest.mark.parametrize("make", [small_network, small_conv_network, spiking_network])
def test_constants_are_the_same_in_every_style(tmp_path, make, rom):
    part = form(make(name="styles"), rom, lanes=4)
    text, files = part.generated.verilog, part.generated.rom_files
    assert ("case (address)" in text, text.count("$readmemh(")) == (rom == "case", len(files))
    assert bool(files) == (rom == "hex") and not re.search(r"memory\[\d+\] = ", text)
    for name, words in files.items():
        (tmp_path / name).write_text(words)
    (tmp_path / "both.v").write_text(text + bench(part))
    top = f"bench_{part.network.name}"
    run("iverilog", "-g2005", "-Wall", "-Wno-timescale", "-o", "both", "-s", top, "both.v", cwd=tmp_path)
    assert said(run("vvp", "both", cwd=tmp_path)) == [f"{part.network.name} equal"]
