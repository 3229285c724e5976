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
