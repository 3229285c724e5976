import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import Window
from accelgen.network.window import Axis


@pytest.mark.parametrize(
    ("window", "sums", "leaves"),
    [
        (Window(28, 28, 1, kernel=5), (24, 24), (24, 24)),
        (Window(9, 7, 3, kernel=3, padding=1, pool=2), (9, 7), (4, 3)),
        (Window(8, 8, 2, kernel=3, stride=2), (3, 3), (3, 3)),
        (Window(1, 1, 5, kernel=1), (1, 1), (1, 1)),
        (Window(1, 64, 3, kernel=(1, 5), stride=(1, 2), padding=(0, 0, 1, 2), pool=(1, 4)), (1, 32), (1, 8)),
        (Window(9, 4, 2, kernel=(15, 1), stride=[2, 3], padding=[6, 0], pool=[3, 1]), (4, 2), (1, 2)),
    ],
)
def test_a_window_says_what_leaves(window, sums, leaves):
    assert (window.conv_height, window.conv_width) == sums
    assert (window.out_height, window.out_width) == leaves


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kernel": 16}, "kernel: must be an integer of 1 to 15, not 16"),
        ({"kernel": [3, 0]}, "kernel: width: must be an integer of 1 to 15, not 0"),
        ({"kernel": "3"}, "kernel: must be an integer of 1 to 15, not '3'"),
        ({"pool": (1, 2, 3)}, "pool: must be an integer or two of them (height, width), not (1, 2, 3)"),
        ({"kernel": (1, 3), "padding": 2}, "padding: top: must be an integer of 0 to 0, not 2"),
        ({"padding": (0, 1, 2, 3)}, "padding: right: must be an integer of 0 to 2, not 3"),
        (
            {"padding": (0, 1, 2)},
            "padding: must be an integer, two of them (vertical, horizontal) or four of them "
            "(top, bottom, left, right), not (0, 1, 2)",
        ),
        (
            {"kernel": (3, 7), "pool": (1, 2)},
            "kernel: a window of 3x7 and squares of 1x2 do not fit 5 x 6 pixels",
        ),
        ({"padding": 3}, "padding: must be an integer of 0 to 2, not 3"),
        ({"stride": 0}, "stride: must be an integer of 1 to 15, not 0"),
        ({"height": 2}, "kernel: a window of 3 and squares of 1 do not fit 2 x 6 pixels"),
        ({"pool": 4, "height": 5}, "kernel: a window of 3 and squares of 4 do not fit 5 x 6 pixels"),
    ],
)
def test_a_window_must_fit(change, message):
    with pytest.raises(InvalidNetwork) as error:
        Window(**({"height": 5, "width": 6, "channels": 2, "kernel": 3} | change))
    assert str(error.value) == message


def test_a_window_is_written_in_one_way():
    short = Window(9, 9, 1, kernel=3, stride=2, padding=1, pool=2)
    long = Window(9, 9, 1, kernel=(3, 3), stride=[2, 2], padding=(1, 1, 1, 1), pool=(2, 2))
    assert long == short and long.padding == 1 and long.kernel == 3
    assert Window(9, 9, 1, 3, padding=(1, 1, 2, 2)).padding == (1, 2)
    assert Window(9, 9, 1, 3, padding=(1, 2, 1, 2)).padding == (1, 2, 1, 2)


def test_rows_and_columns_are_apart():
    window = Window(9, 8, 2, kernel=(5, 3), stride=(2, 1), padding=(4, 3, 2, 1), pool=(1, 3))
    assert window.rows == Axis(9, 5, 2, 4, 3, 1) and window.columns == Axis(8, 3, 1, 2, 1, 3)
    assert (window.rows.sums, window.columns.sums, window.columns.pooled) == (6, 9, 9)
    assert (window.positions, window.looked_at) == (15, 54)
    assert window.title == "5x3 stride 2x1 padding 4,3,2,1 pool 1x3"
    assert Window(9, 8, 2, kernel=3, padding=1).title == "3x3 padding 1"


@pytest.mark.parametrize(
    ("change", "plain"),
    [
        ({}, True),
        ({"kernel": 7, "stride": 4, "padding": 6, "pool": 2}, True),
        ({"kernel": 8}, False),
        ({"stride": 5}, False),
        ({"pool": 5}, False),
        ({"kernel": (3, 1)}, False),
        ({"padding": (0, 1)}, False),
        ({"pool": (1, 2)}, False),
    ],
)
def test_what_the_first_schemas_can_say_is_told_apart(change, plain):
    assert Window(**({"height": 20, "width": 20, "channels": 2, "kernel": 3} | change)).plain == plain
