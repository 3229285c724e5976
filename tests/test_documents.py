"""What the documents say is tried."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from accelgen.boards import BOARDS
from accelgen.cards.boards import BUILDS
from accelgen.cli.commands import COMMANDS
from accelgen.models import NETWORK_FILE
from accelgen.network import load
from accelgen.network.file import digest
from accelgen.report.boards import BEGIN_BOARDS, END_BOARDS, boards_table, read_builds
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


def test_the_table_of_boards_is_that_of_the_builds():
    found = README.partition(BEGIN_BOARDS)[2].partition(END_BOARDS)[0]
    assert found.strip() == boards_table(read_builds(ROOT / BUILDS))


def test_every_board_has_a_dense_and_a_spiking_build_of_today_that_meets_its_clock():
    kinds = set()
    for build in read_builds(ROOT / BUILDS):
        network = load(ROOT / "models" / build.model / NETWORK_FILE)
        assert build.digest == digest(network), f"{build.model} has changed: build it again for {build.board}"
        assert (
            build.figures["fmax"].value >= build.figures["clock"].value and build.figures["dsps"].value == 0
        )
        kinds.add((build.board, network.spiking))
    assert kinds == {(board, spiking) for board in BOARDS for spiking in (False, True)}
