import numpy as np
import pytest

from accelgen.interop.layers import Refused
from accelgen.network import Window
from tests.interop.look_alikes import Builder
from tests.interop.test_convert import converted


def series(weights, pools=1, pad=1):
    """Return a network whose first layer is a convolution with another window in each direction."""
    net = Builder(2, 5, 12)
    net.quant(1 / 4, 2.0, signed=0, mode="FLOOR")
    net.add("Conv", net.constant(weights), pads=[0, pad, 1, 3], strides=[2, 1])
    net.quant(1.0, 2.0, signed=0)
    for _ in range(pools):
        net.add("MaxPool", kernel_shape=[1, 3], strides=[1, 3])
    net.add("Flatten")
    net.dense(3, 36)
    return net


def test_windows_have_sides_of_their_own(tmp_path):
    layer = converted(series(np.ones((3, 2, 2, 5))), tmp_path).layers[0]
    assert layer.window == Window(5, 12, 2, kernel=(2, 5), stride=(2, 1), padding=(0, 1, 1, 3), pool=(1, 3))
    assert layer.shape == (3, 3, 4)


@pytest.mark.parametrize(
    ("weights", "how", "reason"),
    [
        (np.ones((3, 2)), {}, "must have weights of four dimensions, not 2"),
        (np.ones((3, 2, 2, 5)), {"pools": 2}, "must have one MaxPool at most"),
        (np.ones((3, 2, 2, 5)), {"pad": 5}, "padding: left: must be an integer of 0 to 4, not 5"),
    ],
)
def test_a_convolution_that_has_no_window_is_refused(tmp_path, weights, how, reason):
    with pytest.raises(Refused, match=reason):
        converted(series(weights, **how), tmp_path)
