"""Commands of data: ``data check``, ``data recipe``, ``data list`` and ``data get``."""

from __future__ import annotations

import click

from accelgen import steps
from accelgen.cli.options import DATA, JSON, PATH
from accelgen.cli.output import note, pairs, rows, show, wrote

__all__ = ["data"]

#: What a recipe may ask for; the front door loads no numpy, and so not what names them.
TASKS = ("classes", "labels", "regression", "reconstruction", "threshold")
#: Features that are shown; all are in the JSON.
SHOWN = 20


@click.group()
def data():
    """Look at data before anything is trained on them, or fetch some.

    \b
    Example:
      accelgen data check wine.csv --label cultivar
      accelgen data recipe wine.csv models/wine --label cultivar
      accelgen data list
      accelgen data get wine --to data
    """


@data.command()
@click.argument("path", type=PATH)
@click.option("--label", multiple=True, help="Column of a table that holds labels; may be repeated.")
@click.option(
    "--task", type=click.Choice(TASKS), default="classes", show_default=True, help="What is to be learned."
)
@click.option("--ignore", multiple=True, metavar="COLUMN", help="Column to leave out; may be repeated.")
@click.option(
    "--missing",
    default="refuse",
    show_default=True,
    help="What stands for a missing value: refuse, mean, or a number.",
)
@click.option("--test", type=float, help="Share to set aside for tests, if there is no test set (0.2).")
@click.option("--validation", type=float, help="Share of the rest to choose the epoch by (0.1).")
@click.option("--seed", type=int, help="Of both draws (0).")
@click.option("--page", type=PATH, metavar="FILE", help="Write a page with samples, ranges and balance, too.")
@JSON
def check(path, as_json, label, **how):
    """Read all of a file or folder of data, and show what is in it.

    PATH is an .npz, .csv or .parquet file, or a folder with x.npy and y.npy, IDX files, train.csv, or a
    folder of pictures, WAV files or recordings of events for each class.

    \b
    Example:
      accelgen data check wine.csv --label cultivar
      accelgen data check wine.csv --label cultivar --page wine.html
    """
    show(steps.check_data(path, label=_labels(label), **how), as_json, _checked)


@data.command()
@click.argument("path", type=PATH)
@click.argument("folder", type=PATH)
@click.option("--label", multiple=True, help="Column of a table that holds labels; may be repeated.")
@click.option(
    "--task", type=click.Choice(TASKS), default="classes", show_default=True, help="What is to be learned."
)
@click.option("--ignore", multiple=True, metavar="COLUMN", help="Column to leave out; may be repeated.")
@click.option("--missing", default="refuse", show_default=True, help="What stands for a missing value.")
@JSON
def recipe(path, folder, as_json, label, **how):
    """Write a recipe to begin with, for data of your own.

    FOLDER is that of the model, and its last name is the model's. Small layers that fit the data are in the
    recipe; change them, and what else is there, by hand.

    \b
    Example:
      accelgen data recipe wine.csv models/wine --label cultivar
      accelgen data recipe wine.csv models/alcohol --label alcohol --task regression
    """
    made = steps.first_recipe(path, folder, label=_labels(label), **how)
    show(made, as_json, lambda made: wrote([made.written]))


@data.command("list")
@DATA
@JSON
def list_(data, as_json):
    """List the data sets that a recipe may name.

    \b
    Example:
      accelgen data list
    """

    def view(listed):
        rows(
            ["set", "shape", "classes", "samples", "at hand", "licence"],
            [
                [
                    s.name,
                    " x ".join(map(str, s.shape)),
                    s.classes,
                    s.samples,
                    "yes" if s.there else "no",
                    s.licence,
                ]
                for s in listed.sets
            ],
        )
        click.echo("Data of your own need no name: path = in [data] of a recipe")

    show(steps.list_data(data=data), as_json, view)


@data.command()
@click.argument("name", required=False)
@click.option(
    "--to", type=PATH, help="Folder to put it into (default: ACCELGEN_DATA, else the cache of accelgen)."
)
@JSON
def get(name, to, as_json):
    """Fetch a public data set, or list those that can be fetched.

    A file is accepted by its digest alone, and a set appears whole or not at all. Its folder is what a recipe
    names by path; sets of `accelgen data list` are named by set.

    \b
    Example:
      accelgen data get
      accelgen data get wine --to data
    """

    def listed(found):
        rows(
            ["set", "title", "licence", "at hand", "from"],
            [[s.name, s.title, s.licence, "yes" if s.there else "no", s.source] for s in found.sets],
        )

    def fetched(found):
        click.echo(
            f"{found.title}: {'fetched' if found.fetched else 'is there already'}, {found.size:,} bytes in "
            f"{found.written}"
        )
        click.echo(f"licence: {found.licence}; name {found.citation}")
        click.echo(f"in a recipe: [data] {found.use}")

    if name is None:
        show(steps.list_public(to=to), as_json, listed)
    else:
        show(steps.get_data(name, to=to, say=note), as_json, fetched)


def _checked(found):
    """Show what `steps.check_data` says."""
    parts = ", ".join(f"{count:,} {name}" for name, count in found.samples.items())
    origin = "has a test set" if found.set_aside else "the test set is drawn"
    twins = f"{found.duplicates:,} of the test set are also learned from"
    if found.duplicates:
        twins += (
            f" (test samples {', '.join(map(str, found.duplicate_rows))}{', ...' * (found.duplicates > 5)})"
        )
    summary = {
        "form": found.form,
        "sample": f"{' x '.join(map(str, found.shape))} {found.kind}",
        **({} if found.hint is None else {"hint": found.hint}),
        **({} if found.task == "classes" else {"task": found.task}),
        "samples": f"{parts} ({origin})",
        "duplicates": twins,
        "missing": "none" if found.filled is None else f"in {found.filled} features, filled",
        "never changes": ", ".join(found.constant[:SHOWN]) or "none",
        "licence": found.licence,
        "digest": found.digest,
    }
    pairs(found.name, summary)
    if found.balance:
        what = "label" if found.task == "labels" else "class"
        names = found.classes[:SHOWN]
        rows(
            [what, *found.samples],
            [[name, *(found.balance[part][name] for part in found.samples)] for name in names],
        )
        _more(len(found.classes), f"{what}s" if what == "label" else "classes")
    if found.targets:
        _ranges("output", found.targets)
    _ranges("feature", found.ranges)
    if found.written:
        wrote([found.written])


def _ranges(what, ranges):
    """Show ranges of features, or of outputs."""
    rows(
        [what, "least", "most", "mean"],
        [[one.name, f"{one.least:g}", f"{one.most:g}", f"{one.mean:g}"] for one in ranges[:SHOWN]],
    )
    _more(len(ranges), f"{what}s")


def _labels(names):
    """Return the column of labels as a recipe has it: its name, or several."""
    return names if len(names) > 1 else "".join(names)


def _more(count, what):
    if count > SHOWN:
        click.echo(f"and {count - SHOWN:,} more {what}: --json shows all")
