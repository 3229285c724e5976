"""Commands for boards: fpga, load, host."""

from __future__ import annotations

import sys

import click

from accelgen import cards, steps
from accelgen.cli.board_views import answered, drawn, fitting, programmed
from accelgen.cli.options import DATA, JSON, MODEL, PATH, TIMESTEPS
from accelgen.cli.output import note, show

__all__ = ["fpga", "host", "load"]


@click.command()
@click.argument("model", required=False)
@click.option("--board", help="The board; see --list.")
@click.option("--list", "listed", is_flag=True, help="Show which model fits which board, and why not.")
@click.option("--lanes", type=int, help="Instead of as many as fit, 16 at most.")
@click.option("--weights", type=click.Choice(["rom", "ram"]), help="Instead of what fits.")
@click.option("--early-stop", is_flag=True, default=None, help="Let a spiking network stop early.")
@click.option("--unrolled/--folded", default=None, help="Instead of what the model's hardware.toml says.")
@click.option("--baud", type=int, default=1_000_000, show_default=True, help="Bits per second of the link.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the placement.")
@click.option("--force", is_flag=True, help="Try what is estimated not to fit.")
@click.option("--out", type=PATH, help="Folder to write (default: rtl_out/MODEL/BOARD).")
@click.option(
    "--record", is_flag=True, help="Note the figures in docs/boards.json, for the table in docs/boards.md."
)
@JSON
def fpga(model, board, listed, record, baud, seed, force, out, as_json, **asked):
    """Build a bitstream of a model for a board, behind the link of docs/protocol.md.

    Lanes and the place of the weights are chosen for the board. Images per second are the card's cycles at
    the board's clock, and what the wires carry at most.

    \b
    Example:
      accelgen fpga --list
      accelgen fpga mnist_3b_8x --board ulx3s_85f
    """
    if listed:
        show(steps.fits(**asked), as_json, fitting)
        return
    if not (model and board):
        raise click.UsageError("name a model and a --board, or ask for --list")
    build = steps.fpga(model, board=board, out=out, baud=baud, seed=seed, force=force, **asked)
    if record:
        cards.record_build(build)
    show(build, as_json, programmed)
    if not build.placement.meets_clock:
        sys.exit(1)


@click.command()
@MODEL
@click.option("--board", required=True, help="The board.")
@click.option("--out", type=PATH, help="Folder of the bitstream.")
@JSON
def load(model, board, out, as_json):
    """Put a bitstream on a board, with openFPGALoader.

    \b
    Example:
      accelgen load mnist_3b_8x --board ulx3s_85f
    """
    show(steps.load(model, board=board, out=out), as_json, lambda loaded: click.echo(loaded.said))


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
@JSON
def host(model, as_json, images, picture, data, demo, http_port, no_browser, **line):
    """Let a board classify images: class, scores, latency; compared with the golden model.

    With --simulate the board is simulated, UART pins included, behind a serial port of its own. With --demo a
    page on this machine takes drawings until Ctrl-C.

    \b
    Example:
      accelgen host mnist_3b_8x --images 100
      accelgen host mnist_3b_8x --port /dev/ttyUSB1 --picture seven.png
      accelgen host mnist_snn_di_small --simulate --demo
    """
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
