import xml.etree.ElementTree as ET

import numpy as np

from accelgen.report.timeline import schedule, spikes, visits


def rects(svg, color):
    found = [part for part in ET.fromstring(svg).iter("rect") if color in part.attrib["class"].split()]
    return [tuple(float(part.attrib[name]) for name in ("x", "width", "y")) for part in found]


def test_layers_follow_each_other_and_work_is_drawn_over_them():
    layer = np.array([0, 0, 0, 1, 1, -1], np.int8)
    works = np.array([False, True, True, True, False, False])
    svg = schedule("t", layer, works)
    assert rects(svg, "pale") == [(0, 3, 0), (3, 2, 0)]
    assert rects(svg, "s0") == [(0, 3, 0), (1, 2, 0)] and rects(svg, "s1") == [(3, 2, 0), (3, 1, 0)]


def test_a_block_is_drawn_for_as_long_as_it_is_read():
    svg = visits("t", np.array([2, 2, -1, 0]), np.array([True, False, True]), 3, "s4")
    assert rects(svg, "s4") == [(0, 2, 2), (3, 1, 0)] and rects(svg, "skipped") == [(0, 4, 1)]


def test_a_layer_that_never_ran_is_an_empty_picture():
    assert rects(visits("t", np.array([], int), np.array([True]), 1, "s0"), "s0") == []


def test_every_spike_has_its_mark():
    fired = np.zeros((3, 5), np.uint8)
    fired[0, 4] = fired[2, 1] = 1
    (marks,) = ET.fromstring(spikes("t", fired, "s1")).findall("path")
    assert marks.attrib["d"].count("M") == 2 and marks.attrib["d"].startswith("M0.06,4h")
    assert not ET.fromstring(spikes("t", fired * 0, "s1")).findall("path")
