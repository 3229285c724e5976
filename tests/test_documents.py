"""What the documents say is tried."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from accelgen.cli.commands import COMMANDS
from accelgen.report.readme import BEGIN, END

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_the_python_program_of_the_readme_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(re.search(r"```python\n(.*?)```", README, re.DOTALL)[1], {})
    assert "'beats': 112" in said.getvalue()


def test_the_readme_has_a_place_for_its_table():
    assert README.index(BEGIN) < README.index(END)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_readme_names_every_command(command):
    assert f"`accelgen {command.name}" in README


def test_every_make_target_of_the_readme_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", README)) <= targets


@pytest.mark.parametrize("document", ["README.md", "CHANGELOG.md", "rtl_out/README.md", "docs/protocol.md"])
def test_links_lead_somewhere(document):
    path = ROOT / document
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text())
    assert not [link for link in links if "://" not in link and not (path.parent / link).exists()]
