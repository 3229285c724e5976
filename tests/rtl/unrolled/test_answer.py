import numpy as np
import pytest

from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.rtl.unrolled.answer import Answer
from tests.stream_drivers import drive

BITS = 7


@pytest.mark.parametrize(("classes", "ranks"), [(1, 1), (2, 1), (5, 2), (5, 4)])
@pytest.mark.parametrize("stall", [0.0, 0.6])
def test_scores_a_class_and_timesteps_lie_side_by_side(classes, ranks, stall):
    rng = np.random.default_rng(classes)
    scores = rng.integers(-64, 64, (12, classes))
    scores[3] = 5  # a draw, which the lowest wins
    used = rng.integers(1, MAX_TIMESTEPS + 1, 12)
    sent = [{"scores": row, "used": int(n)} for row, n in zip(scores.tolist(), used, strict=True)]
    answer = Answer(classes, BITS, ranks)
    found = drive(answer, answer.tally, answer.words, sent, count=12, stall=stall, seed=ranks)
    for word, row, count in zip(found, scores, used.tolist(), strict=True):
        words = [*row.tolist(), int(np.argmax(row)) | count << 16]
        assert word == sum((value & 0xFFFFFFFF) << (32 * n) for n, value in enumerate(words))
