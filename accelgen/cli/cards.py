"""Commands that make models and say what they are worth: train, card, tables."""

from __future__ import annotations

import click

from accelgen import cards, models, steps
from accelgen.cli.options import DATA, JSON, MACROS, MODEL, PATH
from accelgen.cli.output import Written, note, rows, show, wrote

__all__ = ["card", "tables", "train"]


@click.command()
@MODEL
@DATA
@click.option("--seed", type=int, help="Instead of the recipe's.")
@click.option("--fresh", is_flag=True, help="Start again instead of going on from a checkpoint.")
@click.option("--folds", type=int, help="Cross-validate with so many folds instead; nothing is written.")
@click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda", "mps"]),
    help="What to train on, instead of the recipe's; auto is an accelerator if there is one.",
)
@JSON
def train(model, data, seed, fresh, folds, device, as_json):
    """Train a model from models/MODEL/recipe.toml.

    With --folds it is trained so many times, each time on all but a part of what is learned from, and
    measured on that part: mean and spread say what the recipe is worth. The test set is never looked at.

    \b
    Example:
      accelgen train mnist_3b_8x --seed 1
      accelgen train wine --folds 5
    """
    if folds is not None:
        if data is not None:
            raise click.UsageError("--folds and --data exclude each other: folds are of a recipe's own data")
        show(
            steps.cross_validate(model, folds, seed=seed, resume=not fresh, device=device),
            as_json,
            _validated,
        )
        return
    show(
        steps.train(model, data=data, seed=seed, resume=not fresh, device=device),
        as_json,
        lambda training: wrote([training.written]),
    )


def _validated(found):
    """Show what `steps.cross_validate` says."""
    share = "{:.2%}" if found.measure == "accuracy" else "{:.4f}"
    rows(["fold", found.measure], [[n, share.format(one)] for n, one in enumerate(found.folds, 1)])
    spread = share.format(found.spread)
    print(f"{found.name}: {found.measure} {share.format(found.mean)} in the mean, spread {spread}")


@click.command()
@click.argument("model", required=False)
@click.option("--all", "every", is_flag=True, help="Every model, and then the tables of the documents.")
@click.option(
    "--stale", "only_stale", is_flag=True, help="Keep what is of the network and the hardware of today."
)
@click.option("--liberty", type=PATH, help="Standard cells to measure energy in.")
@MACROS
@click.option("--technology", metavar="NAME", help="A word for what --liberty is, like nangate45.")
@click.option(
    "--images", type=int, help="Test images to measure energy with (100, or fewer where one takes long)."
)
@click.option(
    "--interval",
    type=int,
    default=0,
    metavar="CLOCKS",
    help="Measure energy of the form of an unrolled model that takes an image every CLOCKS.",
)
@DATA
@JSON
def card(model, every, only_stale, data, liberty, macros, technology, images, interval, as_json):
    """Measure a model again and write its card.json and card.md.

    With --liberty only energy, area and speed in those standard cells are measured, and put into the card
    that is there; without it everything else is. With --stale, what is of today's hardware is left alone.

    \b
    Example:
      accelgen card mnist_3b_8x
      accelgen card --all --stale
      accelgen card mnist_3b_8x --technology nangate45 --liberty cells.lib --macros srams/
    """
    if bool(model) == every:
        raise click.UsageError("name a model, or --all")
    if bool(liberty) != bool(technology):
        raise click.UsageError("--liberty and --technology go together")
    if interval and (every or not liberty):
        raise click.UsageError("--interval is of the energy of one model: it needs MODEL and --liberty")
    if liberty:
        chosen = cards.Technology(technology, liberty, macros, images, interval)
        names = models.network_names() if every else [model]
        written = [cards.add_energy(name, chosen, data, note, only_stale=only_stale) for name in names]
    else:
        names = models.own_names() if every else [model]
        written = [cards.make_card(name, data, note, only_stale=only_stale) for name in names]
    if every:
        written += cards.fill_tables()
    show(Written(written), as_json, lambda answer: wrote(answer.written))


@click.command()
@JSON
def tables(as_json):
    """Write the tables of the README and the docs from the cards that are there.

    \b
    Example:
      accelgen tables
    """
    show(Written(cards.fill_tables()), as_json, lambda answer: wrote(answer.written))
