import xml.etree.ElementTree as ET

import pytest

from accelgen.report.svg import Scale, drawing, element, number, strip, text


def test_a_drawing_is_xml_with_a_title_and_keeps_its_shape():
    root = ET.fromstring(drawing("bits & blocks", 100, [text(1, 2, "a < b")], description="more"))
    assert root.attrib["role"] == "img" and root.attrib["viewBox"] == "0 0 460 100"
    assert [part.text for part in root] == ["bits & blocks", "more", "a < b"]
    assert "preserveAspectRatio" not in root.attrib


def test_a_strip_is_stretched():
    assert ET.fromstring(strip("s", 10, 2, [])).attrib["preserveAspectRatio"] == "none"


def test_names_and_numbers_are_written_as_xml_has_them():
    assert element("line", x1=1.5, stroke_width=2.0, class_="rule", y1=None) == (
        '<line x1="1.5" stroke-width="2" class="rule"/>'
    )


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (1234.5, "1,234"), (12.0, "12"), (0.01234, "0.0123"), (45.67, "45.7")]
)
def test_numbers_read_well(value, shown):
    assert number(value) == shown


def test_a_scale_puts_its_ends_where_they_belong():
    linear, log = Scale(2, 10, 0, 80), Scale(1, 100, 0, 80, True)
    assert (linear(2), linear(10), linear(6)) == (0, 80, 40) and round(log(10), 9) == 40


@pytest.mark.parametrize(
    ("scale", "ticks"),
    [
        (Scale(0, 10, 0, 1), [0, 2, 4, 6, 8, 10]),
        (Scale(97.9, 99.1, 0, 1), [98.0, 98.25, 98.5, 98.75, 99.0]),
        (Scale(1, 1000, 0, 1, True), [1, 10, 100, 1000]),
        (Scale(4, 30, 0, 1, True), [5, 10, 20]),
        (Scale(4900, 8500, 0, 1, True), [5000, 6000, 7000, 8000]),
    ],
)
def test_ticks_are_round_and_within(scale, ticks):
    assert scale.ticks() == ticks


def test_around_leaves_room_even_about_one_value():
    for how in ({}, {"log": True}, {"zero": True}):
        scale = Scale.around([5.0], 0, 1, **how)
        assert scale.low < 5 < scale.high
