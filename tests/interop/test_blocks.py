import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.interop.blocks import best_cut, bits_of, blocks_of, diagonal_side, evened
from accelgen.network.blocks import BlockSparse


def stored(weights: BlockSparse) -> int:
    name = 0 if weights.kept == weights.input_blocks else (weights.input_blocks - 1).bit_length()
    return weights.codes.size * weights.bits + weights.index.size * name


def test_blocks_on_the_diagonal_are_as_large_as_flags_make_them():
    assert diagonal_side(16, 64, 64) == 4  # an average of a whole image: 3 would be best, and divides nothing
    assert diagonal_side(16, 4, 64) == 16  # as cheap as 8, and the larger
    assert diagonal_side(12, 225, 225) == 3
    assert diagonal_side(16, 225, 15) == 1  # where kernels are large, zeros cost more than flags
    assert diagonal_side(7, 4, 64) == 7 and diagonal_side(1, 9, 64) == 1


@pytest.mark.parametrize("seed", range(6))
def test_the_blocks_of_a_matrix_cost_what_was_said_and_hold_it(seed):
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, 60, 2)
    matrix = rng.integers(-2, 2, shape) * (rng.random(shape) < rng.choice([0.05, 0.3, 1]))
    found = blocks_of(matrix, 2)
    assert np.array_equal(found.dense(), matrix)
    cut = best_cut(matrix != 0, 2)
    assert (found.block_out, found.block_in) == (cut.block_out, cut.block_in)
    assert stored(found) == cut.bits


def test_full_matrices_keep_large_blocks():
    cut = best_cut(np.ones((64, 784), bool), 2)
    assert (cut.bits, cut.block_out, cut.block_in) == (64 * 784 * 2, 16, 16)


def test_rows_of_blocks_are_about_as_full():
    assert best_cut(np.ones((22, 32), bool), 2).bits == 22 * 32 * 2  # 11 and 11, not 16 and 6


def test_zeros_one_by_one_have_small_blocks_where_flags_are_few():
    nonzero = np.zeros((16, 64), bool)
    nonzero[:, ::5] = True
    assert best_cut(nonzero, 2).block_in == 2
    assert best_cut(nonzero, 8).block_in == 1  # what is left out is worth more
    wide = np.random.default_rng(0).random((64, 784)) < 0.3
    assert best_cut(wide, 2).block_in >= 4  # 784 flags of blocks would be 784 registers


def test_columns_divide_the_channels_of_a_pixel():
    assert best_cut(np.eye(16, 36, dtype=bool), 2, divisor=6).block_in == 6


def test_every_row_keeps_as_many_blocks():
    mask = np.array([[1, 0, 0, 0], [1, 0, 1, 1], [0, 0, 0, 0]], bool)
    found = evened(mask)
    assert found.sum(axis=1).tolist() == [3, 3, 3] and (found | mask == found).all()


def test_weights_have_as_few_bits_as_hold_them():
    assert [bits_of(np.array(one)) for one in ([1, -1], [0, 1], [-2, 1], [2], [-128, 5])] == [1, 2, 2, 3, 8]
    with pytest.raises(InvalidNetwork, match="need 9 bits, and weights have 1 to 8"):
        bits_of(np.array([128]))
