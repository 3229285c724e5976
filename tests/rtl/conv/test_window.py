import itertools

from hypothesis import given
from hypothesis import strategies as st

from accelgen.rtl.conv.window import jumps
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.plan import Plan
from tests.naive import edges, pair
from tests.tiny_convolutions import (
    random_conv_network,
    series_network,
    small_conv_network,
    tall_network,
)


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 3)), min_size=1, max_size=4), st.integers(-9, 9))
def test_jumps_lead_where_the_counters_would(loops, whole):
    steps, lasts = zip(*loops, strict=True)
    found = jumps((*steps, whole), lasts)
    now = 0
    for outside_in in itertools.product(*(range(last + 1) for last in reversed(lasts))):
        turns = outside_in[::-1]
        assert now == sum(step * turn for step, turn in zip(steps, turns, strict=True))
        ended = next((n for n, turn in enumerate(turns) if turn < lasts[n]), len(lasts))
        now += found[ended]
    assert now == whole


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.booleans())
def test_windows_lie_on_the_image_and_what_follows_one_another_does(seed, lanes, odd):
    network = random_conv_network(seed, odd=odd)
    plan = Plan(network, Datapath(lanes=lanes))
    assert sum(part.steps["base"][-1] for part in plan.windows) == sum(
        part.weight_words for part in plan.layers
    )
    assert sum(part.steps["index"][-1] for part in plan.windows) == plan.index_words
    for number, (layer, part) in enumerate(zip(network.layers[:-1], plan.windows, strict=False)):
        window, size = layer.window, plan.bank_words[plan.bank_of(number)]
        last = {name: sum(s * n for s, n in zip(part.steps[name], part.lasts, strict=False)) for name in "yx"}
        # The window that lies furthest down and right ends within the padding.
        top, bottom, left, right = edges(window.padding)
        assert last["y"] <= window.height + top + bottom - 1
        assert last["x"] <= window.width + left + right - pair(window.kernel)[1]
        assert window.height * part.row_words <= size
        assert part.words >= part.blocks == layer.weights.input_blocks


def test_blocks_of_a_dense_layer_are_spread_where_pixels_have_words_without_channels():
    plan = Plan(small_conv_network(), Datapath(lanes=2))
    first, second, dense, last = plan.windows
    assert (first.words, second.words, dense.blocks, dense.words) == (2, 3, 1, 2)
    assert [dense.word_of(block) for block in range(4)] == [0, 2, 4, 6] and plan.layers[2].indexed
    assert [second.word_of(block) for block in range(3)] == [0, 1, 2] and last.word_of(1) == 1
    assert second.start == {"y": -1, "x": -1, "flags": -3, "place": -3 * 2 - 3}
    assert dense.columns == 1 and dense.start["place"] == 0


def test_what_serves_all_layers():
    windows = Plan(small_conv_network(), Datapath()).windows
    assert (windows.columns, windows.padding, windows.width, windows.words) == (3, 1, 5, 3)
    assert (windows.pools, windows.bottom, windows.flag_rows) == (True, 7, 12)


def test_rows_and_columns_have_numbers_of_their_own():
    windows = Plan(tall_network(), Datapath()).windows
    first, second, _, _ = windows
    assert first.start == {"y": -4, "x": 0, "flags": -8, "place": -4 * 4 * 2}
    assert second.start == {"y": -1, "x": 0, "flags": -3, "place": -4 * 3}
    assert (windows.columns, windows.padding, windows.bottom) == (3, 0, 10)
    assert [part.steps["x"][2] for part in (first, second)] == [1, 1]
    assert [part.steps["y"][3] for part in (first, second)] == [1, 2]


def test_a_series_has_one_row_of_weights_and_of_flags():
    plan = Plan(series_network(), Datapath(lanes=4))
    assert [part.lasts[0] for part in plan.windows] == [0, 0, 0]
    assert [part.flag_rows for part in plan.windows] == [1, 4, 0]
    assert plan.layers[0].weight_words == 2 * 5 * 3  # block rows, taps and channels: no row of zeros
