import re

import numpy as np

from accelgen.report.png import address
from accelgen.report.sample import sample_picture, shown_sample


def test_values_become_black_to_white():
    found = shown_sample(np.array([-1.0, 0.0, 1.0, 3.0, 5.0, np.nan]), (2, 3, 1), 0, 4)
    assert found.tolist() == [[0, 0, 64], [191, 255, 0]] and found.dtype == np.uint8


def test_three_channels_are_colours_and_others_stand_side_by_side():
    assert shown_sample(np.arange(12), (2, 2, 3), 0, 11).shape == (2, 2, 3)
    found = shown_sample(np.arange(8), (2, 2, 2), 0, 255)
    assert found.tolist() == [[0, 2, 1, 3], [4, 6, 5, 7]]


def test_what_has_a_height_is_an_image_and_the_rest_curves():
    pixels = np.arange(6, dtype=np.uint8).reshape(2, 3)
    html = sample_picture(pixels, (2, 3, 1), 0, 255, 'a "b" <c>')
    assert html == (
        f'<img src="{address(pixels)}" alt="a &quot;b&quot; &lt;c&gt;" title="a &quot;b&quot; &lt;c&gt;" '
        'width="3" height="2">'
    )
    svg = sample_picture(np.arange(8), (1, 4, 2), 0, 7, "series")
    assert svg.count("<polyline") == 2 and 'class="curve s1"' in svg
    heights = [float(y) for y in re.findall(r",([0-9.]+)", re.search(r'points="([^"]+)"', svg)[1])]
    assert heights == sorted(heights, reverse=True)
    assert sample_picture(np.zeros(90), (1, 3, 30), 0, 0, "many").count("<polyline") == 8
