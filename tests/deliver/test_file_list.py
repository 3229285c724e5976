import subprocess

import pytest

from accelgen.flows import verilator
from tests.deliver.forms import FORMS, written


@pytest.mark.parametrize("form", FORMS)
def test_icarus_and_verilator_take_it(form, tmp_path):
    manifest = written(form, tmp_path)
    commands = [
        ["iverilog", "-g2005", "-s", manifest.top, "-o", "top.vvp", "-c", manifest.files["file_list"]]
    ]
    lint = [verilator.tool().find(), "--lint-only", "-Wall", "--top-module", manifest.top]
    commands.append([*lint, manifest.files["waivers"], "-f", manifest.files["file_list"]])
    for command in commands:
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0 and "arning" not in done.stderr, done.stderr
    assert (tmp_path / "top.vvp").read_text().count(f'.scope module, "{manifest.top}"') == 1
