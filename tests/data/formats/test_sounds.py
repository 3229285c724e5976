import numpy as np
import pytest

from accelgen.data.formats.sounds import holds_sounds, read_sounds
from accelgen.data.log_mel import FrontEnd
from accelgen.errors import DataError
from tests.data.made import write_tones, write_wav

FRONT = FrontEnd(frame=256, bands=8)


def values(samples):
    return np.concatenate(list(samples.values.pieces()))


def test_recordings_become_features_and_what_is_open_is_settled(tmp_path):
    assert holds_sounds(write_tones(tmp_path))
    found = read_sounds(tmp_path, FRONT)
    assert found.form == "WAV" and found.test is None and found.training.values.shape == (14, 8)
    front = found.front
    assert (front.rate, front.hop, front.high, front.frames) == (8000, 128, 4000, 14)
    loudest = values(found.training).sum(axis=1).argmax(axis=1)
    bands = {name: set(loudest[found.training.labels == name]) for name in ("low", "middle", "high")}
    assert max(bands["low"]) < min(bands["middle"]) and max(bands["middle"]) < min(bands["high"])
    assert (values(read_sounds(tmp_path, front).training) == values(found.training)).all()


def test_tests_have_as_many_frames_as_what_is_learned_from(tmp_path):
    write_tones(tmp_path / "train", 2)
    write_tones(tmp_path / "test", 2, seconds=1.0)
    found = read_sounds(tmp_path, FRONT)
    assert found.test.values.shape == found.training.values.shape == (14, 8)


def test_another_rate_is_refused(tmp_path):
    write_wav(write_tones(tmp_path) / "middle" / "x.wav", np.zeros(900, int), rate=11025)
    with pytest.raises(
        DataError,
        match="x.wav: has 11,025 samples in a second, and the front end takes 8,000: nothing is resamp",
    ):
        read_sounds(tmp_path, FRONT)


def test_a_front_end_that_does_not_fit_is_one_sentence(tmp_path):
    write_tones(tmp_path, 2)
    with pytest.raises(
        DataError, match=r"\[frontend\]: high: must be above low .0. and at most half of the rate"
    ):
        read_sounds(tmp_path, FrontEnd(frame=256, high=5000))
    with pytest.raises(DataError, match="the longest recording has 124,985, and 4,096 are the most"):
        write_wav(tmp_path / "low" / "long.wav", np.zeros(2_000_000, int))
        read_sounds(tmp_path, FrontEnd(frame=256, hop=16))


def test_what_is_no_wav_file_among_them_is_named(tmp_path):
    (write_tones(tmp_path, 2) / "low" / "9.txt").write_text("no")
    with pytest.raises(DataError, match="low/9.txt: is no WAV file"):
        read_sounds(tmp_path, FRONT)
