from dataclasses import replace

import numpy as np
import pytest

from accelgen import steps
from accelgen.data.log_mel import FrontEnd
from accelgen.data.own import read_own
from accelgen.data.ranges import CodesChoice
from accelgen.data.reading import Reading
from accelgen.data.recorded import data_facts
from accelgen.errors import DataError, InvalidOption
from accelgen.network import Coding, Network, PixelInput, save
from accelgen.steps.given import NOTHING, Given
from accelgen.steps.model import model_of
from accelgen.steps.testcase import make_case
from tests.data.made import write_tones, write_wav
from tests.tiny_networks import dense_layer, mnist_spiking_network, small_network

CODED = replace(small_network(), input=replace(small_network().input, coding=Coding((-1.0,), (0.01,))))


@pytest.fixture
def files(tmp_path):
    rng = np.random.default_rng(0)
    np.save(tmp_path / "x.npy", rng.normal(size=(7, 30)))
    np.save(tmp_path / "pixels.npy", rng.integers(0, 256, (7, 5, 6)))
    np.save(tmp_path / "y.npy", np.arange(7) % 5)
    return tmp_path


def test_features_become_codes_by_the_networks_rule(files):
    x = np.load(files / "x.npy")
    images = Given(files / "x.npy").images(CODED)
    assert (images.pixels == CODED.input.coding.raw(x)).all() and not images.labelled
    assert images.name == f"7 samples of {files / 'x.npy'}"


def test_pixels_enter_as_they_are_in_any_shape(files):
    images = Given(files / "pixels.npy", files / "y.npy").images(small_network())
    assert (images.pixels == np.load(files / "pixels.npy").reshape(7, 30)).all() and images.labelled
    assert images.labels.tolist() == [0, 1, 2, 3, 4, 0, 1]


def test_sound_becomes_the_codes_that_were_learned(tmp_path):
    own = read_own(write_tones(tmp_path / "tones", 3), Reading(frontend=FrontEnd(frame=256, bands=8)))
    coding = own.coding(CodesChoice())
    inputs = own.frontend.frames * 8
    layer = dense_layer(np.random.default_rng(0), "a", 3, inputs, None, block_out=3, block_in=8)
    facts = data_facts(own, tmp_path, True)
    network = Network("tones", PixelInput(inputs, 4, coding), (layer,), facts)
    found = Given(tmp_path / "tones" / "low").images(network)
    one = Given(tmp_path / "tones" / "low" / "1.wav").images(network)
    assert len(found) == 3 and not found.labelled and (one.pixels == found.pixels[1:2]).all()
    learned = np.concatenate([own.images(part, coding).pixels for part in ("train", "validation", "test")])
    assert (learned == one.pixels).all(axis=1).sum() == 1
    write_wav(tmp_path / "slow.wav", np.zeros(2000, int), rate=4000)
    for path, other, message in (
        ("slow.wav", network, "slow.wav: has 4,000 samples in a second, and the front end takes 8,000: "),
        ("tones", network, "tones: holds no WAV files$"),
        ("none.wav", network, "none.wav: cannot be read: No such file or directory$"),
        ("slow.wav", CODED, "slow.wav: small has not learned WAV files: inputs are an .npy file$"),
    ):
        with pytest.raises((DataError, InvalidOption), match=message):
            Given(tmp_path / path).images(other)


def test_random_samples_are_the_same_each_time():
    one, other = (Given(drawn=4).images(CODED).pixels for _ in range(2))
    assert one.shape == (4, 30) and (one == other).all() and one.max() > 200
    events = mnist_spiking_network(events=True)
    recordings = Given(drawn=3).images(events)
    assert recordings.events and recordings.spikes(1, 3).shape == (2, 16, events.input.inputs)
    assert (recordings.spikes(1, 3) == Given(drawn=3).images(events).spikes(1, 3)).all()
    assert 0.03 < recordings.spikes(0, 3).mean() < 0.1


