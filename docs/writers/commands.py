"""The reference of commands: what click says with ``--help``, and what ``make help`` lists."""

from __future__ import annotations

import re
from pathlib import Path

import click

from accelgen.cli import cli

__all__ = ["command_pages"]

PAGE = "docs/commands.md"
#: As wide as a help text is printed, whatever the terminal.
WIDTH = 100
TARGET = re.compile(r"^([a-z][a-z-]*):.*?## (.*)$", re.MULTILINE)

HEAD = """# Commands

Each command has `--json`, and a `--help` with an example. MODEL is a name under `models/` or the path of a
network file. Exit codes: 0 done, 1 the check failed, 2 bad input or usage.
[Environment variables](environment.md) name folders and programs.

<!-- Written by `python -m docs.writers` from the commands themselves; do not edit. -->
"""


def command_pages(root: Path) -> dict[str, str]:
    """Return the page of all commands."""
    # What the group settles, such as -h for --help, click hands to contexts that it makes itself only.
    width = {"terminal_width": WIDTH, "max_content_width": WIDTH}
    context = click.Context(cli, info_name="accelgen", **cli.context_settings | width)
    commands = [(name, cli.get_command(context, name)) for name in cli.list_commands(context)]
    lines = [HEAD, "| command | does |", "| --- | --- |"]
    lines += [f"| [`accelgen {name}`](#accelgen-{name}) | {_summary(found)} |" for name, found in commands]
    lines += ["", "## Make targets", "", _targets(root), ""]
    for name, found in commands:
        inner = click.Context(found, info_name=name, parent=context, **width)
        lines += [f"## accelgen {name}", "", "```text", found.get_help(inner).rstrip(), "```", ""]
    return {PAGE: "\n".join(lines)}


def _summary(command: click.Command) -> str:
    """Return the first sentence of a help text."""
    text = " ".join((command.help or "").partition("\n\n")[0].split())
    return text.replace("|", "\\|").rstrip(".")


def _targets(root: Path) -> str:
    """Return the table of ``make help``, with the variables that a target takes."""
    lines = ["Each target sets up what it needs, and runs the command of its name.", ""]
    lines += ["| target | does |", "| --- | --- |"]
    found = TARGET.findall((root / "Makefile").read_text())
    lines += [f"| `make {name}` | {_cell(text)} |" for name, text in found]
    return "\n".join(lines)


def _cell(text: str) -> str:
    """Return the words of a target, with what has to be typed as code."""
    text = text.replace("|", "\\|")
    return re.sub(r'(?<![\w`"])([A-Z_]+=(?!")[^\s,):]*)', r"`\1`", text)
