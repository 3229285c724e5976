import json

import numpy as np

from accelgen.golden.vectors import expected_words, input_beats, write_vectors
from accelgen.network import digest
from accelgen.rtl.options import Datapath
from accelgen.rtl.plan import Plan
from tests.build import random_images, random_network, small_network
from tests.drive import frames
from tests.naive import naive_scores


def test_beats_equal_the_frames_of_the_protocol():
    for seed in range(8):
        network = random_network(seed)
        images = random_images(np.random.default_rng(seed), 2, network.input.pixels)
        beats = input_beats(network, images)
        joined = [[sum(int(w) << (32 * n) for n, w in enumerate(beat)) for beat in image] for image in beats]
        assert joined == frames(network, Plan(network, Datapath()), images)


def test_files_hold_what_their_description_says(tmp_path):
    network = small_network()
    images = random_images(np.random.default_rng(0), 3, 30)
    facts = write_vectors(network, images, tmp_path)
    assert json.loads((tmp_path / "vectors.json").read_text()) == facts
    assert facts["network_sha256"] == digest(network)
    stimulus = np.fromfile(tmp_path / "stimulus.bin", "<u4").reshape(
        3, facts["beats"], facts["words_per_beat"]
    )
    assert (stimulus == input_beats(network, images)).all()
    words = np.fromfile(tmp_path / "expected.bin", "<i4").reshape(3, facts["results"])
    assert words[:, :-1].tolist() == [naive_scores(network, image) for image in images]
    assert (words == expected_words(network, images)).all()
