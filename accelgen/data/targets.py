"""What is learned where it is not one class of each sample: numbers, yes or no, or the sample itself."""

from __future__ import annotations

import numpy as np

from accelgen.data.described import BETWEEN, FILE, word_problems
from accelgen.data.formats.values import Samples
from accelgen.data.images import Images
from accelgen.data.labels import classes_of
from accelgen.errors import DataError
from accelgen.network.coding import Coding
from accelgen.network.task import TaskName

__all__ = ["MOST_TARGETS", "targets_of", "wanted_of"]

#: Beyond this, columns of targets are none.
MOST_TARGETS = 4096
#: Numbers to be learned, at most, so that sums of their squares are numbers.
LARGEST = 1e100


def targets_of(
    task: TaskName, every: list[Samples], declared: tuple[str, ...]
) -> tuple[tuple[str, ...], list[np.ndarray]]:
    """Return the names of what is learned, and for all samples what is right.

    Parameters
    ----------
    task : str
        What is learned; see `accelgen.network.task`.
    every : list of Samples
        To learn from, and to test with.
    declared : tuple of str
        Names that ``data.toml`` gives, or none.

    Returns
    -------
    (tuple of str, list of arrays)
        Of ``classes`` and ``threshold`` the classes, and integer[n]; of ``labels`` the labels, and
        uint8[n, labels] of 0 and 1; of ``regression`` the outputs, and float64[n, outputs]; of
        ``reconstruction`` no names, and uint8[n] of zeros.

    Raises
    ------
    DataError
        If they are not as the task needs them; the message names the sample.
    """
    if task == "reconstruction":
        return (), [np.zeros(samples.values.count, np.uint8) for samples in every]
    if task in ("labels", "regression"):
        found = [_table(samples, whole=task == "labels") for samples in every]
        return _names(every, found, declared), found
    for samples in every:
        if samples.labels.ndim > 1:
            raise DataError(
                f"{samples.named}: must have a label for each of {len(samples.labels)} samples, not shape "
                f"{list(samples.labels.shape)}: several are task = 'labels' or 'regression'"
            )
    names, numbers = classes_of(every, declared)
    if task == "threshold" and len(names) != 2:
        raise DataError(f"{every[0].named}: a threshold tells two classes apart, and there are {len(names)}")
    return names, numbers


def _table(samples: Samples, *, whole: bool) -> np.ndarray:
    """Return targets as float64[n, outputs], or those that must be ``whole`` as uint8[n, outputs]."""
    rows = samples.labels if samples.labels.ndim > 1 else samples.labels[:, None]
    if rows.dtype.kind == "S":
        rows = np.char.decode(rows, "utf-8", "replace")
    try:
        values = rows.astype(np.float64)
    except ValueError:
        row, place, word = next(
            (row, place, word)
            for row, words in enumerate(rows)
            for place, word in enumerate(words)
            if not _number(word)
        )
        raise DataError(
            f"{samples.named}: row {row}: {_place(samples, place)}{str(word)!r} is not a number"
        ) from None
    right = (values == 0) | (values == 1) if whole else np.abs(values) <= LARGEST
    if not right.all():
        row, place = map(int, np.argwhere(~right)[0])
        far = f"at most {LARGEST:g}, or {-LARGEST:g} at least"
        wanted = "0 or 1" if whole else far if np.isfinite(values[row, place]) else "a finite number"
        raise DataError(
            f"{samples.named}: row {row}: {_place(samples, place)}must be {wanted}, "
            f"not {values[row, place]:g}"
        )
    return values.astype(np.uint8) if whole else values


def _number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _place(samples: Samples, place: int) -> str:
    """Return which of several targets is meant; nothing where there is one."""
    several = samples.labels.ndim > 1
    return f"{samples.outputs[place] if samples.outputs else f'target {place}'}: " if several else ""


def _names(every: list[Samples], found: list[np.ndarray], declared: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of outputs or labels: those declared, else of columns, else their numbers."""
    first, count = every[0], found[0].shape[1]
    if not len(found[0]):
        raise DataError(f"{first.values.name}: holds no samples")
    if count > MOST_TARGETS:
        raise DataError(
            f"{first.named}: has {count:,} targets of a sample, and at most {MOST_TARGETS:,} are learned"
        )
    if len(found) > 1 and found[1].shape[1] != count:
        raise DataError(
            f"{every[1].named}: has {found[1].shape[1]} targets of a sample, and {first.named} {count}"
        )
    if declared and len(declared) != count:
        raise DataError(f"{first.named}: has {count} targets of a sample, and {FILE} names {len(declared)}")
    names = declared or first.outputs or tuple(f"y{n}" if count > 1 else "y" for n in range(count))
    for name in names:
        if BETWEEN in name or (count > 1 and word_problems("classes", names)):
            raise DataError(f"{first.named}: {word_problems('classes', (*names, '-'))[0]}")
    return names


def wanted_of(images: Images, task: TaskName, coding: Coding | None) -> np.ndarray:
    """Return what is right for samples: their labels; of a reconstruction the samples, float64[n, values].

    A feature is taken for the middle of what its code stands for.
    """
    if task != "reconstruction":
        return images.labels
    return images.pixels.astype(np.float64) if coding is None else coding.middle(images.pixels)
