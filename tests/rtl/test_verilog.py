import subprocess

import pytest

from tests.plain_bench import bench, form
from tests.tiny_networks import small_conv_network, small_network, spiking_network


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