@pytest.mark.parametrize(
    ("given", "others", "message"),
    [
        ({"labels": "y"}, {}, "labels need inputs"),
        ({"inputs": "x", "drawn": 3}, {}, "inputs and random exclude each other"),
        ({"drawn": 0}, {}, "random must be 1 to 1,000,000 samples, not 0"),
        (
            {"drawn": 1},
            {"data": "x"},
            "data is of the network's own data, and inputs or random take their place",
        ),
    ],
)
def test_options_that_do_not_go_together_are_refused(given, others, message):
    with pytest.raises(InvalidOption, match=f"^{message}"):
        Given(**given).check(**others)
    NOTHING.check(data="x")


@pytest.mark.parametrize(
    ("x", "y", "network", "message"),
    [
        (np.zeros((2, 29)), None, CODED, "x.npy: has 29 values in a sample, and small takes 30"),
        (np.zeros((0, 30)), None, CODED, "x.npy: holds no samples"),
        (
            np.full((2, 30), np.nan),
            None,
            CODED,
            r"x.npy: from row 0 on: features\[0, 0\] is nan, and must be a number",
        ),
        (
            np.full((2, 30), 0.5),
            None,
            small_network(),
            "x.npy: row 0, value 0: must be a whole number of 0 to 255, ",
        ),
        (
            np.full((2, 30), 256),
            None,
            small_network(),
            "x.npy: row 0, value 0: must be a whole number of 0 to 255, ",
        ),
        (
            np.full((2, 30), np.nan),
            None,
            small_network(),
            "x.npy: row 0, value 0: must be a whole number of 0 to ",
        ),
        (np.zeros((2, 30)), np.array([0, 5]), CODED, "y.npy: row 1: must be a class of 0 to 4, not 5"),
        (np.zeros((2, 30)), np.array([0, -1]), CODED, "y.npy: row 1: must be a class of 0 to 4, not -1"),
        (np.zeros((2, 30)), np.array([0.0, 1.0]), CODED, "y.npy: must hold classes of 0 to 4, not float64"),
        (
            np.zeros((2, 30)),
            np.array([0]),
            CODED,
            "y.npy: must have a label for each of 2 samples, not shape ",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_said(tmp_path, x, y, network, message):
    np.save(tmp_path / "x.npy", x)
    if y is not None:
        np.save(tmp_path / "y.npy", y)
    with pytest.raises(DataError, match=message):
        Given(tmp_path / "x.npy", None if y is None else tmp_path / "y.npy").images(network)


def test_files_of_events_are_not_read(files):
    with pytest.raises(InvalidOption, match="^inputs are features or pixels, and .* takes events$"):
        Given(files / "x.npy").images(mnist_spiking_network(events=True))
    with pytest.raises(DataError, match="gone.npy: is not there$"):
        Given(files / "gone.npy").images(CODED)


def test_a_network_of_no_known_data_is_evaluated_and_simulated(home, files):
    path = home / "models" / "small" / "network.safetensors"
    save(CODED, path)
    found = steps.evaluate("small", given=Given(files / "x.npy", files / "y.npy"))
    assert found.images == 7 and 0 <= found.measured <= 1 and found.given is None
    found = steps.evaluate("small", given=Given(drawn=9))
    assert found.accuracy is None and sum(count for _, count in found.given) == 9
    assert sum(found.to_json()["classes"].values()) == 9
    spiking = steps.evaluate("events", given=Given(drawn=2))
    assert (
        spiking.accuracy is None and spiking.spikes.accuracy_by_timestep == () and spiking.spikes.events > 0
    )


def test_hardware_equals_the_golden_model_on_random_samples(home):
    found = steps.sim("small", simulator="icarus", given=Given(drawn=3), lanes=4)
    assert found.images == 3 and not found.faulty and found.accuracy is None and not found.labelled


def test_random_samples_are_played_without_a_claim(home):
    case = make_case(model_of("small"), None, given=Given(drawn=6), lanes=4)
    assert len(case.samples) == 6 and not case.claims and case.data == "6 random samples"
    with pytest.raises(InvalidOption, match="^data is of the network's own data"):
        make_case(model_of("small"), None, given=Given(drawn=6), data=home)
