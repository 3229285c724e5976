import numpy as np

from accelgen.golden.requantise import requantise
from accelgen.network import Requantise


def test_shifts_down_and_clamps():
    sums = np.array([[-9, -1, 0, 7, 8, 15, 16, 63, 64, 1000]])
    assert requantise(sums, Requantise(3, 3)).tolist() == [[0, 0, 0, 0, 1, 1, 2, 7, 7, 7]]
