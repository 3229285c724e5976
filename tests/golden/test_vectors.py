import json

import numpy as np
import pytest

from accelgen.errors import DataError, InvalidNetwork
from accelgen.golden.vectors import Vectors, dense_vectors, input_beats, result_words
from accelgen.network import digest
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.plan import Plan
from accelgen.rtl.unrolled.plan import UnrolledPlan
from tests.naive import naive_scores
from tests.stream_drivers import frames
from tests.tiny_networks import random_images, random_network, small_network


def test_beats_equal_the_frames_of_the_protocol():
    for seed in range(8):
        network = random_network(seed)
        images = random_images(np.random.default_rng(seed), 2, network.input.pixels)
        assert dense_vectors(network, images).frames() == frames(network, Plan(network, Datapath()), images)


def test_beats_may_have_another_size():
    network = random_network(3)
    images = random_images(np.random.default_rng(0), 2, network.input.pixels)
    plan = UnrolledPlan(network, Datapath(unrolled=True))
    made = dense_vectors(network, images, plan.pixels_per_beat)
    assert made.frames() == frames(network, plan, images)


def test_files_hold_what_their_description_says(tmp_path):
    network = small_network()
    images = random_images(np.random.default_rng(0), 3, 30)
    facts = dense_vectors(network, images).write(network, tmp_path)
    assert json.loads((tmp_path / "vectors.json").read_text()) == facts
    assert facts["network_sha256"] == digest(network) and facts["inputs"] == {}
    lengths = np.fromfile(tmp_path / "frames.bin", "<u4")
    assert lengths.sum() == facts["beats"] and len(lengths) == facts["images"] == 3
    stimulus = np.fromfile(tmp_path / "stimulus.bin", "<u4").reshape(3, lengths[0], facts["words_per_beat"])
    assert (stimulus == input_beats(network, images)).all()
    words = np.fromfile(tmp_path / "expected.bin", "<i4").reshape(3, facts["results"])
    scores = [naive_scores(network, image) for image in images]
    assert words.tolist() == [[*row, row.index(max(row))] for row in scores]


def test_parts_are_joined_in_their_order():
    network = small_network()
    images = random_images(np.random.default_rng(0), 5, 30)
    whole = dense_vectors(network, images)
    joined = Vectors.joined([dense_vectors(network, images[:2]), dense_vectors(network, images[2:])])
    assert len(joined) == 5 and joined.frames() == whole.frames()
    assert (joined.expected == whole.expected).all()


@pytest.mark.parametrize("score", [1 << 31, -(1 << 31) - 1, 1 << 40])
def test_no_word_of_a_result_wraps(score):
    good = np.array([[(1 << 31) - 1, -(1 << 31)]])
    assert result_words(good, np.array([1])).tolist() == [[(1 << 31) - 1, -(1 << 31), 1]]
    with pytest.raises(InvalidNetwork, match="a score does not fit the 32 bits of a result word"):
        result_words(np.array([[0, score]]), np.array([1]))


def test_beats_are_of_whole_images_only():
    network = small_network()
    images = random_images(np.random.default_rng(0), 2, 30)
    for wrong in (images[0], images[None], images[:, :-1], None, images.astype(float), np.matrix(images)):
        with pytest.raises(DataError, match="^pixels must|^images must"):
            input_beats(network, wrong)
    none = dense_vectors(network, images[:0])
    assert none.beats.shape == (0, 1) and len(none) == 0
