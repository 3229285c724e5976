import numpy as np
import pytest

from accelgen.errors import DataError
from accelgen.interop.averages import Squares, average_problem, squares_of
from accelgen.interop.graph import Node
from accelgen.interop.qonnx.operators import OPERATORS
from tests.interop.averaged import squares

RNG = np.random.default_rng(0)
POOLS = [
    ((3, 8, 8), (2, 2), (2, 2), (0, 0, 0, 0)),
    ((3, 7, 5), (3, 2), (2, 1), (0, 0, 0, 0)),  # squares overlap, and leave a rest
    ((2, 6, 6), (3, 3), (2, 2), (1, 0, 1, 2)),
]


def node(op="AveragePool", **more):
    return Node("pool", op, ("x",), ("y",), more)


def averages(found, images):
    """Return sums of squares, integer[n, *leaving]: averages times how many values they are of."""
    more = {
        "kernel_shape": found.kernel,
        "strides": found.strides,
        "pads": found.pads,
        "count_include_pad": 1,
    }
    (given,) = OPERATORS["AveragePool"](more, images.astype(np.float64))
    return np.rint(given * found.count)


@pytest.mark.parametrize("parts", POOLS)
def test_an_average_is_a_convolution_of_ones(parts):
    found = Squares(*parts)
    images = RNG.integers(0, 9, (4, *found.shape))
    more = {"strides": found.strides, "pads": found.pads}
    (sums,) = OPERATORS["Conv"](more, images, found.ones())
    assert sums.shape[1:] == found.leaving and np.array_equal(sums, averages(found, images))


@pytest.mark.parametrize("parts", POOLS)
def test_weights_of_averages_are_spread_over_the_image(parts):
    found = Squares(*parts)
    images = RNG.integers(0, 9, (4, *found.shape))
    weights = RNG.integers(-3, 4, (5, *found.leaving))
    ours = images.reshape(4, -1) @ found.spread(weights).reshape(5, -1).T
    assert np.array_equal(ours, averages(found, images).reshape(4, -1) @ weights.reshape(5, -1).T)


@pytest.mark.parametrize("pads", [(0, 0, 0, 0), (1, 1, 0, 1)])
@pytest.mark.parametrize("steps", [(1, 1), (2, 1)])
def test_kernels_of_averages_are_enlarged(steps, pads):
    found = Squares((3, 8, 6), (2, 1), (2, 1), (0, 0, 0, 0))
    images = RNG.integers(0, 9, (4, *found.shape))
    kernels = RNG.integers(-3, 4, (5, 3, 2, 3))
    (wanted,) = OPERATORS["Conv"]({"strides": steps, "pads": pads}, averages(found, images), kernels)
    more = {
        "strides": [one * other for one, other in zip(steps, found.strides, strict=True)],
        "pads": found.padded(pads),
    }
    (ours,) = OPERATORS["Conv"](more, images, found.enlarged(kernels))
    assert np.array_equal(ours, wanted)


@pytest.mark.parametrize(
    "parts",
    [
        ((3, 8, 8), (3, 3), (2, 2), (0, 0, 0, 0)),  # overlap
        ((3, 9, 8), (2, 2), (2, 2), (0, 0, 0, 0)),  # a row is left, where a square of zeros would lie
        ((3, 8, 8), (2, 2), (2, 2), (1, 1, 1, 1)),
    ],
)
def test_zeros_around_averages_that_are_none_around_the_image_are_refused(parts):
    assert Squares(*parts).padded((0, 0, 0, 0)) == parts[3]
    with pytest.raises(DataError, match="pads averages with 0, and pixels lie where"):
        Squares(*parts).padded((0, 1, 0, 0))


def test_the_whole_image_is_one_square():
    found = squares_of(node("GlobalAveragePool"), None, (3, 5, 4))
    assert found.whole and found.count == 20 and found.leaving == (3, 1, 1)
    assert squares_of(node("ReduceMean", axes=[-1, -2]), None, (3, 5, 4)) == found
    assert squares_of(node("ReduceMean"), np.array([2, 3]), (3, 5, 4)) == found
    assert not squares_of(node(**squares((2, 2))[1]), None, (3, 5, 4)).whole


@pytest.mark.parametrize(
    ("one", "axes", "shape", "reason"),
    [
        (node("GlobalAveragePool"), None, (3, 5), r"averages no image .* but \[3, 5\]"),
        (node("ReduceMean", axes=[1]), None, (3, 5, 4), "must average over rows and columns"),
        (node("ReduceMean", axes="hw"), None, (3, 5, 4), "must average over rows and columns"),
        (node("ReduceMean"), None, (3, 5, 4), "must average over rows and columns"),
        (node("ReduceMean"), np.array([1, 2, 3]), (3, 5, 4), "must average over rows and columns"),
        (node(**squares((6, 2))[1]), None, (3, 5, 4), r"squares of \[6, 2\] do not fit 5 x 4 pixels"),
        (node(**squares((2, 2), ceil_mode=1)[1]), None, (3, 5, 4), "squares that leave the image"),
    ],
)
def test_what_is_no_square_of_an_image_is_refused(one, axes, shape, reason):
    with pytest.raises(DataError, match=reason):
        squares_of(one, axes, shape)


def test_a_ceil_mode_that_changes_nothing_changes_nothing():
    found = squares_of(node(**squares((2, 2), ceil_mode=1)[1]), None, (3, 6, 4))
    assert found == squares_of(node(**squares((2, 2))[1]), None, (3, 6, 4))


def test_pads_count_or_are_refused():
    assert average_problem(node(**squares((3, 3), (1, 1), (1, 1, 1, 1))[1])) == ""
    assert average_problem(node(kernel_shape=[3, 3], auto_pad="VALID")) == ""
    assert "fewer values at the edges" in average_problem(node(kernel_shape=[3, 3], pads=[0, 1, 0, 0]))
