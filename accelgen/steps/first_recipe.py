"""A recipe to begin with for data of one's own: small layers that fit them, to be changed by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from accelgen.data.own import Own, read_own
from accelgen.data.reading import Reading, filling
from accelgen.errors import InvalidNetwork, InvalidOption, InvalidRequest
from accelgen.files import write_whole
from accelgen.network.names import check_name
from accelgen.network.task import TaskName
from accelgen.steps.answer import Answer

__all__ = ["FirstRecipe", "first_recipe", "learned", "recipe_for"]

#: Samples to learn from, up to which a batch and a number of epochs are taken.
SCHEDULES = ((2_000, 16, 60), (20_000, 64, 30), (float("inf"), 128, 10))
HIDDEN, BLOCK = 32, 16
#: Channels that leave the convolutions of pictures and series that are large enough for them.
CHANNELS = (16, 32)
SMALLEST_PICTURE = 8

HEAD = """\
# {title}: {shape}, {learned}, {count:,} samples to train on.

[data]
path = {path}
{reading}pixel_bits = 4       # bits of what enters, 1 to 8

[train]
epochs = {epochs}
batch = {batch}
"""
SPIKING = """
[spiking]
integration = "continuous"
timesteps = {timesteps}        # of a recording, as [events] of data.toml says
"""
DENSE = """
[[layer]]
outputs = {outputs}
weight_bits = {bits}      # 1 to 4
{activation}block_out = {block_out}
block_in = {block_in}
"""
CONV = """
[[layer]]
kind = "conv"
outputs = {outputs}
kernel = {kernel}
padding = {padding}
pool = {pool}
weight_bits = 3      # 1 to 4
activation_bits = 4  # 1 to 8
block_out = 16
block_in = {block_in}
"""


@dataclass(frozen=True, slots=True)
class FirstRecipe(Answer):
    """A recipe that was written: the name of its model, and the file."""

    name: str
    written: Path


def first_recipe(
    path: Path,
    folder: Path,
    *,
    label: str | Sequence[str] = "",
    task: TaskName = "classes",
    ignore: Sequence[str] = (),
    missing: str = "refuse",
) -> FirstRecipe:
    """Write ``recipe.toml`` for data into a folder, whose name is that of the model.

    Parameters
    ----------
    path : Path
        The data.
    folder : Path
        Of the model, usually ``models/<name>``; it is made if it is not there.
    label, task, ignore, missing
        As in a recipe: see `accelgen.data.reading.Reading`.

    Raises
    ------
    DataError
        If the data are not as they must be.
    InvalidOption
        If an option is out of its range.
    InvalidRequest
        If there is a recipe already, or the folder's name cannot be that of a network.
    """
    path, folder = Path(path), Path(folder)
    name = folder.resolve().name
    try:
        check_name(name)
    except InvalidNetwork as error:
        raise InvalidRequest(f"{folder}: gives the network its {error}") from None
    file = folder / "recipe.toml"
    if file.exists():
        raise InvalidRequest(f"{file}: is there already")
    label = label if isinstance(label, str) else tuple(label)
    reading = Reading(label=label, task=task, ignore=tuple(ignore), missing=filling(missing))
    if problems := reading.problems():
        raise InvalidOption(problems[0])
    own = read_own(path, reading)
    place = str(path) if path.is_absolute() else Path(os.path.relpath(path, folder)).as_posix()
    return FirstRecipe(name, write_whole(file, recipe_for(own, place)))


def recipe_for(own: Own, place: str) -> str:
    """Return the text of a recipe for data that lie at ``place``, from the recipe's folder."""
    count = len(own.labels("train"))
    batch, epochs = next((batch, epochs) for most, batch, epochs in SCHEDULES if count <= most)
    reading = f"label = {json.dumps(own.reading.label)}\n" if own.reading.label else ""
    if own.reading.task != "classes":
        reading += f"task = {json.dumps(own.reading.task)}\n"
    if own.reading.ignore:
        reading += f"ignore = {json.dumps(own.reading.ignore)}\n"
    if own.reading.missing != "refuse":
        reading += f"missing = {json.dumps(own.reading.missing)}\n"
    text = HEAD.format(
        title=own.title,
        shape=_shape(own),
        learned=learned(own),
        count=count,
        path=json.dumps(place),
        reading=reading,
        epochs=epochs,
        batch=batch,
    )
    height, width, entering = own.shape
    if own.events:
        text = text.replace("pixel_bits = 4       # bits of what enters, 1 to 8\n", "")
        text += SPIKING.format(timesteps=own.events.timesteps)
    if height == 1 and not own.table and not own.events and width >= SMALLEST_PICTURE:
        for channels in CHANNELS:
            pool = 1 if width % 2 else 2
            text += CONV.format(
                outputs=channels,
                kernel="[1, 5]    # height and width: a series is one row",
                padding="[0, 2]   # above and below, left and right",
                pool=f"[1, {pool}]",
                block_in=min(entering, BLOCK),
            )
            width, entering = width // pool, channels
    elif not own.events and min(height, width) >= SMALLEST_PICTURE:
        for channels in CHANNELS:
            pool = 1 if height % 2 or width % 2 else 2
            text += CONV.format(
                outputs=channels, kernel=3, padding=1, pool=pool, block_in=min(entering, BLOCK)
            )
            height, width, entering = height // pool, width // pool, channels
    activation = "" if own.events else "activation_bits = 4  # 1 to 8\n"
    text += DENSE.format(outputs=HIDDEN, bits=3, activation=activation, block_out=16, block_in=BLOCK)
    outputs = own.data_set(None).outputs
    return text + DENSE.format(
        outputs=outputs, bits=4, activation="", block_out=min(outputs, 16), block_in=BLOCK
    )


def _shape(own: Own) -> str:
    """Return what a sample is, in words."""
    if own.events:
        return own.events.input.title
    return f"{own.shape[1]} features" if own.table else " x ".join(map(str, own.shape))


def learned(own: Own) -> str:
    """Return what is learned, in words."""
    task, count = own.reading.task, len(own.classes)
    if task == "classes":
        return f"{count} classes"
    counted = {"labels": f"{count} labels", "regression": f"{count} output{'s' * (count > 1)}"}
    return f"{counted[task]} ({task})" if task in counted else task
