import numpy as np
import pytest

from accelgen.data.recording import EventsChoice, packed, unpacked
from accelgen.errors import DataError

CHOICE = EventsChoice(width=3, height=2, duration=100, polarities=2, timesteps=5)


def bits(t, x, y, p, choice=CHOICE):
    return unpacked(packed(*map(np.array, (t, x, y, p)), choice)[None], choice)[0]


def test_an_event_is_a_spike_of_its_address_in_its_timestep():
    found = bits([0, 19, 20, 99, 100], [0, 2, 1, 2, 0], [0, 1, 1, 0, 0], [0, 1, -1, 1, 1])
    assert found.shape == (5, 12)
    assert np.argwhere(found).tolist() == [[0, 0], [0, 11], [1, 4], [4, 8]]  # the one at 100 is too late


def test_one_polarity_tells_nothing_apart():
    choice = EventsChoice(width=3, height=2, duration=100, polarities=1, timesteps=5)
    assert np.argwhere(bits([0, 0], [1, 1], [0, 0], [0, 1], choice)).tolist() == [[0, 1]]


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ((0, 3, 0, 0), "event 1: is at 3, 0 of 3 x 2 pixels"),
        ((0, 0, -1, 0), "event 1: is at 0, -1 of 3 x 2 pixels"),
        ((-1, 0, 0, 0), "event 1: is before the start of its recording"),
        ((0, 0, 0, 2), "event 1: has the polarity 2, and 1, 0 and -1 are known"),
    ],
)
def test_an_event_that_cannot_be_is_named(event, message):
    with pytest.raises(DataError, match=f"^{message}$"):
        bits(*([0, value] for value in event))


def test_what_cannot_be_is_said():
    assert EventsChoice(8, 8, 10).problems() == []
    assert EventsChoice(0, 8, 10).problems() == ["width: must be an integer of 1 to 4096, not 0"]
    assert (
        EventsChoice(8, 8, 10, timesteps=17)
        .problems()[0]
        .startswith("timesteps: must be an integer of 1 to 16")
    )
    (problem,) = EventsChoice(4096, 4096, 10).problems()
    assert problem == "width: makes 33,554,432 addresses, and 1,048,576 are the most"
