import numpy as np
import pytest

from accelgen.rtl.common.score_drain import ScoreDrain
from accelgen.rtl.payloads import Accumulators, Score
from tests.component_bench import check, pack


@pytest.mark.parametrize("stall", [0.0, 0.5])
@pytest.mark.parametrize(
    ("lanes", "block_out", "classes"),
    [(16, 10, 10), (4, 10, 10), (3, 7, 12), (5, 18, 4), (1, 2, 3), (8, 4, 9)],
)
def test_every_class_leaves_once_and_padding_never(tmp_path, stall, lanes, block_out, classes):
    rng = np.random.default_rng(classes)
    lanes = min(lanes, block_out)
    passes = -(-block_out // lanes)
    last_pass, rows = block_out - (passes - 1) * lanes, -(-classes // block_out)
    send, expect = [], []
    for _image in range(3):
        scores = rng.integers(-500, 500, rows * block_out)
        start = 0
        for row in range(rows):
            for number in range(passes):
                row_end = number == passes - 1
                size = last_pass if row_end else lanes
                sums = [int(s) for s in scores[start : start + size]] + [99] * (lanes - size)
                start += size
                layer_end = int(row_end and row == rows - 1)
                ends = {"pass_end": 1, "row_end": int(row_end), "layer_end": layer_end}
                send.append(pack(Accumulators(lanes, 12), {"sums": sums, "ends": ends}))
        expect += [
            pack(Score(12), {"value": int(score), "last": int(number == classes - 1)})
            for number, score in enumerate(scores[:classes])
        ]
    check(
        ScoreDrain(lanes, 12, classes, last_pass),
        tmp_path,
        send={"passes": send},
        expect={"scores": expect},
        stall=stall,
    )
