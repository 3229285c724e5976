import numpy as np
import pytest

from accelgen.golden.run import run
from accelgen.network import digest
from bench.networks import WORKS, build, images, matrices

SPARSE = [work for work in WORKS if work.sparse]


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.name)
def test_a_network_is_the_same_every_time(work):
    assert digest(build(work, 16)) == digest(build(work, 16))


@pytest.mark.parametrize("work", [work for work in WORKS if not work.sparse], ids=lambda work: work.name)
def test_lanes_do_not_change_the_weights_of_a_dense_network(work):
    narrow, wide = matrices(build(work, 8)), matrices(build(work, 16))
    assert all((narrow[name] == wide[name]).all() for name in narrow)


@pytest.mark.parametrize("work", SPARSE, ids=lambda work: work.name)
def test_n8_keeps_one_weight_in_eight_of_every_neuron(work):
    for layer in build(work, 16).layers:
        kept = np.count_nonzero(layer.weights.dense(), axis=1)
        assert (kept == layer.inputs // 8).all()


@pytest.mark.parametrize(("work", "share"), [(SPARSE[0], 1), (SPARSE[1], 0.5)], ids=str)
def test_pixels_that_matter_are_as_many_as_the_text_says(work, share):
    hidden, scores = (layer.weights.dense() for layer in build(work, 16).layers)
    assert hidden.any(axis=0).mean() == share
    assert scores.any(axis=0).all()


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.name)
def test_matrices_give_the_golden_scores(work):
    network, pixels = build(work, 16), images(work, 8)
    given = matrices(network)
    x = (pixels >> 4).astype(int) @ given["weights0"].T + given["bias0"]
    x = np.clip(x >> given["shift0"], 0, 7)
    assert (x @ given["weights1"].T + given["bias1"] == run(network, pixels).scores).all()
    assert 0.2 < (x > 0).mean() < 0.8  # neither silent nor saturated, or peers would build less
