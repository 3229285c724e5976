import xml.etree.ElementTree as ET

import numpy as np

from accelgen.report.charts import Anchor, Dot, bars, heat, histogram, legend, scatter


def parts(svg, kind):
    return ET.fromstring(svg).findall(f".//{kind}")


def words(svg):
    return "".join(ET.fromstring(svg).itertext())


def test_every_dot_and_anchor_is_there_and_the_front_goes_through_its_own():
    dots = [Dot(1, 90, "a <1>", front=True), Dot(10, 95, "b", front=True), Dot(20, 91, "c", named=True)]
    svg = scatter("t", dots, "nJ", "%", anchors=[Anchor(48, 773, 98, "others")])
    assert len(parts(svg, "circle")) == 3 and "a <1>" in words(svg) and "others" in words(svg)
    (line,) = [path for path in parts(svg, "path") if path.attrib["class"] == "front"]
    assert line.attrib["d"].count("L") == 1


def test_what_others_published_stands_alone_if_we_have_nothing():
    assert len(parts(scatter("t", [], "nJ", "%", anchors=[Anchor(20, 20, 98, "others")]), "circle")) == 0


def test_more_is_higher_and_to_the_right():
    low, high = parts(scatter("t", [Dot(1, 90, "a"), Dot(2, 95, "b")], "x", "y"), "circle")
    assert float(low.attrib["cx"]) < float(high.attrib["cx"])
    assert float(low.attrib["cy"]) > float(high.attrib["cy"])


def test_a_histogram_has_a_bar_for_each_value_as_tall_as_it_is_often():
    bars_drawn = parts(histogram("t", [-1, 0, 1], [1, 4, 2], "code"), "rect")
    tall = [float(bar.attrib["height"]) for bar in bars_drawn]
    assert len(tall) == 3 and abs(tall[1] - 4 * tall[0]) < 0.05 and tall[2] < tall[1]
    assert bars_drawn[1][0].text == "0: 57.1%"


def test_parts_of_a_bar_add_up():
    drawn = parts(bars("t", [("mac", 3.0), ("clock", 1.0)], "nJ"), "rect")
    assert [float(part.attrib["width"]) for part in drawn] == [750, 250]
    assert float(drawn[1].attrib["x"]) == 750 and drawn[0][0].text == "mac: 3 nJ, 75.0%"


def test_a_table_is_the_darker_the_more_and_leaves_out_what_is_not_there():
    grid = np.array([[1.0, np.nan], [2.0, 3.0]])
    svg = heat("t", grid, ["a", "b"], ["c", "d"], "r", "k", marked={(1, 1)})
    cells = [cell for cell in parts(svg, "rect") if cell.attrib["class"] == "cell"]
    shares = [float(cell.attrib["fill-opacity"]) for cell in cells]
    assert shares == sorted(shares) and len(shares) == 3
    assert len([cell for cell in parts(svg, "rect") if cell.attrib["class"] == "mark"]) == 1
    assert "3.00" in words(svg)


def test_a_table_of_one_value_has_a_ground_too():
    assert "2.00" in words(heat("t", np.array([[2.0]]), ["a"], ["b"], "r", "c", log=True))


def test_names_wider_than_their_columns_stand_on_their_ends():
    grid, names = np.ones((2, 2)), ["short", "a name that is wider than half of the picture" * 2]
    assert "rotate(-90)" in parts(heat("t", grid, ["a", "b"], names, "", "c"), "text")[3].attrib["transform"]
    assert "transform" not in parts(heat("t", grid, ["a", "b"], ["c", "d"], "", "c"), "text")[3].attrib


def test_a_legend_names_its_colours():
    assert (
        legend([("s1", "a & b")]) == '<ul class="key"><li class="s1"><i></i><span>a &amp; b</span></li></ul>'
    )


def test_names_of_any_signs_are_words():
    svg = heat("t", np.array([[1.0, 2.0]]), ["a<b"], ["c&d", '"e"'], "label", "class")
    assert "label a<b, class c&d: 1.00" in words(svg)
