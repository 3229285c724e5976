"""Training and validation images: one seeded split, so that the test set is never needed to choose."""

from __future__ import annotations

from typing import Literal

import numpy as np

__all__ = ["Part", "split"]

#: A part of a data set.
Part = Literal["train", "validation", "test"]

SEED = 20170


def split(count: int, validation: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices of training and of validation images, each int64[images] and ascending.

    The same for every run and every recipe, so that validation figures compare.
    """
    order = np.random.default_rng(SEED).permutation(count)
    return np.sort(order[validation:]), np.sort(order[:validation])
