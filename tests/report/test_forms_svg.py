import re
from xml.etree import ElementTree

from accelgen.report.forms_svg import Mark, draw_forms

MARKS = [
    Mark("folded", "8 lanes, tables in rom", 1000, 50_000, front=True),
    Mark("pipelined", "a < b & c", 3000, 250_000, front=True),
    Mark("folded", "64 lanes, tables in rom", 4000, 200_000, front=False),
]
SVG = "{http://www.w3.org/2000/svg}"


def places(picture: str, kind: str) -> list[tuple[float, float]]:
    """Where the signs of a kind are that say what they are, and are therefore not of the legend."""
    color = {"folded": "#1f4e79", "pipelined": "#c0504d", "unrolled": "#2e7d5b"}[kind]
    paths = ElementTree.fromstring(picture).iter(f"{SVG}path")
    signs = [path for path in paths if path.get("fill") == color and path.find(f"{SVG}title") is not None]
    return [tuple(map(float, re.findall(r"[\d.]+", sign.get("transform")))) for sign in signs]


def test_each_form_has_a_sign_at_its_place():
    picture = draw_forms("net", MARKS, "ice40", 100.0)
    (slow, wide), (pipe,) = places(picture, "folded"), places(picture, "pipelined")
    assert slow[0] < pipe[0] < wide[0], "more lookup tables are further right"
    assert slow[1] > wide[1] > pipe[1], "more images a second are higher"
    words = ElementTree.fromstring(picture).itertext()
    assert "a < b & c: 3,000 LUTs, 250,000 images a second" in list(words)


def test_the_line_of_the_front_goes_through_the_front_alone():
    picture = draw_forms("net", MARKS, "ice40", 100.0)
    (slow, wide), (pipe,) = places(picture, "folded"), places(picture, "pipelined")
    line = next(
        path for path in ElementTree.fromstring(picture).iter(f"{SVG}path") if path.get("fill") == "none"
    )
    ends = [tuple(map(float, end.split(","))) for end in line.get("d")[1:].split("L")]
    assert ends == [slow, pipe] and wide not in ends


def test_the_legend_names_what_is_there_and_the_axes_say_their_units():
    words = list(ElementTree.fromstring(draw_forms("net", MARKS, "ecp5", 12.5)).itertext())
    assert {"folded", "pipelined", "front of all"} <= set(words) and "unrolled" not in words
    assert "LUT4 sites, ecp5" in words and "images a second at 12.5 MHz" in words
    assert "100 k" in words, "ticks are short enough for the margin"


def test_one_mark_is_a_picture_too():
    assert len(places(draw_forms("net", MARKS[:1], "ice40", 100.0), "folded")) == 1
