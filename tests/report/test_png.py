import base64
import io

import numpy as np
import pytest
from matplotlib import image

from accelgen.report.png import address, png


@pytest.mark.parametrize("shape", [(5, 7), (4, 6, 3)])
def test_another_reader_sees_the_same_pixels(shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    seen = image.imread(io.BytesIO(png(pixels)), format="png")
    assert np.array_equal(np.round(seen * 255).astype(np.uint8), pixels)


def test_an_image_is_its_own_address():
    pixels = np.zeros((2, 2), np.uint8)
    head, _, body = address(pixels).partition(",")
    assert head == "data:image/png;base64" and base64.b64decode(body) == png(pixels)
