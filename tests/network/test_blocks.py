import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import InvalidNetwork
from accelgen.network import BlockSparse
from accelgen.network.blocks import code_range
from tests.tiny_networks import block_sparse


def arrays(index=((0, 2), (1, 2)), fill=1):
    return np.array(index, np.int32), np.full((2, 2, 3, 4), fill, np.int8)


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_dense_and_back_is_the_same(seed, bits):
    rng = np.random.default_rng(seed)
    outputs, inputs, block_out, block_in = (int(v) for v in rng.integers(1, 20, 4))
    kept = int(rng.integers(1, -(-inputs // block_in) + 1))
    weights = block_sparse(rng, outputs, inputs, bits, block_out, block_in, kept)
    mask = np.zeros((weights.block_rows, weights.input_blocks), bool)
    np.put_along_axis(mask, weights.index.astype(int), True, axis=1)
    again = BlockSparse.from_dense(weights.dense(), mask, bits, block_out, block_in)
    assert (again.index == weights.index).all() and (again.codes == weights.codes).all()


def test_dense_puts_each_block_where_the_index_says():
    index, codes = arrays()
    codes[1, 0, 2, 3] = -2
    dense = BlockSparse(6, 12, 3, index, codes).dense()
    assert dense[:3, :4].all() and not dense[:3, 4:8].any() and dense[:3, 8:].all()
    assert dense[5, 7] == -2


def test_compression_is_blocks_over_kept_blocks():
    assert BlockSparse(6, 12, 3, *arrays()).compression == 1.5


@pytest.mark.parametrize(
    ("bits", "span"), [(1, (-1, 1)), (2, (-2, 1)), (3, (-4, 3)), (4, (-8, 7)), (8, (-128, 127))]
)
def test_code_range_is_twos_complement_but_for_one_bit(bits, span):
    assert code_range(bits) == span


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"bits": 9}, "bits: weights have 1 to 8 bits, not 9"),
        ({"bits": 0}, "bits: must be an integer of at least 1, not 0"),
        ({"outputs": True}, "outputs: must be an integer of at least 1, not True"),
        ({"outputs": 7}, "index: has 2 block rows, but 7 outputs in blocks of 3 need 3"),
        ({"index": [[0, 3], [1, 2]]}, "index: block row 0 names input block 3, but the last one is 2"),
        ({"index": [[0, 2], [-1, 2]]}, "index: block row 1 names input block -1, but the last one is 2"),
        (
            {"index": [[2, 0], [1, 2]]},
            "index: block row 0 must name its blocks once each, in ascending order",
        ),
        (
            {"index": [[0, 2], [1, 1]]},
            "index: block row 1 must name its blocks once each, in ascending order",
        ),
        ({"fill": 4}, "codes: 3-bit weights must be -4 to 3"),
        ({"bits": 1, "fill": 0}, "codes: 1-bit weights must be -1 or 1"),
        ({"outputs": 5}, "codes: rows past output 4 must hold 0"),
        ({"inputs": 11}, "codes: columns past input 10 must hold 0"),
    ],
)
def test_broken_rules_are_named(change, message):
    index, codes = arrays(change.pop("index", ((0, 2), (1, 2))), change.pop("fill", 1))
    fields = {"outputs": 6, "inputs": 12, "bits": 3, "index": index, "codes": codes} | change
    with pytest.raises(InvalidNetwork) as error:
        BlockSparse(**fields)
    assert str(error.value) == message


def test_dtype_and_dimensions_are_checked():
    index, codes = arrays()
    with pytest.raises(InvalidNetwork, match="^index: must be int32, not int64$"):
        BlockSparse(6, 12, 3, index.astype(np.int64), codes)
    with pytest.raises(InvalidNetwork, match="^codes: must have 4 dimensions and no empty one"):
        BlockSparse(6, 12, 3, index, codes[0])


def test_arrays_cannot_change_afterwards():
    index, codes = arrays()
    weights = BlockSparse(6, 12, 3, index, codes)
    codes[:] = 0
    assert weights.codes.all()
    with pytest.raises(ValueError, match="read-only"):
        weights.codes[0] = 0


def test_a_mask_must_keep_the_same_number_in_each_row():
    mask = np.array([[True, False], [True, True]])
    with pytest.raises(InvalidNetwork, match="^mask: every block row must keep the same number of blocks"):
        BlockSparse.from_dense(np.ones((4, 4), int), mask, 2, 2, 2)


MASK = np.array([[True, False], [False, True]])


@pytest.mark.parametrize(
    ("weights", "bits", "message"),
    [
        (np.random.default_rng(0).normal(0, 0.3, (4, 4)), 3, "weights: must be integers, not float64"),
        (np.ones((4, 4), bool), 3, "weights: must be integers, not bool"),
        ([[1] * 4] * 4, 3, "weights: must be a numpy array of integers, not list"),
        (np.full((4, 4), 255), 4, "weights: 4-bit weights must be -8 to 7"),
        (np.full((4, 4), 255, np.uint8), 1, "weights: 1-bit weights must be -1 or 1"),
        (np.full((4, 4), 128), 8, "weights: 8-bit weights must be -128 to 127"),
        (np.full((4, 4), 256), 4, "weights: 4-bit weights must be -8 to 7"),
        (np.full((4, 4), 2**64 - 1, np.uint64), 4, "weights: 4-bit weights must be -8 to 7"),
        (np.ones(4, int), 3, "weights: must have 2 dimensions and no empty one, not shape [4]"),
        (np.ones((0, 4), int), 3, "weights: must have 2 dimensions and no empty one, not shape [0, 4]"),
        (np.ones((4, 4), int), 9, "bits: weights have 1 to 8 bits, not 9"),
        (np.ones((4, 4), int), 2.0, "bits: must be an integer of at least 1, not 2.0"),
    ],
)
def test_nothing_becomes_a_weight_by_truncation_or_wrapping(weights, bits, message):
    with pytest.raises(InvalidNetwork) as error:
        BlockSparse.from_dense(weights, MASK, bits, 2, 2)
    assert str(error.value) == message


@pytest.mark.parametrize("bits", [5, 6, 7, 8])
def test_both_ends_of_a_wide_range_are_held(bits):
    low, high = code_range(bits)
    dense = np.tile([low, high], (4, 2))
    assert (BlockSparse.from_dense(dense, np.ones((2, 2), bool), bits, 2, 2).dense() == dense).all()


def test_weights_outside_the_mask_may_be_anything():
    weights = np.kron(MASK, np.ones((2, 2))).astype(np.uint8)
    made = BlockSparse.from_dense(np.where(weights, 3, 200).astype(np.uint8), MASK, 3, 2, 2)
    assert made.dense().tolist() == (3 * weights).tolist()


def test_integers_of_numpy_shape_blocks():
    two = np.int64(2)
    made = BlockSparse.from_dense(np.ones((4, 4), np.int16), MASK, two, two, two)
    assert (type(made.bits), made.bits, made.block_out) == (int, 2, 2)
    with pytest.raises(InvalidNetwork, match="^block_in: must be an integer of at least 1, not 0$"):
        BlockSparse.from_dense(np.ones((4, 4), int), MASK, 2, 2, 0)


@pytest.mark.parametrize("mask", [MASK.astype(int), MASK * 0.3, MASK.tolist()])
def test_a_mask_is_bool(mask):
    with pytest.raises(InvalidNetwork, match="^mask: must be bool, not (int64|float64|list)$"):
        BlockSparse.from_dense(np.ones((4, 4), int), mask, 2, 2, 2)
