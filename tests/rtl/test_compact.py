# amaranth: UnusedElaboratable=no
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accelgen.errors import InvalidOption
from accelgen.rtl.compact import few
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.dnn.top import Top
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.plan import Plan
from accelgen.rtl.tables import tables
from tests.naive import naive_scores
from tests.stream_drivers import classify, frames, whole
from tests.tiny_convolutions import small_conv_network
from tests.tiny_networks import (
    multiply_network,
    random_images,
    random_network,
    small_network,
    spiking_network,
    threshold_network,
    wide_network,
)


@pytest.mark.parametrize(
    ("divided", "leaving"),
    [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 4), (9, 9), (10, 5), (12, 4), (256, 4)],
)
def test_a_few_sums_leave_at_a_time(divided, leaving):
    assert few(divided) == leaving


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 20),
    st.booleans(),
    st.sampled_from([0.0, 0.5]),
    st.sampled_from([random_network, multiply_network, threshold_network, wide_network]),
)
@example(0, 16, True, 0.0, random_network)
@settings(max_examples=25, deadline=None)
def test_scores_are_those_of_the_equations(seed, lanes, skip_zeros, stall, drawn):
    network = drawn(seed)
    plan = Plan(network, Datapath(lanes=lanes, compact=True, skip_zeros=skip_zeros))
    images = random_images(np.random.default_rng(seed), 3, network.input.pixels, density=0.5)
    sent = [whole(frame) for frame in frames(network, plan, images)]
    found, error, _ = classify(Top(plan, tables(plan)), sent, results=3, stall=stall, deadline=20_000)
    scores = [naive_scores(network, image) for image in images]
    assert found == [[*each, int(np.argmax(each))] for each in scores] and not error


def test_biases_and_flags_are_other_memories():
    network = small_network()
    plain, compact = (hardware_of(network, Datapath(lanes=4, compact=how)) for how in (False, True))
    before = {memory.name: memory for memory in plain.memories}
    after = {memory.name: memory for memory in compact.memories}
    flags = [f"flags{number}" for number in range(len(compact.plan.bank_words))]
    assert set(after) - set(before) == set(flags)
    assert [after[name].depth for name in flags] == list(compact.plan.bank_words)
    assert after["bias"].width == before["bias"].width // plain.plan.lanes * compact.plan.leaving
    assert after["codes"] == before["codes"]
    assert "compact, 4 lanes" in compact.describe() and "compact" not in plain.describe()


@pytest.mark.parametrize(
    ("network", "options", "why"),
    [
        (small_conv_network, {}, "has convolutions"),
        (spiking_network, {}, "spikes"),
        (small_network, {"unrolled": True}, "this is unrolled"),
        (small_network, {"pipelined": True}, "this is pipelined"),
    ],
)
def test_other_hardware_is_never_compact(network, options, why):
    with pytest.raises(InvalidOption, match=f"^compact: .*{why}"):
        hardware_of(network(), Datapath(compact=True, **options))
