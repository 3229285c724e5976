import itertools

from hypothesis import given
from hypothesis import strategies as st

from accelgen.rtl.conv.window import jumps
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.plan import Plan
from tests.tiny_networks import random_conv_network, small_conv_network


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


@given(st.integers(0, 2**32 - 1), st.integers(1, 9))
def test_windows_lie_on_the_image_and_what_follows_one_another_does(seed, lanes):
    network = random_conv_network(seed)
    plan = Plan(network, Datapath(lanes=lanes))
    assert sum(part.steps["base"][-1] for part in plan.windows) == sum(
        part.weight_words for part in plan.layers
    )
    assert sum(part.steps["index"][-1] for part in plan.windows) == plan.index_words
    for number, (layer, part) in enumerate(zip(network.layers[:-1], plan.windows, strict=False)):
        window, size = layer.window, plan.bank_words[plan.bank_of(number)]
        last = {name: sum(s * n for s, n in zip(part.steps[name], part.lasts, strict=False)) for name in "yx"}
        # The window that lies furthest down and right ends within the padding.
        assert last["y"] <= window.height + 2 * window.padding - 1
        assert last["x"] <= window.width + 2 * window.padding - window.kernel
        assert window.height * part.row_words <= size
        assert part.words >= part.blocks == layer.weights.input_blocks


def test_blocks_of_a_dense_layer_are_spread_where_pixels_have_words_without_channels():
    plan = Plan(small_conv_network(), Datapath(lanes=2))
    first, second, dense, last = plan.windows
    assert (first.words, second.words, dense.blocks, dense.words) == (2, 3, 1, 2)
    assert [dense.word_of(block) for block in range(4)] == [0, 2, 4, 6] and plan.layers[2].indexed
    assert [second.word_of(block) for block in range(3)] == [0, 1, 2] and last.word_of(1) == 1
    assert second.start == {"y": -1, "x": -1, "flags": -3, "place": -3 * 2 - 3}
    assert dense.kernel == 1 and dense.start["place"] == 0


def test_what_serves_all_layers():
    windows = Plan(small_conv_network(), Datapath()).windows
    assert (windows.kernel, windows.padding, windows.width, windows.words) == (3, 1, 5, 3)
    assert (windows.pools, windows.bottom, windows.flag_rows) == (True, 7, 12)
