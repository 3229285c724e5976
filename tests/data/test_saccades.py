"""Events of a moving digit: those of the pixel model, the same in any batch."""

import numpy as np
import pytest

from accelgen.data import load_mnist
from accelgen.data.saccades import CONTRAST, NOISE_RATE, SACCADES, TIMESTEPS, _bank, _noise, _path, saccades
from accelgen.errors import DataError


def sample(count=32):
    return load_mnist(None, "test", sample="only").pixels[:count]


def seen(image, right, down):
    """Return what the sensor sees: each of its pixels is a mean of four, weighted by how much it covers."""
    frame = np.zeros((32, 32), int)
    for y in range(32):
        for x in range(32):
            total = 0
            for part_y in range(4):
                for part_x in range(4):
                    # Quarter pixels of the sensor, in those of the image.
                    at_y, at_x = (
                        (4 * (y - 2) + 3 - part_y - down) // 4,
                        (4 * (x - 2) + 3 - part_x - right) // 4,
                    )
                    if 0 <= at_y < 28 and 0 <= at_x < 28:
                        total += int(image[at_y, at_x])
            frame[y, x] = total >> 4
    return frame


def test_events_are_changes_of_brightness_pixel_by_pixel():
    image = sample(3)[2:3]
    path, scene = _path(), image.reshape(28, 28)
    remembered = seen(scene, *path[0])
    quiet = saccades(image)[0] & ~_noise(image)[0]
    for step in range(TIMESTEPS):
        now = seen(scene, *path[step + 1])
        wanted = np.zeros((2, 32, 32), np.uint8)
        wanted[0][now - remembered <= -CONTRAST] = 1
        wanted[1][now - remembered >= CONTRAST] = 1
        remembered = np.where(wanted.any(0), now, remembered)
        wanted = wanted.reshape(-1) & ~_noise(image)[0, step]
        assert np.array_equal(quiet[step], wanted), step


def test_the_path_is_a_closed_triangle_around_the_middle():
    path = np.array(_path())
    assert len(path) == TIMESTEPS + 1 and (path[0] == path[-1]).all()
    assert len(np.unique(path, axis=0)) == TIMESTEPS
    assert abs(path).max() <= 8, "two pixels are the room around the image"


def test_events_depend_on_the_image_alone():
    images = sample()
    whole = saccades(images)
    assert whole.shape == (32, TIMESTEPS, SACCADES.inputs) and whole.dtype == np.uint8 and whole.max() == 1
    assert np.array_equal(saccades(images[5:9]), whole[5:9])


def test_noise_comes_at_its_rate_and_differs_between_images():
    assert abs(_bank().mean() * NOISE_RATE - 1) < 0.1
    noise = _noise(sample())
    assert len({noise[n].tobytes() for n in range(32)}) > 20
    assert np.array_equal(saccades(np.zeros((1, 784), np.uint8)), _noise(np.zeros((1, 784), np.uint8)))


def test_every_timestep_has_events_and_most_pixels_are_silent():
    share = saccades(sample()).mean(axis=(0, 2))
    assert (share > 0.005).all() and (share < 0.1).all()


@pytest.mark.parametrize(
    ("images", "said"),
    [(sample(1) * 0.5, "float64"), (sample(1) + np.int64(300), "555"), (sample(1) > 9, "bool")],
)
def test_images_of_another_kind_are_refused(images, said):
    with pytest.raises(DataError, match=f"^images must be integers of 0 to 255, not {said}$"):
        saccades(images)
    with pytest.raises(DataError, match=r"^images must have 784 pixels, not shape \[1, 28, 28\]$"):
        saccades(sample(1).reshape(1, 28, 28))
