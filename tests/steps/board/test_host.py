import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from accelgen.data import SETS
from accelgen.data.own import read_own
from accelgen.data.ranges import CodesChoice
from accelgen.data.reading import Reading
from accelgen.data.recorded import data_facts
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.network import Task, load
from accelgen.steps import demo, host
from accelgen.steps.board.host import _images
from tests.data.made import blobs, write_npz, write_pictures
from tests.pty_board import Board, plugged_in
from tests.tiny_convolutions import cifar10_network
from tests.tiny_networks import small_network


def network_of(home, name):
    return load(home / "models" / name / "network.safetensors")


@pytest.mark.parametrize(("model", "timesteps"), [("digits", 0), ("pixels", 3)])
def test_a_board_classifies_as_the_golden_model(digits, images, model, timesteps):
    network = network_of(digits, model)
    with plugged_in(Board(network)) as port:
        said = host(model, port=port, images=4)
    assert (said.images, said.mismatches, said.cycles) == (4, 0, 2000)
    assert {answer.timesteps for answer in said.answers} == {timesteps}
    labels = images().labels[:4]
    assert [answer.expected for answer in said.answers] == labels.tolist()
    assert said.correct == sum(a.label == label for a, label in zip(said.answers, labels, strict=True))
    assert said.milliseconds > 0


def test_a_score_that_differs_is_counted(digits, images):
    with plugged_in(Board(network_of(digits, "digits"), spoilt=1)) as port:
        assert host("digits", port=port, images=3).mismatches == 3


def test_lost_answers_are_asked_for_again(digits, images):
    with plugged_in(Board(network_of(digits, "digits"), losses=2)) as port:
        said = host("digits", port=port, images=2)
    assert (said.resent, said.mismatches) == (2, 0)


def test_another_network_is_refused(digits, images):
    with plugged_in(Board(network_of(digits, "pixels"))) as port:
        with pytest.raises(InvalidRequest, match=r"^the board has another network \(\w{24}\), not digits$"):
            host("digits", port=port)


def test_tables_are_loaded_where_they_are_missing(digits, images):
    words = list(range(300))
    board = Board(network_of(digits, "digits"), words=len(words))
    folder = digits / "rtl_out" / "digits" / "icebreaker"
    with plugged_in(board) as port:
        with pytest.raises(InvalidRequest, match=r"name its weights.bin with --tables \(0 found\)$"):
            host("digits", port=port)
        folder.mkdir(parents=True)
        (folder / "weights.bin").write_bytes(b"".join(word.to_bytes(4, "little") for word in words))
        assert host("digits", port=port, images=1).mismatches == 0
    assert board.loaded == words


def test_a_picture_is_an_image(digits, images):
    path = digits / "digit.png"
    Image.fromarray(images().pixels[0].reshape(28, 28)).save(path)
    with plugged_in(Board(network_of(digits, "digits"))) as port:
        said = host("digits", port=port, picture=path)
        first = host("digits", port=port, images=1)
    assert said.answers[0].scores == first.answers[0].scores
    assert said.correct is None and said.answers[0].expected is None


def test_coloured_images_have_classes_of_their_own(colours):
    with plugged_in(Board(cifar10_network())) as port:
        said = host("colours", port=port, images=3)
    assert (said.images, said.mismatches, said.data) == (3, 0, "colourful images")
    assert [answer.expected for answer in said.answers] == colours.labels[:3].tolist()
    assert said.classes == tuple(SETS["cifar10"].classes)


def test_a_coloured_picture_is_cut_to_its_middle(colours, tmp_path):
    picture = np.zeros((32, 48, 3), np.uint8)
    picture[:, 8:40] = colours.pixels[0].reshape(32, 32, 3)
    Image.fromarray(picture).save(tmp_path / "a.png")
    with plugged_in(Board(cifar10_network())) as port:
        said = host("colours", port=port, picture=tmp_path / "a.png")
        first = host("colours", port=port, images=1)
    assert said.answers[0].scores == first.answers[0].scores


def test_no_page_is_for_coloured_images(colours):
    with pytest.raises(InvalidRequest, match="^the page takes drawings, and colours reads .* CIFAR-10$"):
        demo("colours", browser=False)


