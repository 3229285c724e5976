"""The tutorial is run from its notebook, cell by cell, without a notebook server."""

import json
import shlex

from docs.writers.notebook import NOTEBOOK
from tests.documents.examples import ROOT
from tests.documents.running import python, shell


def test_every_cell_of_the_notebook_runs_and_hardware_is_equal_to_the_golden_model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    said = []
    for cell in json.loads((ROOT / NOTEBOOK).read_text())["cells"]:
        lines = "".join(cell["source"]).splitlines()
        if cell["cell_type"] != "code":
            continue
        if lines[0].startswith("!"):
            said += [shell(line.removeprefix("!"), tmp_path) for line in lines]
        else:
            said.append(python("\n".join(lines), names))
    assert "EQUAL" in said[-1] and "0 mismatches" in said[-1]
    assert names["result"].accuracy(names["images"].labels[names["held"]]) > 0.6
    assert (tmp_path / "hardware" / "digits.v").is_file()


def test_the_notebook_has_code_of_both_kinds():
    cells = json.loads((ROOT / NOTEBOOK).read_text())["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    commands = [shlex.split(one[1:]) for one in code if one.startswith("!")]
    assert [words[1] for words in commands] == ["info", "rtl", "sim"] and len(code) - len(commands) >= 3
