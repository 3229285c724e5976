import subprocess

import pytest

from accelgen.rtl.verilog import STATEMENTS, in_short_blocks
from tests.plain_bench import bench, form
from tests.tiny_networks import small_conv_network, small_network, spiking_network


def memory(words):
    return [f"    memory[{n}] = 8'h{n % 256:02x};\n" for n in range(words)]


def block(rows):
    return f"  initial begin\n{''.join(rows)}  end\n"


def test_start_values_of_long_memories_are_in_blocks_of_few_statements():
    rows = memory(2 * STATEMENTS + 3)
    found = in_short_blocks(f"module a;\n{block(rows)}endmodule\n")
    pieces = rows[:STATEMENTS], rows[STATEMENTS : 2 * STATEMENTS], rows[2 * STATEMENTS :]
    assert found == f"module a;\n{''.join(map(block, pieces))}endmodule\n"


def test_everything_else_stays():
    text = f"module a;\n{block(memory(STATEMENTS))}  initial begin\n    q = 1'h0;\n  end\nendmodule\n"
    assert in_short_blocks(text) == text


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
