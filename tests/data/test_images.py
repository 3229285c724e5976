import numpy as np
import pytest

from accelgen.data.images import Images
from accelgen.data.saccades import saccades
from accelgen.errors import InvalidRequest

PIXELS = np.random.default_rng(0).integers(0, 256, (5, 784)).astype(np.uint8)
IMAGES = Images(PIXELS, np.arange(5, dtype=np.uint8), "drawn", True)


def test_the_first_are_a_part_and_all_are_the_whole():
    part = IMAGES.first(2)
    assert len(part) == 2 and not part.full and part.labels.tolist() == [0, 1] and part.name == "drawn"
    assert IMAGES.first(5) is IMAGES and IMAGES.first(None) is IMAGES and not IMAGES.events


def test_what_a_sensor_sees_stays_with_the_first_of_them():
    seen = Images(PIXELS, IMAGES.labels, "seen", True, saccades).first(3)
    assert seen.events and np.array_equal(seen.spikes(1, 3), saccades(PIXELS[1:3]))


def test_pixels_become_no_events_without_a_sensor():
    with pytest.raises(InvalidRequest, match="^drawn: pixels enter, and no sensor makes events of them$"):
        IMAGES.spikes(0, 1)
