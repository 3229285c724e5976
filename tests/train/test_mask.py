"""Every row keeps the same number of blocks, and a dealt mask uses every block equally often."""

import numpy as np
import pytest

from accelgen.train.mask import fixed_mask, spread_mask, strongest_mask


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


def test_rows_that_agree_share_the_blocks_out_and_leave_weak_ones_alone():
    alike = np.tile([4.0, 3.0, 2.0, 0.0], (6, 1))
    assert spread_mask(alike, 1).sum(axis=0).tolist() == [2, 2, 2, 0]
    assert spread_mask(alike, 2).sum(axis=0).tolist() == [4, 4, 4, 0]
    assert strongest_mask(alike, 1).sum(axis=0).tolist() == [6, 0, 0, 0]
    for kept in (1, 2, 3):
        assert (spread_mask(alike, kept, 1.0) == strongest_mask(alike, kept)).all()


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_rows_that_differ_keep_their_strongest(kept):
    rng = np.random.default_rng(kept)
    alone = np.array([[9.0, 1.0, 1.0], [1.0, 9.0, 1.0], [1.0, 1.0, 9.0]])
    assert spread_mask(alone, 1).tolist() == np.eye(3, dtype=bool).tolist()
    mask = spread_mask(rng.random((7, 5)), kept)
    assert (mask.sum(axis=1) == kept).all()
    assert spread_mask(np.zeros((2, 3)), kept).sum() == 2 * kept
    first = np.array([[5.0, 4.0], [9.0, 1.0]])  # the second has more to lose, and chooses first
    assert spread_mask(first, 1).tolist() == [[False, True], [True, False]]
