"""The command line: parse, call one step, print a table or ``--json``."""

from __future__ import annotations

import sys

import click

from accelgen.cli.commands import COMMANDS
from accelgen.errors import AccelgenError
from accelgen.optional import needed

__all__ = ["cli", "main"]


@click.group(commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="accelgen")
def cli() -> None:
    """Turn a trained neural network into verified Verilog.

    MODEL is a name under models/ or the path of a network file. Exit codes: 0 done, 1 the check failed,
    2 bad input or usage.

    \b
    Example:
      accelgen info mnist_3b_8x
      accelgen rtl mnist_3b_8x --lanes 16
      accelgen sim mnist_3b_8x --images 100 --json
    """


def main() -> None:
    """Run the command line; what a person can mend is one sentence and exit code 2."""
    try:
        with needed():
            cli()
    except AccelgenError as error:
        click.echo(f"accelgen: {' '.join(str(error).split())}", err=True)
        sys.exit(2)