def test_json_says_what_the_board_said(digits, images):
    with plugged_in(Board(network_of(digits, "digits"))) as port:
        said = host("digits", port=port, images=2)
    told = json.loads(json.dumps(said.to_json()))
    assert list(told) == [
        *("name", "port", "hardware", "network", "clock_mhz", "data", "images", "classes", "mismatches"),
        *("correct", "milliseconds", "cycles", "resent", "crc_errors", "answers"),
    ]
    facts = ["label", "scores", "timesteps", "cycles", "milliseconds", "equal", "values", "expected"]
    assert [list(answer) for answer in told["answers"]] == [facts] * 2
    assert (told["correct"], told["answers"][1]["expected"]) == (said.correct, int(images().labels[1]))


@pytest.mark.parametrize("count", [0, -1])
def test_no_image_is_no_conversation(digits, count):
    with pytest.raises(InvalidOption, match=f"^images must be at least 1, not {count}$"):
        host("digits", images=count)


def test_events_are_not_for_the_link(home):
    with pytest.raises(InvalidOption, match=r"^the link carries pixels, and events takes events$"):
        host("events")


def test_raw_pixels_of_the_stand_in_quantise_back():
    from accelgen.network import quantise_pixels
    from tests.pty_board import _raw

    levels = np.arange(16) % 8
    assert (quantise_pixels(_raw(levels, 3), 3)[0] == levels).all()


def test_a_picture_of_ones_own_is_scaled_to_the_shape_of_the_data(home, tmp_path):
    (tmp_path / "pics").mkdir()
    for name in ("a", "b", "c", "d", "light"):  # five classes, as the network has
        write_pictures(tmp_path / "made" / name, size=(6, 5))
        (tmp_path / "made" / name / "light").rename(tmp_path / "pics" / name)
    own = read_own(tmp_path / "pics", Reading())
    place = home / "models" / "own"
    place.mkdir()
    facts = {"data": own.name, **data_facts(own, place, True)}
    network = replace(small_network(), provenance=facts)
    picture = own.path / "light" / "3.png"
    pixels, labels, source = _images(network, picture, 1, None, place)
    assert pixels.shape == (1, 30) and labels == [] and source == str(picture)
    assert (pixels[0] == np.asarray(Image.open(picture)).reshape(-1)).all()
    Image.new("RGB", (50, 60), (255, 255, 255)).save(tmp_path / "large.png")
    assert (_images(network, tmp_path / "large.png", 1, None, place)[0] == 255).all()


def test_what_has_no_pictures_says_so(home, tmp_path):
    own = read_own(write_npz(tmp_path / "a.npz", *blobs(60, 30, 5)), Reading())
    network = small_network()
    coded = replace(network.input, coding=own.coding(CodesChoice()))
    facts = {"data": own.name, **data_facts(own, home, True)}
    network = replace(network, input=coded, provenance=facts)
    with pytest.raises(InvalidRequest, match="^a.npz has no pictures, and small reads nothing else$"):
        _images(network, tmp_path / "x.png", 1, None, home)


@pytest.mark.parametrize(("task", "right"), [("regression", (2.5, 1.0)), ("labels", (1, 0))])
def test_what_is_right_for_several_scores_is_known_too(home, task, right):
    x, _ = blobs(60, 30)
    y = np.random.default_rng(0).integers(0, 2, (60, 5))
    y = y * 1.5 + 1.0 if task == "regression" else y
    own = read_own(write_npz(home / "a.npz", x, y), Reading(task=task))
    scale = {"scale": (0.5,), "offset": (0.0,)} if task == "regression" else {"thresholds": (0,) * 5}
    network = replace(small_network(), task=Task(task, **scale))
    coded = replace(network.input, coding=own.coding(CodesChoice()))
    network = replace(network, input=coded, provenance={"data": own.name, **data_facts(own, home, True)})
    _, known, source = _images(network, None, 4, None, home)
    assert known == [tuple(row) for row in own.labels("test")[:4].tolist()] and source == "a.npz test set"
    assert {value for row in known for value in row} == set(right)
