import numpy as np
import pytest

from accelgen.errors import DataError
from accelgen.interop.spiking.chain import find_spiking_chain
from accelgen.interop.spiking.play import play_nir
from tests.interop.spiking.units import DT, affine, chained, fires, unit

RNG = np.random.default_rng(0)


def pool(name, op, sides, strides=None, pads=(0, 0)):
    return unit(name, op, kernel_size=sides, stride=sides if strides is None else strides, padding=pads)


def pooled(op, spikes, sides, strides, pads):
    """Return what a pool makes of spikes [samples, timesteps, polarities, rows, columns]."""
    above = [(0, 0)] * 3 + [(pad, pad) for pad in pads]
    padded = np.pad(spikes.astype(float), above)
    high, wide = ((padded.shape[3 + n] - sides[n]) // strides[n] + 1 for n in range(2))
    found = np.zeros((*spikes.shape[:3], high, wide))
    for y, x in np.ndindex(high, wide):
        top, left = y * strides[0], x * strides[1]
        square = padded[..., top : top + sides[0], left : left + sides[1]]
        found[..., y, x] = square.sum(axis=(3, 4)) if op == "SumPool2d" else square.mean(axis=(3, 4))
    return found


@pytest.mark.parametrize("op", ["SumPool2d", "AvgPool2d"])
@pytest.mark.parametrize(("sides", "strides", "pads"), [((2, 2), (2, 2), (0, 0)), ((3, 2), (2, 1), (1, 1))])
def test_weights_read_through_a_pool_what_it_would_have_given(op, sides, strides, pads):
    spikes = RNG.integers(0, 2, (5, 6, 2, 7, 6))
    values = pooled(op, spikes, sides, strides, pads)
    size = int(np.prod(values.shape[2:]))
    weight = RNG.integers(-3, 4, (4, size))
    nodes = (
        pool("p", op, sides, strides, pads),
        unit("f", "Flatten"),
        affine("a", weight),
        fires("n", 4, 5.01),
    )
    chain = find_spiking_chain(chained(*nodes, shape=(2, 7, 6)), None)
    count = sides[0] * sides[1]
    assert [(one.verdict, one.why) for one in chain.findings if one.node == "p"] == [
        ("folded", f"weights behind it, {count} times as many")
    ]
    assert chain.shape == (2, 7, 6) and chain.stages[0].weight.shape == (4, 84)
    currents = spikes.reshape(5, 6, -1) @ chain.stages[0].weight.T
    assert np.allclose(currents, values.reshape(5, 6, -1) @ weight.T, rtol=0, atol=1e-9)
    fired, _ = play_nir(chain.stages, spikes.reshape(5, 6, -1).astype(np.uint8), DT)
    membranes = np.zeros((5, 4))
    for timestep in range(6):  # neurons of NIR, one after the other
        membranes += values.reshape(5, 6, -1)[:, timestep] @ weight.T
        assert np.array_equal(fired[0][:, timestep], membranes > 5.01)
        membranes[membranes > 5.01] = 0


def test_pools_one_after_the_other_are_read_through():
    nodes = pool("p", "SumPool2d", (2, 2)), pool("q", "AvgPool2d", 2), affine("a", RNG.normal(0, 1, (3, 2)))
    chain = find_spiking_chain(chained(*nodes, shape=(2, 4, 4)), None)
    spikes = RNG.integers(0, 2, (2, 4, 4))
    sums = spikes.reshape(2, -1).sum(axis=1) / 4
    (stage,) = chain.stages
    assert np.allclose(stage.weight @ spikes.ravel(), nodes[2].values["weight"] @ sums)


@pytest.mark.parametrize(
    ("nodes", "shape", "why"),
    [
        ([pool("x", "SumPool2d", (2, 2))], (8,), r"pools \[8\]: a pool of events that enter"),
        ([pool("x", "SumPool2d", (5, 2))], (2, 4, 4), r"squares of \[5, 2\] do not fit 4 x 4 pixels"),
        ([pool("x", "SumPool2d", (0, 2))], (2, 4, 4), r"kernel_size must be 1 to 1024, not \[0.0, 2.0\]"),
        ([pool("x", "SumPool2d", (2, 2), (2, 0.5))], (2, 4, 4), "stride must be two whole numbers"),
        ([unit("x", "AvgPool2d", stride=[1, 1], padding=[0, 0])], (2, 4, 4), "kernel_size must be two whole"),
        ([pool("x", "SumPool2d", 2, 2, 2)], (2, 4, 4), r"padding must be less than the square, \[2, 2\]"),
        ([unit("c", "Conv2d"), pool("x", "SumPool2d", (2, 2))], (2, 4, 4), r"waits for c \(Conv2d\)"),
        (
            [affine("a", np.eye(4)), fires("n", 4, 1), pool("x", "AvgPool2d", (2, 2))],
            (1, 2, 2),
            r"pools \[4\]",
        ),
        (
            [pool("p", "SumPool2d", (2, 2)), fires("x", 8, 1)],
            (2, 4, 4),
            "neurons must have weights before them",
        ),
    ],
)
def test_a_pool_that_weights_cannot_read_through_is_refused(nodes, shape, why):
    chain = find_spiking_chain(chained(*nodes, shape=shape), None)
    found = {one.node: one.why for one in chain.refused}
    with pytest.raises(AssertionError, match=why):
        raise AssertionError(found["x"])


def test_weights_that_would_be_too_many_are_refused():
    nodes = pool("p", "SumPool2d", 1, 1024), affine("a", np.ones((40, 1)))
    with pytest.raises(DataError, match=r"p: 41,943,040 weights would read through it"):
        find_spiking_chain(chained(*nodes, shape=(1, 1024, 1024)), None)
