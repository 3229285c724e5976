"""Commands that explore: sweeps, pages, and a choice for a budget."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from accelgen import explore, steps
from accelgen.cli.options import DATA, JSON, PATH
from accelgen.cli.output import note, pairs, show, wrote

if TYPE_CHECKING:  # the front door loads no numpy
    from accelgen.explore.choose import Choice

__all__ = ["EXPLORING"]


@click.command()
@click.argument("file", metavar="SWEEP", type=PATH)
@DATA
@click.option("--out", type=PATH, help="Results folder (default: beside SWEEP).")
@click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler to use, instead of this machine alone.")
@click.option("--workers", type=int, help="Processes of this machine (default: one for each processor).")
@click.option("--retry", is_flag=True, help="Try points again that failed.")
@JSON
def sweep(file, data, out, scheduler, workers, retry, as_json):
    """Train, check and measure every point of a sweep file.

    What is finished is kept: a sweep that was killed goes on when it is run again, and one that is complete
    only writes its page and its table in the docs again.

    \b
    Example:
      accelgen sweep sweeps/mnist_grid.toml --workers 4
      accelgen sweep sweeps/mnist_grid.toml --scheduler tcp://host:8786
    """
    run = explore.sweep(file, out=out, data=data, scheduler=scheduler, workers=workers, retry=retry, say=note)

    def view(run):
        failed = f", {len(run.failed)} failed" if run.failed else ""
        left = f"; {run.left_out} combinations are impossible" if run.left_out else ""
        pairs(
            run.name,
            {
                "points": f"{run.done} of {run.points} done, {run.new} now{failed}{left}",
                "results": run.folder,
                "page": run.page,
            },
        )
        for point in run.failed:
            click.echo(f"  {point.point[:6]} seed {point.seed}: {point.error}")

    show(run, as_json, view)
    if run.failed:
        sys.exit(1)


@click.command()
@click.argument("place", metavar="MODEL|SWEEP")
@DATA
@click.option("--out", type=PATH, help="File to write.")
@click.option("--timeline/--no-timeline", default=True, help="Simulate one image of a model, cycle by cycle.")
@JSON
def report(place, data, out, timeline, as_json):
    """Write a model or a sweep as one HTML page that needs nothing else.

    The page of a model is rtl_out/MODEL/report.html, that of a sweep is in its results folder.

    \b
    Example:
      accelgen report mnist_3b_8x
      accelgen report sweeps/mnist_grid
    """
    page = (
        explore.report(place, out=out)
        if explore.is_results(place)
        else steps.report(place, data=data, out=out, timeline=timeline, say=note)
    )
    show(page, as_json, lambda page: wrote([page.written]))


@click.command()
@click.argument("places", metavar="[SWEEP]...", nargs=-1)
@click.option("--accuracy", type=float, help="Least accuracy on the validation images, in percent.")
@click.option("--max-nj", "nj", type=float, help="Most energy of an image.")
@click.option("--max-luts", "luts", type=float, help="Most LUTs of an FPGA.")
@click.option("--max-cells", "cells", type=float, help="Most generic cells of logic.")
@click.option("--max-cycles", "cycles", type=float, help="Most cycles of an image.")
@click.option("--max-bits", "stored_bits", type=float, help="Most stored bits.")
@click.option(
    "--prefer",
    type=click.Choice(["accuracy", "nj", "luts", "cells", "cycles", "stored_bits"]),
    help="What to have the best of (default: the first budget, or without --accuracy, accuracy).",
)
@click.option("--point", metavar="DIGEST", help="With --as: the point of the sweep to make a model of.")
@click.option("--seed", type=int, default=0, show_default=True, help="With --point.")
@click.option("--as", "name", metavar="NAME", help="Write --point as models/NAME.")
@JSON
def choose(places, accuracy, prefer, point, seed, name, as_json, **budgets):
    """Pick a network and its hardware for a budget, from the models and from sweeps.

    Accuracy is that on the validation images, so that the one on the test images, which is shown too, stays
    an honest figure. The commands that build the choice are printed; exit code 1 if nothing fits.

    \b
    Example:
      accelgen choose --accuracy 98.4 --max-nj 5 --max-luts 5000
      accelgen choose sweeps/mnist_grid --accuracy 98 --max-bits 100000
    """
    if bool(point) != bool(name) or (point and len(places) != 1):
        raise click.UsageError("a model is made of one SWEEP, a --point of it, and a name for it: --as")
    if point:
        adopted = explore.adopt(places[0], point, seed, name)
        show(adopted, as_json, lambda adopted: wrote(adopted.written))
        return
    known = {cost: most for cost, most in budgets.items() if most is not None}
    choice = explore.choose(accuracy, known, places=places, prefer=prefer)
    show(choice, as_json, _chosen)
    if choice.chosen is None:
        sys.exit(1)


def _chosen(choice: Choice) -> None:
    if (chosen := choice.chosen) is None:
        click.echo(f"none of {choice.considered} fits")
        for one in choice.nearest:
            title, unit = explore.BUDGETS.get(one.demand, ("accuracy", "%"))
            if one.best is None:
                said = "nothing meets the other demands" if one.measured else "it was measured of nothing"
            else:
                said = f"the best that meets the others has {one.best:,.4g} ({one.name})"
            click.echo(f"  {title}, {one.wanted:,g} {unit}: {said}")
        return
    lines = {
        "accuracy": f"{chosen.accuracy:.2%} of the validation images, "
        f"{chosen.test_accuracy:.2%} of the test images"
    }
    lines |= {" ".join(explore.BUDGETS[name]): f"{value:,.4g}" for name, value in chosen.costs.items()}
    lines |= {"fitting": f"{choice.fitting} of {choice.considered}"}
    pairs(chosen.name, lines)
    click.echo("\nBuild it:\n")
    for line in choice.build:
        click.echo(f"  {line}")


EXPLORING = [sweep, report, choose]
