"""The generated pages are what would be generated now, and their writers see what they must."""

import ast
import json
import xml.etree.ElementTree as ET

import pytest

import accelgen
from docs.writers import __main__ as writers
from docs.writers.api import api_pages
from docs.writers.commands import command_pages
from docs.writers.notebook import cells
from docs.writers.refusals import sentences
from docs.writers.waveform import drawn, played, tiny
from tests.documents.examples import ROOT


@pytest.mark.parametrize("writer", writers.WRITERS, ids=lambda writer: writer.__name__)
def test_a_generated_page_is_what_would_be_written_now(writer):
    again = "python -m docs.writers writes it again"
    for path, text in writer(ROOT).items():
        assert (ROOT / path).read_text() == text, f"{path} is stale: {again}"


def test_stale_pages_are_named_and_written_whole(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(writers, "ROOT", tmp_path)
    monkeypatch.setattr(writers, "pages", lambda root=tmp_path: {"a.md": "a\n", "b.md": "b\n"})
    (tmp_path / "a.md").write_text("a\n")
    monkeypatch.setattr(
        writers, "stale", lambda: [p for p, t in writers.pages().items() if not writers._is(tmp_path / p, t)]
    )
    assert writers.main(["--check"]) == 1 and "b.md is stale" in capsys.readouterr().out
    assert writers.main([]) == 0 and (tmp_path / "b.md").read_text() == "b\n"
    assert writers.main(["--check"]) == 0


def test_the_reference_has_every_command_with_its_options_and_every_target():
    (text,) = command_pages(ROOT).values()
    for words in (
        "## accelgen rtl",
        "--lanes",
        "Usage: accelgen choose",
        "| `make docs` |",
        "`WEIGHTS=rom\\|ram`",
    ):
        assert words in text, words


def test_a_sentence_is_found_wherever_it_is_raised(tmp_path):
    (tmp_path / "a.py").write_text(
        'raise InvalidOption(f"lanes must be {low} to {self.high}, not {shown(value)}")\n'
        'raise DataError("is damaged" if bad else "is not there")\n'
        "raise DataError(message)\n"
        'raise ValueError("not ours")\n'
    )
    (tmp_path / "toml_checks.py").write_text('def f(name):\n    return [f"{name}: must be true or false"]\n')
    assert sentences(tmp_path) == {
        ("InvalidOption", "a.py"): ["lanes must be {low} to {high}, not {value}"],
        ("DataError", "a.py"): ["is damaged"],
        ("InvalidRecipe", "toml_checks.py"): ["{name}: must be true or false"],
    }


def test_refusals_hold_most_of_what_the_sources_raise():
    raised = 0
    for path in (ROOT / "accelgen").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                raised += getattr(node.exc.func, "id", "") in accelgen.errors.__all__
    assert sum(map(len, sentences(ROOT / "accelgen").values())) > 0.9 * raised > 200


def test_a_page_becomes_cells_of_words_python_and_commands():
    text = "# T\n\n```python\nx = 1\n```\n\n<!-- not run: slow -->\n```bash\nls\n```\n\n```bash\nls -l\n```\n"
    found = cells(text)
    assert [cell["cell_type"] for cell in found] == ["markdown", "code", "markdown", "code"]
    assert [cell["source"] for cell in found[1::2]] == [["x = 1"], ["!ls -l"]]
    assert "ls\n" in "".join(found[2]["source"]) and "not run" not in json.dumps(found)


def test_the_waveform_shows_what_the_simulation_printed():
    network, image = tiny()
    samples = played(network, image)
    passed = [
        s.ports["m_axis_tdata"]
        for s in samples
        if s.ports["m_axis_tvalid"] + s.ports["m_axis_tready"] == "11"
    ]
    golden = accelgen.run(network, image)
    assert passed == [*map(str, golden.scores[0]), str(golden.classes[0])]
    words = [node.text for node in ET.fromstring(drawn(samples)).iter() if node.text and node.text.strip()]
    assert {"clk", "s_axis_tlast", *passed} <= set(words)


def test_every_package_has_a_page_of_its_modules():
    pages = api_pages(ROOT)
    assert ".. automodule:: accelgen.network.blocks\n   :members:" in pages["accelgen.network.rst"]
    assert "   accelgen.rtl.conv\n" in pages["index.rst"] and "`accelgen.load <" in pages["index.rst"]
