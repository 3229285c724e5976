"""Commands for boards: fpga, load, host."""

from __future__ import annotations

import sys

import click

from accelgen import cards, steps
from accelgen.cli.board_views import answered, counts, drawn, fitting, programmed
from accelgen.cli.options import DATA, JSON, MODEL, PATH, TIMESTEPS, hardware
from accelgen.cli.output import note, show

__all__ = ["fpga", "host", "load"]


@click.command()
@click.argument("model", required=False)
@click.option("--board", help="The board; see --list.")
@click.option("--list", "listed", is_flag=True, help="Show which model fits which board, and why not.")
@hardware
@click.option(
    "--pattern",
    is_flag=True,
    help="Let the network play samples that are kept on the chip, at full rate, and count what is wrong.",
)
@click.option("--simulate", is_flag=True, help="With --pattern: play it in Verilator instead of building it.")
@click.option("--clock", type=float, help="MHz, made by a PLL (default: the clock of the board).")
@click.option("--baud", type=int, default=1_000_000, show_default=True, help="Bits per second of the link.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the placement.")
@click.option("--force", is_flag=True, help="Try what is estimated not to fit.")
@click.option(
    "--record",
    is_flag=True,
    help="Note the figures for the tables in docs/boards.md; a pattern is simulated for that, too.",
)
@JSON
def fpga(model, board, listed, options, simulate, record, as_json, **how):
    """Build a bitstream of a model for a board, behind the link of docs/protocol.md.

    Lanes and the place of the weights are chosen for the board, 16 lanes at most unless they are named.
    Images per second are the card's cycles at the clock, and what the wires carry at most. With --pattern
    the link carries counters instead; see accelgen host --pattern.

    \b
    Example:
      accelgen fpga --list
      accelgen fpga mnist_3b_8x --board ulx3s_85f
      accelgen fpga mnist_3b_8x --board ulx3s_85f --pattern --pipelined --cycles 200 --clock 50
    """
    out = options.pop("out")
    if listed:
        if options.pop("cycles") is not None:
            raise click.UsageError("--cycles choose the lanes of one model: they do not go with --list")
        show(steps.fits(**options), as_json, fitting)
        return
    if not (model and board):
        raise click.UsageError("name a model and a --board, or ask for --list")
    if simulate and not how["pattern"]:
        raise click.UsageError("--simulate plays a --pattern; accelgen host --simulate talks to the link")
    if simulate and record:
        raise click.UsageError("--record notes a build, and --simulate makes none")
    if simulate:
        del how["pattern"], how["seed"], how["baud"]
        _counted(steps.played(model, board=board, say=note, **how, **options), as_json)
        return
    build = steps.fpga(model, board=board, out=out, **how, **options)
    if record and how["pattern"]:
        counted = steps.played(model, board=board, say=note, force=how["force"], **build.how)
        cards.record_pattern(build, counted)
    elif record:
        cards.record_build(build)
    show(build, as_json, programmed)
    if not build.placement.meets_clock:
        sys.exit(1)


def _counted(counted, as_json):
    """Show what was counted of a pattern; anything wrong is exit code 1."""
    show(counted, as_json, counts)
    if not counted.right:
        sys.exit(1)


@click.command()
@MODEL
@click.option("--board", required=True, help="The board.")
@click.option("--out", type=PATH, help="Folder of the bitstream.")
@click.option("--pattern", is_flag=True, help="The bitstream that was built with --pattern.")
@JSON
def load(model, board, out, pattern, as_json):
    """Put a bitstream on a board, with openFPGALoader.

    \b
    Example:
      accelgen load mnist_3b_8x --board ulx3s_85f
    """
    show(
        steps.load(model, board=board, out=out, pattern=pattern),
        as_json,
        lambda loaded: click.echo(loaded.said),
    )


@click.command()
@MODEL
@click.option("--port", help="Serial port of the board (default: one that looks like a board).")
@click.option("--baud", type=int, default=1_000_000, show_default=True, help="Bits per second.")
@click.option("--simulate", is_flag=True, help="Talk to the hardware in Verilator instead of a board.")
@click.option("--board", help="With --simulate: the hardware that is built for this board.")
@click.option("--images", type=int, default=10, show_default=True, help="Test images to send.")
@click.option("--picture", type=PATH, help="A picture to send instead.")
@click.option("--tables", type=PATH, help="weights.bin, for a board that loads them.")
@DATA
@TIMESTEPS
@click.option("--margin", type=int, help="Lead at which a spiking network stops early.")
@click.option(
    "--demo", is_flag=True, help="Serve a page on which digits are drawn, instead of sending images."
)
@click.option("--http-port", type=int, default=0, help="With --demo: port of the page (default: a free one).")
@click.option("--no-browser", is_flag=True, help="With --demo: say where the page is, and open nothing.")
@click.option(
    "--pattern", is_flag=True, help="Read the counters of a board that was built with --pattern instead."
)
@click.option("--seconds", type=float, default=1.0, show_default=True, help="With --pattern: to count.")
@JSON
def host(model, as_json, images, picture, data, demo, http_port, no_browser, pattern, seconds, **line):
    """Let a board classify images: class, scores, latency; compared with the golden model.

    With --simulate the board is simulated, UART pins included, behind a serial port of its own. With --demo a
    page on this machine takes drawings until Ctrl-C. With --pattern the board plays samples of its own, and
    says how many images a second, and how many results were not those of the golden model.

    \b
    Example:
      accelgen host mnist_3b_8x --images 100
      accelgen host mnist_3b_8x --port /dev/ttyUSB1 --picture seven.png
      accelgen host mnist_snn_di_small --simulate --demo
    """
    if pattern:
        if demo or picture or line["simulate"]:
            raise click.UsageError(
                "--pattern reads the counters of a board: accelgen fpga --pattern --simulate plays one"
            )
        _counted(steps.counters(model, port=line["port"], baud=line["baud"], seconds=seconds), as_json)
        return
    if demo and picture:
        raise click.UsageError("--demo takes drawings: --picture does not go with it")
    if demo:
        drawings = steps.demo(model, http_port=http_port, browser=not no_browser, say=note, **line)
        show(drawings, as_json, drawn)
        wrong = drawings.mismatches
    else:
        heard = steps.host(model, images=images, picture=picture, data=data, say=note, **line)
        show(heard, as_json, answered)
        wrong = heard.mismatches
    if wrong:
        sys.exit(1)
