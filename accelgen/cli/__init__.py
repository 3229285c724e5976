"""The command line: parse, call one step, print a table or ``--json``."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

import click

from accelgen.cli.commands import COMMANDS
from accelgen.errors import AccelgenError
from accelgen.optional import needed

__all__ = ["cli", "main"]

#: Signs of a sentence that are shown: a damaged file may bring a word of any length into it.
LONGEST = 4000
#: The exit code after Ctrl-C, as shells have it.
INTERRUPTED = 130

#: Options that choose a form of hardware, each as it is used.
FORMS = {
    "--pipelined": "--pipelined --cycles 400",
    "--cycles": "--pipelined --cycles 400",
    "--rate": "--pipelined --rate 250000 --clock 100",
    "--unrolled": "--unrolled",
    "--folded": "--folded",
    "--interval": "--unrolled --interval 1",
    "--stages": "--unrolled --interval 1 --stages 8",
    "--sums": "--unrolled --sums trees",
}
#: What a command does without them.
INSTEAD = {
    "options": "this command measures every form, pipelines of several --cycles among them",
    "report": "a page is about the hardware that the model's card was measured on",
}


class _Commands(click.Group):
    """Commands of which Ctrl-C is no verdict: click would end with the exit code of a check that failed."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\nAborted!", err=True)
            ctx.exit(INTERRUPTED)
        except click.NoSuchOption as error:
            if (name := error.option_name) in FORMS and error.ctx:
                raise click.UsageError(_elsewhere(error.ctx.info_name or "", name), error.ctx) from error
            raise


def _elsewhere(command: str, option: str) -> str:
    """Return what to use where a command has no option that chooses a form of hardware."""
    said = INSTEAD.get(command, "")
    return (
        f"{command} has no {option}, which is of rtl, sim, synth, power, asic and fpga, as in "
        f"accelgen rtl MODEL {FORMS[option]}" + (f"; {said}" if said else "")
    )


@click.group(cls=_Commands, commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="accelgen")
def cli() -> None:
    """Turn a trained neural network into verified Verilog.

    MODEL is a name under models/ or the path of a network file. Exit codes: 0 done, 1 the check failed,
    2 bad input or usage, 130 interrupted.

    \b
    Example:
      accelgen info mnist_3b_8x
      accelgen rtl mnist_3b_8x --lanes 16
      accelgen sim mnist_3b_8x --images 100 --json
    """


def main() -> None:
    """Run the command line; what a person can mend is one sentence and exit code 2."""
    _fill_closed()
    try:
        try:
            with needed():
                cli()
        finally:
            sys.stdout.flush()  # a full disk behind the standard output is no surprise of the exit
    except AccelgenError as error:
        _end(str(error), 2)
    except BrokenPipeError:  # whoever read the output has gone
        _end("", 1)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else "a file cannot be written or read: "
        _end(f"{place}{error.strerror or error}", 2)


def _fill_closed() -> None:
    """Put nothing in the place of closed standard streams: the next file that is opened would be one."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(opened := os.open(os.devnull, os.O_RDWR), number)
            if opened != number:
                os.close(opened)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode))


def _end(sentence: str, code: int) -> NoReturn:
    """Say what was wrong, if there is something to say, and end."""
    if sentence:
        words = " ".join(sentence.split())
        words = words if len(words) <= LONGEST else f"{words[:LONGEST]} ..."
        with suppress(OSError):
            click.echo(f"accelgen: {words}", err=True)
    try:
        sys.stdout.flush()
    except OSError:  # what is left in it would be tried, and mourned, once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)
