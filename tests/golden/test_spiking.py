import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import DataError, InvalidOption, InvalidRequest
from accelgen.golden import SpikingResult, run_spikes, run_spiking
from accelgen.golden import spiking as module
from tests.naive import naive_spiking
from tests.tiny_networks import (
    integrating,
    mnist_spiking_network,
    random_images,
    random_spikes,
    random_spiking_network,
    small_network,
    spiking_network,
)


@given(st.integers(0, 2**32 - 1))
def test_equals_the_equations_written_as_loops(seed):
    network = random_spiking_network(seed)
    spikes = random_spikes(np.random.default_rng(seed), 2, 5, network.input.inputs)
    found = run_spikes(network, spikes).scores
    assert found.tolist() == [naive_spiking(network, sample.tolist()) for sample in spikes]


@given(st.integers(0, 2**32 - 1))
def test_a_readout_that_integrates_equals_its_equations_written_as_loops(seed):
    network = integrating(random_spiking_network(seed), seed)
    spikes = random_spikes(np.random.default_rng(seed), 2, 7, network.input.inputs)
    found = run_spikes(network, spikes).scores
    assert found.tolist() == [naive_spiking(network, sample.tolist()) for sample in spikes]


@pytest.mark.parametrize("reset", ["zero", "subtract"])
@pytest.mark.parametrize(("leak", "multiplier"), [(1, 1), (3, 5), (10, 41), (15, 32767)])
def test_a_leak_has_a_multiplier(leak, multiplier, reset):
    network = spiking_network(leak=leak, multiplier=multiplier, reset=reset)
    spikes = random_spikes(np.random.default_rng(leak), 4, 16, network.input.inputs)
    found = run_spikes(network, spikes).scores
    assert found.tolist() == [naive_spiking(network, sample.tolist()) for sample in spikes]


@pytest.mark.parametrize("encoder", ["dither", "lfsr"])
def test_images_are_encoded_as_the_input_says(encoder):
    network = spiking_network(encoder=encoder)
    images = random_images(np.random.default_rng(0), 4, 30)
    found = run_spiking(network, images, 6)
    assert (found.spikes[0] == network.input.spikes(images, 6)).all()
    assert (found.scores == run_spikes(network, found.spikes[0]).scores).all()


def test_a_longer_run_begins_like_a_shorter_one():
    network = spiking_network()
    images = random_images(np.random.default_rng(0), 4, 30)
    assert (run_spiking(network, images, 9).scores[:, :4] == run_spiking(network, images, 4).scores).all()


def test_batches_do_not_show(monkeypatch):
    network = spiking_network()
    images = random_images(np.random.default_rng(0), 23, 30)
    whole = run_spiking(network, images, 3)
    monkeypatch.setattr(module, "BATCH", 5)
    assert (run_spiking(network, images, 3).scores == whole.scores).all()


def test_stopping_early_takes_the_first_clear_lead():
    scores = np.array([[[3, 1, 0], [5, 1, 0], [6, 5, 5]], [[0, 0, 0], [0, 0, 1], [0, 2, 1]]])
    result = SpikingResult(scores, [])
    assert result.stopped(2).tolist() == [1, 3]
    assert result.stopped(4).tolist() == [2, 3]
    assert result.stopped(0).tolist() == [3, 3]
    assert result.final(result.stopped(4)).tolist() == [[5, 1, 0], [0, 2, 1]]


def test_accuracy_is_given_for_each_timestep():
    scores = np.array([[[3, 1], [1, 5]], [[0, 0], [0, 1]]])
    result = SpikingResult(scores, [])
    assert result.accuracy_by_timestep(np.array([0, 1])) == [0.5, 0.5]
    assert result.accuracy(np.array([1, 1])) == 1.0


@pytest.mark.parametrize("shape", [(2, 3, 29), (2, 17, 30), (2, 0, 30), (2, 30)])
def test_spikes_of_another_shape_are_refused(shape):
    with pytest.raises(DataError, match="spikes must have 1 to 16 timesteps of 30 inputs"):
        run_spikes(spiking_network(), np.zeros(shape, np.uint8))


def test_images_of_another_size_are_refused():
    with pytest.raises(DataError, match="images must have 30 pixels"):
        run_spiking(spiking_network(), np.zeros((2, 29), np.uint8), 1)


def test_spikes_and_images_of_another_kind_are_refused():
    network, spikes = spiking_network(), np.zeros((2, 3, 30), np.uint8)
    for wrong, said in ((spikes + 2, "2"), (spikes.astype(bool), "bool"), (spikes * 0.5, "float64")):
        with pytest.raises(DataError, match=f"^spikes must be integers of 0 to 1, not {said}$"):
            run_spikes(network, wrong)
    with pytest.raises(DataError, match="^images must be integers of 0 to 255, not 256$"):
        run_spiking(network, np.full((2, 30), 256), 1)
    for timesteps in (0, 17, 2.0, True):
        with pytest.raises(InvalidOption, match="^timesteps: must be an integer of 1 to 16, not "):
            run_spiking(network, spikes[:, 0], timesteps)
    result = run_spiking(network, spikes[:, 0], np.int64(3))
    assert (result.scores == run_spikes(network, spikes.astype(np.int64)).scores).all()
    assert result.stopped(np.int64(0)).tolist() == [3, 3]
    for wrong in (-1, 1.5, None):
        with pytest.raises(InvalidOption, match="^margin: must be an integer of at least 0, not "):
            result.stopped(wrong)
    with pytest.raises(DataError, match="^timesteps must be integers of 1 to 3, not 0$"):
        result.final(np.array([0, 1]))
    for measure in (result.accuracy, result.accuracy_by_timestep):
        with pytest.raises(DataError, match=r"^labels must have shape \[2\], not \[1\]$"):
            measure(np.array([0]))


def test_a_network_is_for_the_function_of_its_kind():
    with pytest.raises(InvalidRequest, match="^small does not spike: run runs it$"):
        run_spiking(small_network(), np.zeros((2, 30), np.uint8), 1)
    with pytest.raises(InvalidRequest, match="^small does not spike: run runs it$"):
        run_spikes(small_network(), np.zeros((2, 1, 30), np.uint8))
    events = mnist_spiking_network(events=True)
    with pytest.raises(InvalidRequest, match=f"^{events.name} takes events, not images: run_spikes runs it$"):
        run_spiking(events, np.zeros((2, events.input.inputs), np.uint8), 1)
