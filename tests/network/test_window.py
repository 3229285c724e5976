import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import Window


@pytest.mark.parametrize(
    ("window", "sums", "leaves"),
    [
        (Window(28, 28, 1, kernel=5), (24, 24), (24, 24)),
        (Window(9, 7, 3, kernel=3, padding=1, pool=2), (9, 7), (4, 3)),
        (Window(8, 8, 2, kernel=3, stride=2), (3, 3), (3, 3)),
        (Window(1, 1, 5, kernel=1), (1, 1), (1, 1)),
    ],
)
def test_a_window_says_what_leaves(window, sums, leaves):
    assert (window.conv_height, window.conv_width) == sums
    assert (window.out_height, window.out_width) == leaves


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kernel": 8}, "kernel: must be an integer of 1 to 7, not 8"),
        ({"padding": 3}, "padding: must be an integer of 0 to 2, not 3"),
        ({"stride": 0}, "stride: must be an integer of 1 to 4, not 0"),
        ({"height": 2}, "kernel: a window of 3 and squares of 1 do not fit 2 x 6 pixels"),
        ({"pool": 4, "height": 5}, "kernel: a window of 3 and squares of 4 do not fit 5 x 6 pixels"),
    ],
)
def test_a_window_must_fit(change, message):
    with pytest.raises(InvalidNetwork) as error:
        Window(**({"height": 5, "width": 6, "channels": 2, "kernel": 3} | change))
    assert str(error.value) == message
