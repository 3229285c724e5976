"""What the pages tell a reader to type is typed, and prints what they say."""

import doctest
import re
import subprocess

import pytest

from tests.documents.examples import PAGES, ROOT, examples
from tests.documents.running import python, shell

EVERY = [example for page in PAGES for example in examples(page)]
PROGRAMS = [one for one in EVERY if one.language == "python" and not one.not_run]
COMMANDS = [one for one in EVERY if one.language != "python" and not one.not_run]
LOOSE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def test_there_are_examples_of_both_kinds_and_those_that_are_not_run_have_a_reason():
    assert len(PROGRAMS) >= 3 and len(COMMANDS) >= 3
    assert not [str(one) for one in EVERY if one.not_run and len(one.not_run.split()) < 3]


@pytest.mark.parametrize("example", PROGRAMS, ids=str)
def test_a_program_runs_and_prints_what_the_page_says(example, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = python(example.text, {})
    assert said, "an example shows something"
    page = (ROOT / example.page).read_text()
    after = page[page.index(example.text) :]
    if wanted := re.match(
        r"(?>.*?^```$)(?:(?!^```).)*?^```output\n(.*?)^```$", after, re.DOTALL | re.MULTILINE
    ):
        assert _equal(wanted[1], said), said


@pytest.mark.parametrize("example", COMMANDS, ids=str)
def test_a_command_runs_and_prints_what_the_page_says(example, tmp_path):
    for command, wanted in example.commands:
        said = shell(command, tmp_path)
        assert not wanted or _equal(wanted, said), said


def _equal(wanted: str, said: str) -> bool:
    return doctest.OutputChecker().check_output(wanted, said, LOOSE)


def test_output_of_another_kind_is_noticed():
    assert _equal("a 1\nb ...\n", "a   1\nb 2\n") and not _equal("a 1\n", "a 2\n")


def test_the_template_answers_as_the_golden_model_does(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "verilog.md").read_text()
    template = re.search(r"^```verilog\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)[1]
    program = next(one.text for one in PROGRAMS if one.page == "docs/verilog.md" and "image.hex" in one.text)
    names: dict = {}
    python(program, names)  # writes image.hex
    golden = names["accelgen"].run(names["network"], names["images"])
    (tmp_path / "classify.v").write_text(template)
    (tmp_path / "top.v").write_text(names["accelgen"].generate(names["network"]).verilog)
    subprocess.run(["iverilog", "-g2005", "-o", "classify.vvp", "classify.v", "top.v"], check=True)
    said = subprocess.run(["vvp", "-n", "classify.vvp"], check=True, capture_output=True, text=True).stdout
    wanted = [f"score {score}" for score in golden.scores[0]]
    assert said.split("\n")[: len(wanted) + 1] == [*wanted, f"class {golden.classes[0]}, error 0000"]
