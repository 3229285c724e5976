"""The command that compares forms of hardware, and what people see of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from accelgen import models, steps
from accelgen.cli.options import DATA, JSON, MACROS, MODEL, PATH
from accelgen.cli.output import note, rows, show
from accelgen.families.sites import COMPARED

if TYPE_CHECKING:  # the front door loads no numpy
    from accelgen.steps.compare_hardware import HardwareChoice, HardwareComparison

__all__ = ["compared", "options"]


@click.command()
@MODEL
@DATA
@click.option(
    "--liberty", type=PATH, help="Standard cells, gzipped or not: area and energy are measured too."
)
@MACROS
@click.option(
    "--images", type=int, default=10, show_default=True, help="Test images to play through cells, for energy."
)
@click.option(
    "--played", type=int, default=200, show_default=True, help="Test images to play in Verilator, for cycles."
)
@click.option(
    "--clock", type=float, default=100.0, show_default=True, help="MHz at which images a second are counted."
)
@click.option(
    "--target",
    type=click.Choice(COMPARED),
    help="Whose LUTs count (default: ice40, or ecp5 if the tables are far too large for it).",
)
@click.option(
    "--lanes", type=int, multiple=True, help="Of one engine; may be repeated (default: 8, 16, 32, 64)."
)
@click.option(
    "--cycles",
    type=int,
    multiple=True,
    help="Of an image in a pipeline; may be repeated (default: some between the fastest folded form and what "
    "lanes and input allow).",
)
@click.option(
    "--most-weights",
    type=int,
    default=20_000,
    show_default=True,
    help="Weights other than 0 up to which a network is unrolled: more take Yosys long to map.",
)
@click.option("--out", type=PATH, help="Folder to build in (default: build/options).")
@JSON
def options(model, as_json, liberty, lanes, out, **how):
    """Measure all forms of hardware, folded, pipelined and unrolled: images a second, LUTs, energy.

    Each form plays test images in Verilator, every score equal to the golden model's, and is mapped by Yosys;
    with --liberty its energy is measured as accelgen power does. Nothing is placed: images a second are those
    at --clock, and not every form reaches the same clock. A form that cannot be built is named with the
    reason. The picture front.svg has a sign for each form and the front of all.

    \b
    Example:
      accelgen options mnist_3b_8x
      accelgen options mnist_3b_8x --liberty cells.lib --macros srams/
    """
    how |= {"lanes": lanes} if lanes else {}
    folder = out or models.home() / "build" / "options"
    show(steps.options(model, liberty, out=folder, say=note, **how), as_json, compared)


def compared(comparison: HardwareComparison) -> None:
    """Show what `steps.options` measured."""
    click.echo(
        f"{comparison.name}: images a second at {comparison.clock_mhz:g} MHz, LUT4 sites of "
        f"{comparison.target}, mean of {comparison.played} images "
        f"({comparison.data}); * is on the front of all forms"
    )
    energies = comparison.library is not None
    heads = ["", "hardware", "images/s", "LUTs", "block RAMs", "cycles", "latency"]
    rows(
        heads + (["nJ", "um2", "memory bits", "MHz"] if energies else []),
        [_line(row) for row in comparison.rows],
    )
    if energies:
        click.echo(f"nJ, um2 and MHz: in cells of {comparison.library}, mean of {comparison.images} images")
    for one in comparison.left_out:
        click.echo(f"left out: {one.form}: {one.why}")
    click.echo("\nBuild one:\n")
    for row in comparison.rows:
        click.echo(f"  {row.command}")
    click.echo(f"\nwrote {comparison.picture}")


def _line(row: HardwareChoice) -> list[object]:
    cells: list[object] = [
        "*" if row.front else "",
        row.form,
        f"{row.images_per_second:,.0f}",
        f"{row.luts:,}",
        f"{row.block_rams:,}",
        f"{row.cycles:,.1f}",
        "-" if row.latency is None else f"{row.latency:,.1f}",
    ]
    if row.nj_per_classification is None:
        return cells
    return [
        *cells,
        f"{row.nj_per_classification:,.2f}",
        f"{row.area_um2:,.0f}",
        f"{row.memory_bits:,}",
        f"{row.clock_mhz:,.0f}",
    ]
