import numpy as np
import pytest

from accelgen import steps
from accelgen.errors import DataError, InvalidOption, InvalidRequest
from accelgen.golden import run, run_spiking
from accelgen.network import save
from accelgen.network.encoding import bernoulli
from accelgen.steps.given import Given
from tests.data.test_nmnist import folder  # noqa: F401 - a fixture
from tests.stand_ins import EVALUATION
from tests.tiny_convolutions import cifar10_network
from tests.tiny_networks import TASKS, mnist_spiking_network, tasked_network


def test_accuracy_after_every_timestep_is_the_golden_models(home, images):
    evaluation = steps.evaluate("pixels", timesteps=5)
    spikes = evaluation.spikes
    result = run_spiking(mnist_spiking_network(), images().pixels, 5)
    assert spikes.accuracy_by_timestep == pytest.approx(result.accuracy_by_timestep(images().labels))
    assert evaluation.accuracy == spikes.accuracy_by_timestep[-1]
    assert (evaluation.kind, spikes.timesteps, evaluation.images) == ("spiking", 5, 60)
    assert spikes.events == pytest.approx(sum(x.sum(dtype=np.int64) for x in result.spikes) / 60)
    said = evaluation.to_json()
    assert list(said) == [
        *("name", "kind", "accuracy", "timesteps", "accuracy_by_timestep", "events", "synaptic_operations"),
        *("layers", "images", "data", "images_per_second", "margins"),
    ]
    assert list(said["layers"][0]) == ["name", "events", "synaptic_operations"] and said["margins"] == []


def test_a_margin_is_chosen_on_other_images_than_it_is_measured_on(home, images):
    evaluation = steps.evaluate("pixels", timesteps=6, margins=[0, 4], early_stop=True)
    never, some = evaluation.spikes.margins
    assert never.timesteps_used == 6 and never.accuracy == evaluation.accuracy
    assert some.timesteps_used < 6
    chosen = evaluation.spikes.chosen
    assert chosen.chosen_on == "stand-in validation images"
    assert chosen.validation.accuracy >= chosen.accuracy_without
    assert chosen.validation.margin == chosen.test.margin and chosen.test.timesteps_used <= 6
    said = evaluation.to_json()["early_stop"]
    figures = ["margin", "timesteps_used", "accuracy"]
    assert list(said) == [*figures, "chosen_on", "validation"]
    assert list(said["validation"]) == [*figures, "accuracy_without"]


def test_what_was_not_measured_is_not_there(home, images):
    with pytest.raises(InvalidRequest, match="^no margin was chosen: "):
        _ = steps.evaluate("pixels", timesteps=1).spikes.chosen
    with pytest.raises(InvalidRequest, match="^small does not spike, and has no timesteps$"):
        _ = EVALUATION.spikes
    assert EVALUATION.to_json() == {
        **{"name": "small", "kind": "dense", "accuracy": 0.5, "images": 4, "data": "made up"},
        "images_per_second": 10.0,
    }


def test_recordings_stand_in_for_images(home, folder):  # noqa: F811
    evaluation = steps.evaluate("events", nmnist=folder)
    assert (evaluation.images, evaluation.data) == (20, "a part of the N-MNIST test set")
    assert evaluation.spikes.timesteps == 3


def test_spikes_can_be_drawn_anew_for_every_timestep(home, images):
    one, again, other = (steps.evaluate("pixels", timesteps=4, drawn=seed).spikes for seed in (1, 1, 2))
    assert one.events == again.events != other.events
    assert one.layers[0].events == bernoulli(images().pixels, 4, 1).sum() / 60
    with pytest.raises(
        InvalidOption, match="^bernoulli needs a spiking network of pixels, and events is none$"
    ):
        steps.evaluate("events", drawn=1)


def test_options_of_spiking_networks_are_theirs(home, images):
    with pytest.raises(InvalidOption, match="^early_stop needs a spiking network, and small is none$"):
        steps.evaluate("small", early_stop=True)
    with pytest.raises(InvalidOption, match="^margin must be 0 to "):
        steps.evaluate("pixels", margins=[1 << 30])


def test_convolutions_are_run_some_images_at_a_time(colours, monkeypatch):
    monkeypatch.setattr("accelgen.golden.batches.DENSE_BATCH", 10)
    evaluation = steps.evaluate("colours")
    assert evaluation.accuracy == run(cifar10_network(), colours.pixels).accuracy(colours.labels)
    said = (evaluation.kind, evaluation.images, evaluation.data)
    assert said == ("convolutional", 25, "colourful images")


@pytest.mark.parametrize("kind", TASKS)
def test_a_network_without_classes_has_the_measures_of_its_task(kind, tmp_path):
    network = tasked_network(TASKS[kind])
    save(network, tmp_path / "network.safetensors")
    x = np.random.default_rng(0).integers(0, 256, (40, 12))
    np.save(tmp_path / "x.npy", x)
    scores = run(network, x).scores
    blind = steps.evaluate(tmp_path, given=Given(tmp_path / "x.npy"))
    if kind == "reconstruction":
        assert blind.measures.figures["rmse"] > 0
        with pytest.raises(InvalidOption, match="^labels are of no reconstruction"):
            steps.evaluate(tmp_path, given=Given(tmp_path / "x.npy", tmp_path / "x.npy"))
        return
    assert blind.measures is None and blind.said and blind.accuracy is None
    right = network.task.values(scores)
    np.save(tmp_path / "y.npy", (right if kind == "regression" else right.astype(int)).reshape(40, -1))
    found = steps.evaluate(tmp_path, given=Given(tmp_path / "x.npy", tmp_path / "y.npy"))
    assert found.measures.main == 1.0 and found.to_json()["task"] == kind
    with pytest.raises(InvalidRequest, match=f"^tasked is for {kind}: no accuracy is measured of it$"):
        _ = found.measured


def test_labels_of_a_task_must_fit_its_scores(tmp_path):
    save(tasked_network(TASKS["regression"]), tmp_path / "network.safetensors")
    np.save(tmp_path / "x.npy", np.zeros((4, 12), np.uint8))
    np.save(tmp_path / "y.npy", np.zeros((4, 2)))
    with pytest.raises(DataError, match=r"y\.npy: must have 3 columns, not 2$"):
        steps.evaluate(tmp_path, given=Given(tmp_path / "x.npy", tmp_path / "y.npy"))
