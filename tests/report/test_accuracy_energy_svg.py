import xml.etree.ElementTree as ET

from accelgen.figures import Figure
from accelgen.report.accuracy_energy_svg import _free, _overlap, draw_front
from accelgen.report.card import Card


def card(name, energy=None, accuracy=0.98):
    figures = {"accuracy": Figure("accuracy", accuracy, "1", "higher", "c", {"data": "MNIST test set"})}
    if energy:
        figures["t_energy"] = Figure("t_energy", energy, "nJ", "lower", "c")
        figures["t_area"] = Figure("t_area", 250_000.0, "um2", "lower", "c")
    return Card(name, "", "ab", figures, [])


def test_every_model_with_an_energy_is_in_it_and_so_is_what_was_published():
    text = draw_front([card("mine", 0.9), card("other")], "t")
    words = "".join(ET.fromstring(text).itertext())
    assert "mine" in words and "other" not in words and "Yin et al., 2018" in words
    assert draw_front([card("mine", 0.9), card("other")], "t") == text != draw_front([card("mine", 0.8)], "t")


def test_models_of_other_images_are_not_in_it():
    other = card("cifar", 3.0)
    other.figures["accuracy"] = Figure("accuracy", 0.8, "1", "higher", "c", {"data": "CIFAR-10, test set"})
    assert draw_front([other], "t") is None
    assert "cifar" not in draw_front([card("mine", 0.9), other], "t")


def test_a_network_without_classes_is_not_in_it():
    number = card("number", 3.0)
    number.figures["r2"] = Figure("r2", 0.9, "1", "higher", "c", {"data": "MNIST test set"})
    del number.figures["accuracy"]
    assert draw_front([number], "t") is None


def test_labels_of_points_that_are_close_do_not_stand_on_each_other():
    taken = []
    places = [_free("a model of some name", (100.0, 100.0), taken) for _ in range(4)]
    assert len(set(places)) == 4 and not any(
        _overlap(a, b) for n, a in enumerate(taken) for b in taken[n + 1 :]
    )


def test_without_energy_there_is_no_picture():
    assert draw_front([card("other")], "t") is None
