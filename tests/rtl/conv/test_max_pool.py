import numpy as np

from accelgen.rtl.conv.max_pool import MaxPool
from accelgen.rtl.payloads import Activations, WindowEnds
from tests.component_bench import check, pack

LANES, BITS = 3, 4


def test_the_largest_of_each_lane_leaves_with_the_end_of_its_square(tmp_path):
    rng = np.random.default_rng(0)
    layout, passes, largest = Activations(LANES, BITS, WindowEnds), [], []
    for size in (1, 4, 1, 1, 9, 4, 4, 1):
        square = rng.integers(0, 1 << BITS, (size, LANES))
        for number, values in enumerate(square.tolist()):
            last = int(number == size - 1)
            ends = {"pass_end": 1, "square_end": last, "row_end": last}
            passes.append(pack(layout, {"values": values, "ends": ends}))
        largest.append(pack(layout, {"values": square.max(axis=0).tolist(), "ends": ends}))
    check(MaxPool(LANES, BITS), tmp_path, send={"passes": passes}, expect={"largest": largest}, stall=0.3)
