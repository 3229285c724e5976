import pytest

from accelgen import steps
from accelgen.errors import InvalidOption, InvalidRequest
from tests.data.test_nmnist import folder  # noqa: F401 - a fixture


def test_a_spiking_network_of_pixels_is_played_and_compared(home, images):
    said = []
    found = steps.sim("pixels", images=12, timesteps=4, margin=3, lanes=8, say=said.append)
    assert (found["mismatches"], found["images"], found["timesteps"], found["margin"]) == (0, 12, 4, 3)
    assert found["accuracy"] is None and found["timesteps_used"] <= 4
    assert found["weight_words"] < found["clock_driven"]["weight_words"]
    assert found["clock_driven"]["share"] == pytest.approx(
        found["weight_words"] / found["clock_driven"]["weight_words"]
    )
    assert said[0] == "golden model on 12 images ..."


def test_events_and_recordings_are_played_and_compared(home, images, folder):  # noqa: F811
    for source in ({}, {"nmnist": folder}):
        found = steps.sim("events", images=10, lanes=8, **source)
        assert (found["mismatches"], found["stream"], found["images"]) == (0, "events", 10)


def test_spikes_that_are_drawn_enter_as_events(home, images):
    found = steps.sim("pixels", images=5, timesteps=3, lanes=8, drawn=7)
    assert (found["mismatches"], found["stream"]) == (0, "events")


def test_a_clock_driven_engine_gives_the_same_scores_in_more_cycles(home, images):
    options = {"images": 6, "timesteps": 2, "lanes": 8}
    driven, clocked = (steps.sim("pixels", skip_zeros=skip, **options) for skip in (True, False))
    assert driven["mismatches"] == clocked["mismatches"] == 0
    assert clocked["cycles"]["mean"] > 1.5 * driven["cycles"]["mean"]
    assert clocked["weight_words"] == driven["clock_driven"]["weight_words"]


def test_a_convolution_is_played_and_every_layer_accounted_for(home, images):
    found = steps.sim("strokes", images=12, lanes=8)
    assert (found["mismatches"], found["images"], found["kind"]) == (0, 12, "dense")
    layers = found["layers"]
    assert [layer["name"] for layer in layers] == ["a", "b"]
    assert sum(layer["ideal_cycles"] for layer in layers) == pytest.approx(found["ideal_cycles"])
    assert all(0.1 < layer["ideal_cycles"] / layer["cycles"] == layer["utilisation"] < 1 for layer in layers)
    assert sum(layer["cycles"] for layer in layers) <= found["latency"]


def test_what_cannot_be_simulated_is_one_sentence(home, images):
    with pytest.raises(InvalidRequest, match="^images must be at least 1, not 0$"):
        steps.sim("pixels", images=0)
    with pytest.raises(InvalidRequest, match="^small has an input of 30, which MNIST does not fit$"):
        steps.sim("small")
    with pytest.raises(InvalidOption, match="^margin must be 0 to"):
        steps.sim("pixels", margin=-3)
