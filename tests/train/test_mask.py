"""Every row keeps the same number of blocks, and a dealt mask uses every block equally often."""

import numpy as np
import pytest

from accelgen.train.mask import fixed_mask, strongest_mask


@pytest.mark.parametrize(("rows", "columns", "kept"), [(16, 56, 7), (16, 32, 4), (5, 7, 3), (3, 4, 4)])
def test_dealt_mask_is_balanced(rows, columns, kept):
    mask = fixed_mask(rows, columns, kept, np.random.default_rng(0))
    assert mask.shape == (rows, columns)
    assert (mask.sum(axis=1) == kept).all()
    assert np.ptp(mask.sum(axis=0)) <= 1


def test_dealt_mask_depends_on_the_seed_alone():
    first, again, other = (fixed_mask(16, 56, 7, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_strongest_blocks_are_kept_and_the_leftmost_wins_a_tie():
    strength = np.array([[1.0, 3.0, 2.0], [5.0, 5.0, 5.0]])
    assert strongest_mask(strength, 2).tolist() == [[False, True, True], [True, True, False]]
