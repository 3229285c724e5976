import sys

import pytest

from accelgen.errors import ToolError
from accelgen.flows.tool import Tool

PYTHON = Tool(sys.executable, r"Python ([\d.]+)", "install Python")


def test_a_tool_names_its_version():
    assert PYTHON.version() == sys.version.split()[0]


def test_a_missing_tool_says_how_to_get_it():
    with pytest.raises(
        ToolError, match="^no-such-tool is not installed: apt install it, or name one in NO_SUCH_TOOL$"
    ):
        Tool("no-such-tool", "x", "apt install it").find()


def test_a_variable_names_another_program(monkeypatch):
    monkeypatch.setenv("NO_SUCH_TOOL", sys.executable)
    assert Tool("no-such-tool", "x", "apt install it").find() == sys.executable
    monkeypatch.setenv("OTHER", sys.executable)
    assert Tool("not-there", "x", "apt install it", variable="OTHER").find() == sys.executable


def test_a_failure_names_the_log_and_the_reason(tmp_path):
    script = "print('first line'); print('an Error here'); raise SystemExit(3)"
    with pytest.raises(ToolError, match=r"stopped with exit code 3 \(an Error here\); see .*log$"):
        PYTHON.run(["-c", script], cwd=tmp_path, log=tmp_path / "log")
    assert (tmp_path / "log").read_text() == "first line\nan Error here\n"


def test_output_is_returned_and_logged(tmp_path):
    said = PYTHON.run(
        ["-c", "import os; print(os.environ['X'])"],
        cwd=tmp_path,
        log=tmp_path / "log",
        environment={"X": "7"},
    )
    assert said == (tmp_path / "log").read_text() == "7\n"


def test_a_relative_name_is_found_from_any_folder(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "hello"
    script.write_text("#!/bin/sh\necho hello\n")
    script.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_SUCH_TOOL", "bin/hello")
    said = Tool("no-such-tool", "x", "").run([], cwd=tmp_path / "bin", log=tmp_path / "log")
    assert said == "hello\n"


def test_an_empty_variable_names_nothing(monkeypatch):
    monkeypatch.setenv("NO_SUCH_TOOL", "")
    with pytest.raises(ToolError, match="^no-such-tool is not installed"):
        Tool("no-such-tool", "x", "apt install it").find()


def test_what_is_no_program_is_an_error(tmp_path, monkeypatch):
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF and nothing more")
    broken.chmod(0o755)
    monkeypatch.setenv("NO_SUCH_TOOL", str(broken))
    with pytest.raises(ToolError, match="broken cannot be started: Exec format error$"):
        Tool("no-such-tool", "x", "").version()
