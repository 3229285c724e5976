import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import DataError, InvalidOption, ToolError
from accelgen.link import Device, Packet
from tests.link.twin import Twin

KEEP, LOSE = bytes, lambda data: b""


def flip(data):
    return data[:-1] + bytes([data[-1] ^ 1])


def cut(data):
    return data[: len(data) // 2]


def stale(data):
    """An answer of long ago, whole, before the right one's place."""
    return Packet(0x83, 0x77, bytes(16)).encode() + data


def device(**options) -> tuple[Device, Twin]:
    twin = Twin(**options)
    return Device(twin, patience=0.0), twin


def test_an_image_is_answered():
    found = device()[0].classify([1, 2, 3], timesteps=4)
    assert (found.scores, found.label, found.timesteps, found.cycles) == ((6, -1), 0, 3, 9)


@given(st.lists(st.sampled_from([KEEP, LOSE, flip, cut, stale]), max_size=3))
def test_a_failing_line_costs_time_and_no_answer(faults):
    ours, _ = device(faults=faults)
    assert ours.classify([1, 2, 3]).scores == (6, -1)


def test_a_dead_line_is_given_up():
    ours, _ = device(faults=[LOSE] * 99)
    with pytest.raises(ToolError, match=r"^the device has not answered 4 times"):
        ours.status()
    assert ours.resent == 3


@given(st.lists(st.sampled_from([KEEP, LOSE, flip, cut]), max_size=3), st.integers(1, 20))
def test_tables_arrive_whole_whatever_is_lost(faults, count):
    words = [n * 0x01010101 for n in range(count)]
    ours, twin = device(words=count, faults=faults)
    ours.load(words)
    assert twin.loaded == words


def test_tables_that_are_never_whole_are_given_up():
    ours, _ = device(words=5)
    with pytest.raises(ToolError, match="does not take the tables"):
        ours.load([1, 2])


def test_a_refusal_is_told():
    ours, _ = device(words=5)
    with pytest.raises(ToolError, match=r"^the device refuses: its tables are not loaded$"):
        ours.classify([1, 2, 3])


def test_an_image_of_another_network_is_not_sent():
    with pytest.raises(DataError, match=r"^an image must have 3 beats, not 2$"):
        device()[0].classify([1, 2])


def test_numbers_that_do_not_fit_are_not_sent():
    ours, twin = device()
    for wrong in ({"timesteps": 17}, {"timesteps": 2.0}, {"margin": -1}, {"margin": 1 << 24}):
        with pytest.raises(InvalidOption, match=f"^{next(iter(wrong))}: must be an integer of "):
            ours.classify([1, 2, 3], **wrong)
    for beat in (-1, 1 << 64, 1.0):
        with pytest.raises(DataError, match="^beat: must be an integer of 0 to "):
            ours.classify([beat, 2, 3])
    with pytest.raises(DataError, match="^word: must be an integer of 0 to 4294967295, not 4294967296$"):
        ours.load([1 << 32])
    assert ours.classify(list(np.array([1, 2, 3])), timesteps=np.int64(4)).scores == (6, -1)


def test_a_device_without_a_pattern_has_no_counters():
    with pytest.raises(ToolError, match="^the device refuses: it does not know this request$"):
        device()[0].counts()
