import xml.etree.ElementTree as ET

from accelgen.explore.plot import draw
from accelgen.explore.results import read_results
from tests.explore.drawn import HEAD, measured, sweep


def test_the_same_results_give_the_same_picture_with_a_line_for_each_precision(tmp_path):
    results = read_results(measured(tmp_path / "tiny"))
    text = draw(results)
    words = "".join(ET.fromstring(text).itertext())
    assert all(name in words for name in ("1 bit", "3 bit", "4x", "stored bits"))
    assert draw(results) == text
    other = read_results(measured(tmp_path / "other", sweep(HEAD.replace("[1, 3]", "[1, 2]"))))
    assert draw(other) != text


def test_a_sweep_of_other_axes_has_no_picture(tmp_path):
    assert draw(read_results(measured(tmp_path / "tiny", sweep("[axes]\nlanes = [4]\n")))) is None
