import xml.etree.ElementTree as ET

from accelgen.figures import Figure
from accelgen.report.card import Card
from accelgen.report.front_charts import anchors, energy_front, on_front, size_front


def card(name, accuracy, data="MNIST test set", **figures):
    found = {"accuracy": Figure("accuracy", accuracy, "1", "higher", "c", {"data": data})}
    found |= {n: Figure(n, value, "nJ", "lower", "c") for n, value in figures.items()}
    return Card(name, "A model", "ab", found, [])


CARDS = [
    card("mine", 0.99, t_energy=5.0, stored_bits=100),
    card("other", 0.98, t_energy=9.0),
    card("none", 0.9),
]


def dots(svg):
    return [dot for dot in ET.fromstring(svg).iter("circle")]


def test_nothing_on_the_front_is_both_dearer_and_worse():
    assert on_front([(1, 90), (2, 95), (3, 94), (2, 95)]) == {0, 1, 3}


def test_models_with_energy_stand_beside_what_was_published():
    svg = energy_front(CARDS, "mine")
    assert [dot.attrib["class"] for dot in dots(svg)] == ["dot s1", "dot s0"]
    said = "".join(ET.fromstring(svg).itertext())
    assert all(anchor.label in said for anchor in anchors()) and "nJ an image, t" in said


def test_a_figure_that_no_card_has_makes_no_picture():
    assert (
        size_front(CARDS, "mine", "cycles") == "" and len(dots(size_front(CARDS, "mine", "stored_bits"))) == 1
    )
    assert energy_front([CARDS[2]], "none") == ""


def test_models_of_other_images_do_not_stand_beside_what_was_published():
    svg = energy_front([card("mine", 0.8, "CIFAR-10, test set", t_energy=5.0)], "mine")
    said = "".join(ET.fromstring(svg).itertext())
    assert len(dots(svg)) == 1 and not any(anchor.label in said for anchor in anchors())
